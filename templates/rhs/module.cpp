// Loading resource DLLs with the means of the system.
#include "module.h"

#include <mutex>
#include <set>

#ifdef _WIN32
#include "import_patch.h"
#else
#include <dlfcn.h>
#endif

#include "cluster_errors.h"
#include "dll_heap.h"
#include "emulated_win32.h"
#include "json.h"
#include "kernel.h"
#include "script.h"

namespace resforge::rhs {
namespace {

#ifdef _WIN32

std::string meaning_of(DWORD error) {
    switch (error) {
        case ERROR_MOD_NOT_FOUND:
            return ": the file or a DLL that it needs was not found";
        case ERROR_PROC_NOT_FOUND:
            return ": a DLL that it needs lacks a function";
        case ERROR_BAD_EXE_FORMAT:
            return ": not a DLL for 64-bit Windows";
        case ERROR_DLL_INIT_FAILED:
            return ": DllMain returned FALSE";
        case ERROR_NOACCESS:
            return ": DllMain crashed";
        default:
            return "";
    }
}

void* open_library(const std::string& path, LoadError& error) {
    const std::u16string wide = utf16_from_utf8(path);
    const HMODULE handle = ::LoadLibraryW(reinterpret_cast<LPCWSTR>(wide.c_str()));
    if (handle == nullptr) {
        error.status = ::GetLastError();
        error.text = "LoadLibrary failed with error " + std::to_string(error.status) +
                     meaning_of(error.status);
        return nullptr;
    }
    patch_imports(handle);
    return reinterpret_cast<void*>(handle);
}

template <typename Function>
Function symbol(void* handle, const char* name) {
    return reinterpret_cast<Function>(
        reinterpret_cast<void*>(::GetProcAddress(reinterpret_cast<HMODULE>(handle), name)));
}

// Page nf-libloaderapi-getmodulehandleexw.
HMODULE find_module(DWORD flags, LPCWSTR name) {
    HMODULE module = nullptr;
    return ::GetModuleHandleExW(flags, name, &module) != FALSE ? module : nullptr;
}

#else

void* open_library(const std::string& path, LoadError& error) {
    void* const handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
        error.status = ERROR_MOD_NOT_FOUND;
        error.text = ::dlerror();
        return nullptr;
    }
    count_for(handle);
    return handle;
}

template <typename Function>
Function symbol(void* handle, const char* name) {
    return reinterpret_cast<Function>(::dlsym(handle, name));
}

// Page nf-libloaderapi-getmodulehandleexw; names are never asked for.
HMODULE find_module(DWORD flags, LPCWSTR address) {
    const int keep = (flags & GET_MODULE_HANDLE_EX_FLAG_PIN) != 0 ? RTLD_NODELETE : 0;
    Dl_info found{};
    if ((flags & GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS) == 0 || ::dladdr(address, &found) == 0) {
        emulated::SetLastError(ERROR_MOD_NOT_FOUND);
        return nullptr;
    }
    void* const library = ::dlopen(found.dli_fname, RTLD_NOW | RTLD_NOLOAD | keep);
    if (library != nullptr && (flags & GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT) != 0) {
        ::dlclose(library);
    }
    return reinterpret_cast<HMODULE>(library);
}

#endif

struct KeptLibraries {
    std::mutex mutex;
    std::set<const void*> handles;
};

KeptLibraries& kept_libraries() {
    static auto* const instance = new KeptLibraries();
    return *instance;
}

}  // namespace

LoadError load_module(Module& module) {
    LoadError error;
    module.handle = open_library(module.path, error);
    if (module.handle == nullptr) {
        return error;
    }
    module.startup_ex = symbol<PSTARTUP_EX_ROUTINE>(module.handle, "StartupEx");
    module.startup = symbol<PSTARTUP_ROUTINE>(module.handle, "Startup");
    if (module.startup == nullptr && module.startup_ex == nullptr) {
        return {ERROR_PROC_NOT_FOUND, "the library exports neither StartupEx nor Startup"};
    }
    if (const auto set_script =
            symbol<RESFORGE_SET_SCRIPT_ROUTINE>(module.handle, "ResforgeSetScript")) {
        set_script(script_table());
    }
    return error;
}

#ifdef _WIN32
void unload_module(void* handle) {
    ::FreeLibrary(reinterpret_cast<HMODULE>(handle));
}
#else
void unload_module(void* handle) {
    ::dlclose(handle);
}
#endif

BOOL get_module_handle(DWORD flags, LPCWSTR name, HMODULE* module) {
    if (const DWORD error = take_fault("GetModuleHandleExW")) {
        emulated::SetLastError(error::told(error));
        return FALSE;
    }
    const HMODULE found = find_module(flags, name);
    if (found == nullptr) {
        return FALSE;
    }
    *module = found;
    constexpr DWORD kUncounted = GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    if ((flags & (GET_MODULE_HANDLE_EX_FLAG_PIN | kUncounted)) != kUncounted) {
        const std::lock_guard guard(kept_libraries().mutex);
        kept_libraries().handles.insert(reinterpret_cast<const void*>(found));
    }
    return TRUE;
}

bool stays_loaded(const void* handle) {
    const std::lock_guard guard(kept_libraries().mutex);
    return kept_libraries().handles.contains(handle);
}

}  // namespace resforge::rhs
