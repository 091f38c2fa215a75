// The emulated cluster functions as a list for patching a DLL's import table.
#pragma once

#include <span>

namespace resforge::rhs {

struct EmulatedFunction {
    const char* module;  // "clusapi.dll", "resutils.dll" or "advapi32.dll", lower case
    const char* name;    // Win32 name as imported
    void* address;
};

// Every emulated cluster function. Natively the same functions also carry their Win32 names.
std::span<const EmulatedFunction> cluster_exports();

}  // namespace resforge::rhs
