// The commands of the protocol.
#pragma once

#include "json.h"

namespace resforge::rhs {

// Executes one command and returns the `result` of its answer. Throws JsonError when the command
// cannot be understood; what the DLL or RCM answers is never an error here.
Json execute(const Json& command);

// Takes every resource offline, closes it, unloads the libraries and reports what is left.
void shut_down();

}  // namespace resforge::rhs
