// Loading resource DLLs with the means of the system.
#include "module.h"

#ifdef _WIN32
#include "import_patch.h"
#else
#include <dlfcn.h>
#endif

#include "dll_heap.h"
#include "json.h"
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

#endif

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

}  // namespace resforge::rhs
