// Redirecting the imports of a loaded DLL (Windows only).
#pragma once

#ifdef _WIN32

#include <cstdint>
#include <span>
#include <string_view>

#include "resforge/win32.h"

namespace resforge::rhs {

struct Hook {
    const char* name;
    void* address;
};

// Hooks for kernel32 and the C runtime: emulations in virtual time, thin wrappers that keep the
// trace complete in real time.
std::span<const Hook> virtual_hooks();
std::span<const Hook> virtual_lock_hooks();
std::span<const Hook> real_hooks();
// The same for both kinds of time: memory that crashes who misuses it; of the system, and of the C
// library.
std::span<const Hook> heap_hooks();
std::span<const Hook> c_heap_hooks();
// Where the C library of a DLL has what c_heap_hooks() replaces: memory that it allocated by itself
// goes back to it.
void keep_c_heap(std::string_view name, std::uintptr_t address);
// Whether a DLL that imports this uses its C heap in ways that are not replaced.
bool needs_c_heap(std::string_view name);

// Replaces what the DLL imports by name. Functions of clusapi and resutils that are not emulated
// are replaced by one that records a violation and returns ERROR_CALL_NOT_IMPLEMENTED.
void patch_imports(HMODULE module);

// The replacement for a function that is looked up by name while the DLL runs.
FARPROC WINAPI hooked_get_proc_address(HMODULE module, LPCSTR name);

template <typename Function>
constexpr Hook hook(const char* name, Function* function) {
    return {name, reinterpret_cast<void*>(function)};
}

}  // namespace resforge::rhs

#endif
