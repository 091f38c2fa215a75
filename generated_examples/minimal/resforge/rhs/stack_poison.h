// Fills the stack below the caller with a pattern, so that code that reads it uninitialised shows.
#pragma once

namespace resforge::rhs {

void poison_stack();

}  // namespace resforge::rhs
