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

// What the emulation of GetModuleHandleExW answers, for libraries that want to stay loaded.
BOOL get_module_handle(DWORD flags, LPCWSTR name, HMODULE* module);
// Whether the library has made sure that unloading it leaves it in memory.
bool stays_loaded(const void* handle);

}  // namespace resforge::rhs
