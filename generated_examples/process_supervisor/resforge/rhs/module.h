// Loading resource DLLs.
#pragma once

#include <cstdint>
#include <string>

#include "rhs_types.h"

namespace resforge::rhs {

// What went wrong with a library, with the system's error number where there is one.
struct LoadError {
    std::uint32_t status = 0;
    std::string text;
};

// Loads the library and looks its exports up; on Windows also redirects its imports. Hands the
// script table to a library that asks for it. Runs code of the library.
LoadError load_module(Module& module);

void unload_module(void* handle);

}  // namespace resforge::rhs
