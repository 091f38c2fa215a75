// A resource DLL whose Online uses memory as the name of the resource says: it returns 0 when what
// Windows documents holds.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "resforge/cluster_api.h"

#ifdef _WIN32
#include <malloc.h>
#define EXPORTED extern "C" __declspec(dllexport)
#else
#define EXPORTED extern "C" __attribute__((visibility("default")))
#endif

namespace {

constexpr DWORD kWrong = ERROR_INVALID_DATA;
volatile std::size_t beyond = 10;

char* local(std::size_t size) {
    return static_cast<char*>(LocalAlloc(LMEM_FIXED, size));
}

bool is_aligned(const void* memory) {
    return reinterpret_cast<std::uintptr_t>(memory) % 16 == 0;
}

DWORD all_are_aligned() {
    for (std::size_t size = 0; size < 40; ++size) {
        char* const memory = local(size);
        if (!is_aligned(memory)) {
            return kWrong;
        }
        LocalFree(memory);
    }
    return ERROR_SUCCESS;
}

DWORD many_blocks() {
    std::vector<char*> blocks(40'000);
    for (char*& block : blocks) {
        block = local(24);
        if (block == nullptr) {
            return ERROR_NOT_ENOUGH_MEMORY;
        }
        std::memset(block, 1, 24);
    }
    for (char* const block : blocks) {
        LocalFree(block);
    }
    return ERROR_SUCCESS;
}

#ifdef _WIN32
char* volatile freed = nullptr;

char* heap(std::size_t size) {
    return static_cast<char*>(HeapAlloc(GetProcessHeap(), 0, size));
}

DWORD reallocates_as_documented() {
    void* const gone = std::realloc(std::malloc(8), 0);
    char* const fixed = heap(32);
    std::memcpy(fixed, "kept", 5);
    constexpr DWORD kInPlace = HEAP_REALLOC_IN_PLACE_ONLY;
    void* const smaller = HeapReAlloc(GetProcessHeap(), kInPlace, fixed, 8);
    const bool fits = smaller == fixed && HeapSize(GetProcessHeap(), 0, fixed) == 8;
    void* const larger = HeapReAlloc(GetProcessHeap(), kInPlace, fixed, 1 << 20);
    const bool stays = larger == nullptr || larger == fixed;
    const bool kept = std::strcmp(fixed, "kept") == 0;
    HeapFree(GetProcessHeap(), 0, fixed);
    return gone == nullptr && fits && stays && kept ? DWORD{ERROR_SUCCESS} : kWrong;
}

DWORD local_as_documented() {
    char* memory = local(32);
    std::memcpy(memory, "kept", 5);
    void* const larger = LocalReAlloc(memory, 1 << 20, 0);
    const bool stays = larger == nullptr || larger == memory;
    memory = static_cast<char*>(LocalReAlloc(memory, 0, LMEM_MODIFY | LMEM_MOVEABLE));
    const bool kept = std::strcmp(static_cast<char*>(LocalLock(memory)), "kept") == 0;
    LocalUnlock(memory);
    LocalFree(memory);
    const HLOCAL movable = LocalAlloc(LMEM_MOVEABLE, 16);
    LocalLock(movable);
    LocalLock(movable);
    const bool locked = LocalUnlock(movable) != FALSE;
    SetLastError(1);
    const bool last = LocalUnlock(movable) == FALSE && GetLastError() == NO_ERROR;
    const HLOCAL moved = LocalReAlloc(movable, 1 << 20, 0);
    LocalFree(moved);
    return stays && kept && locked && last && moved != nullptr ? DWORD{ERROR_SUCCESS} : kWrong;
}

struct Dies {
    std::wstring text = L"longer than what fits into the object itself";
    ~Dies() { LocalFree(LocalAlloc(LMEM_FIXED, text.size())); }
};

thread_local Dies first_to_die;
thread_local Dies second_to_die;

DWORD WINAPI dying_thread(LPVOID) {
    first_to_die.text += L'.';
    second_to_die.text += L'.';
    return 0;
}

DWORD a_thread_dies() {
    const HANDLE thread = CreateThread(nullptr, 0, dying_thread, nullptr, 0, nullptr);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    return ERROR_SUCCESS;
}

#if DEFECT == 1
// What this module allocates also goes to functions that no debugger of memory knows.
DWORD expands() {
    void* const memory = _expand(std::malloc(64), 32);
    const bool knows = memory != nullptr && _msize(memory) >= 32;
    std::free(memory);
    return knows ? DWORD{ERROR_SUCCESS} : kWrong;
}
#endif

DWORD use_windows_memory(std::string_view name) {
    if (name == "malloc overrun") {
        freed = static_cast<char*>(std::malloc(10));
        freed[beyond] = 1;
        std::free(freed);
    } else if (name == "heap overrun") {
        char* const memory = heap(10);
        memory[beyond] = 1;
        HeapFree(GetProcessHeap(), 0, memory);
    } else if (name == "malloc twice") {
        freed = static_cast<char*>(std::malloc(10));
        std::free(freed);
        std::free(freed);
    } else if (name == "realloc freed") {
        freed = static_cast<char*>(std::malloc(10));
        std::free(freed);
        return std::realloc(freed, 20) == nullptr ? DWORD{ERROR_SUCCESS} : kWrong;
    } else if (name == "heap twice" || name == "heap realloc freed") {
        freed = heap(10);
        HeapFree(GetProcessHeap(), 0, freed);
        name == "heap twice" ? static_cast<void>(HeapFree(GetProcessHeap(), 0, freed))
                             : static_cast<void>(HeapReAlloc(GetProcessHeap(), 0, freed, 20));
    } else if (name == "local realloc freed") {
        freed = local(10);
        LocalFree(freed);
        LocalReAlloc(freed, 20, LMEM_MOVEABLE);
    } else if (name == "reads freed") {
        freed = static_cast<char*>(std::malloc(10));
        std::free(freed);
        Sleep(0);
        beyond = static_cast<std::size_t>(freed[0]);
    } else if (name == "reallocates") {
        return reallocates_as_documented();
    } else if (name == "local") {
        return local_as_documented();
    } else if (name == "a thread dies") {
        return a_thread_dies();
    }
#if DEFECT == 1
    return name == "expands" ? expands() : DWORD{ERROR_SUCCESS};
#else
    return ERROR_SUCCESS;
#endif
}
#endif

RESID WINAPI open(LPCWSTR name, HKEY, RESOURCE_HANDLE) {
    auto* const text = new std::string();
    for (; *name != 0; ++name) {
        *text += static_cast<char>(*name);
    }
    return text;
}

VOID WINAPI close(RESID resid) {
    delete static_cast<std::string*>(resid);
}

DWORD WINAPI online(RESID resid, LPHANDLE) {
    const std::string_view name = *static_cast<std::string*>(resid);
    if (name == "local overrun") {
        char* const memory = local(10);
        memory[beyond] = 1;
        LocalFree(memory);
    } else if (name == "local twice") {
        char* const memory = local(10);
        LocalFree(memory);
        LocalFree(memory);
    } else if (name == "aligned") {
        return all_are_aligned();
    } else if (name == "many blocks") {
        return many_blocks();
    }
#ifdef _WIN32
    return use_windows_memory(name);
#else
    return ERROR_SUCCESS;
#endif
}

VOID WINAPI terminate(RESID) {}

DWORD WINAPI offline(RESID) {
    return ERROR_SUCCESS;
}

BOOL WINAPI is_alive(RESID) {
    return TRUE;
}

CLRES_FUNCTION_TABLE table = {
    CLRES_V1_FUNCTION_SIZE,
    CLRES_VERSION_V1_00,
    {{open, close, online, offline, terminate, is_alive, is_alive, nullptr, nullptr, nullptr,
      nullptr}},
};

}  // namespace

EXPORTED DWORD WINAPI Startup(LPCWSTR, DWORD, DWORD, PSET_RESOURCE_STATUS_ROUTINE,
                              PLOG_EVENT_ROUTINE, PCLRES_FUNCTION_TABLE* functions) {
    *functions = &table;
    return ERROR_SUCCESS;
}
