// Windows only: the heaps that a DLL allocates from, with guarded memory in their place.
#include "import_patch.h"

#ifdef _WIN32

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include <malloc.h>

#include "dll_heap.h"
#include "emulated_win32.h"
#include "guarded_heap.h"
#include "record.h"

namespace resforge::rhs {
namespace {

constexpr std::uint8_t kFresh = 0xCD;

// The functions of the DLL's C library, which may be another one than the host's.
void (*c_free)(void*) = std::free;
void* (*c_realloc)(void*, std::size_t) = std::realloc;
std::size_t (*c_msize)(void*) = ::_msize;

// Fixed memory has no count of locks; that of movable memory is kept here.
struct Locks {
    std::mutex mutex;
    std::map<HLOCAL, unsigned> counts;
};

Locks& locks() {
    static auto* const instance = new Locks();
    return *instance;
}

void* take(std::size_t size, std::uint8_t fill) {
    if (allocation_fails()) {
        return nullptr;
    }
    void* const memory = guarded_allocate(size, fill);
    if (heap_is_counted && memory != nullptr) {
        count_taken(memory, size);
    }
    return memory;
}

void* allocate(std::size_t size) {
    return take(size, kFresh);
}

void* allocate_zeroes(std::size_t count, std::size_t size) {
    if (size != 0 && count > SIZE_MAX / size) {
        return nullptr;
    }
    return take(count * size, 0);
}

void freed_before(const char* function) {
    violation("invalid-free", std::string(function) + " got memory that was freed before");
}

// True when the memory was ours; memory that was freed before is a violation.
bool release(void* memory, const char* function, bool later = false) {
    if (heap_is_counted) {
        count_given_back(memory);
    }
    const Freed freed = guarded_free(memory, later);
    if (freed == Freed::kEarlier) {
        freed_before(function);
    }
    return freed != Freed::kForeign;
}

void deallocate(void* memory) {
    if (memory != nullptr && !release(memory, "free", true)) {
        c_free(memory);
    }
}

// Moves ours to a new block; `size` bytes of `fill` with what fits of the old ones.
void* move_block(void* memory, std::size_t before, std::size_t size, std::uint8_t fill,
                 const char* function) {
    void* const moved = take(size, fill);
    if (moved != nullptr) {
        std::memcpy(moved, memory, std::min(before, size));
        release(memory, function);
    }
    return moved;
}

void* reallocate(void* memory, std::size_t size) {
    if (memory == nullptr) {
        return allocate(size);
    }
    if (guarded_was_freed(memory)) {
        freed_before("realloc");
        return nullptr;
    }
    const auto before = guarded_size(memory);
    if (!before) {
        return c_realloc(memory, size);
    }
    // "realloc" of the C runtime: size 0 frees the memory.
    if (size == 0) {
        deallocate(memory);
        return nullptr;
    }
    return move_block(memory, *before, size, kFresh, "realloc");
}

std::size_t block_size(void* memory) {
    const auto size = guarded_size(memory);
    return size ? *size : c_msize(memory);
}

std::uint8_t fill_of(DWORD flags) {
    return (flags & HEAP_ZERO_MEMORY) != 0 ? std::uint8_t{0} : kFresh;
}

LPVOID WINAPI heap_alloc(HANDLE, DWORD flags, SIZE_T size) {
    return take(size, fill_of(flags));
}

BOOL WINAPI heap_free(HANDLE where, DWORD flags, LPVOID memory) {
    return memory == nullptr || release(memory, "HeapFree") ? TRUE
                                                            : ::HeapFree(where, flags, memory);
}

LPVOID WINAPI heap_realloc(HANDLE where, DWORD flags, LPVOID memory, SIZE_T size) {
    if (guarded_was_freed(memory)) {
        freed_before("HeapReAlloc");
        return nullptr;
    }
    const auto before = guarded_size(memory);
    if (!before) {
        return ::HeapReAlloc(where, flags, memory, size);
    }
    if ((flags & HEAP_REALLOC_IN_PLACE_ONLY) != 0) {
        return guarded_shrink(memory, size) ? memory : nullptr;
    }
    return move_block(memory, *before, size, fill_of(flags), "HeapReAlloc");
}

SIZE_T WINAPI heap_size(HANDLE where, DWORD flags, LPCVOID memory) {
    const auto size = guarded_size(memory);
    return size ? *size : ::HeapSize(where, flags, memory);
}

bool is_movable(HLOCAL memory) {
    const std::lock_guard guard(locks().mutex);
    const auto found = locks().counts.find(memory);
    return found != locks().counts.end() && found->second == 0;
}

HLOCAL WINAPI local_alloc(UINT flags, SIZE_T size) {
    const HLOCAL memory = emulated::LocalAlloc(flags, size);
    if (memory != nullptr && (flags & LMEM_MOVEABLE) != 0) {
        const std::lock_guard guard(locks().mutex);
        locks().counts[memory] = 0;
    }
    return memory;
}

HLOCAL WINAPI local_free(HLOCAL memory) {
    {
        const std::lock_guard guard(locks().mutex);
        locks().counts.erase(memory);
    }
    return emulated::LocalFree(memory);
}

// "LocalReAlloc": LMEM_MODIFY ignores the size; only LMEM_MOVEABLE lets fixed or locked memory
// move.
HLOCAL WINAPI local_realloc(HLOCAL memory, SIZE_T size, UINT flags) {
    if (guarded_was_freed(memory)) {
        freed_before("LocalReAlloc");
        ::SetLastError(ERROR_INVALID_HANDLE);
        return nullptr;
    }
    const auto before = guarded_size(memory);
    if (!before) {
        return ::LocalReAlloc(memory, size, flags);
    }
    if ((flags & LMEM_MODIFY) != 0 || guarded_shrink(memory, size)) {
        return memory;
    }
    const bool movable = is_movable(memory);
    if (!movable && (flags & LMEM_MOVEABLE) == 0) {
        ::SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return nullptr;
    }
    const HLOCAL moved =
        local_alloc(movable ? flags | LMEM_MOVEABLE : flags & ~UINT{LMEM_MOVEABLE}, size);
    if (moved != nullptr) {
        std::memcpy(moved, memory, std::min<std::size_t>(*before, size));
        local_free(memory);
    }
    return moved;
}

SIZE_T WINAPI local_size(HLOCAL memory) {
    const auto size = guarded_size(memory);
    return size ? *size : ::LocalSize(memory);
}

// The handle of movable memory is its address here.
LPVOID WINAPI local_lock(HLOCAL memory) {
    if (!guarded_size(memory)) {
        return ::LocalLock(memory);
    }
    const std::lock_guard guard(locks().mutex);
    const auto found = locks().counts.find(memory);
    if (found != locks().counts.end()) {
        ++found->second;
    }
    return memory;
}

// "LocalUnlock": FALSE and NO_ERROR for the last lock, ERROR_NOT_LOCKED when there was none.
BOOL WINAPI local_unlock(HLOCAL memory) {
    if (!guarded_size(memory)) {
        return ::LocalUnlock(memory);
    }
    const std::lock_guard guard(locks().mutex);
    const auto found = locks().counts.find(memory);
    if (found == locks().counts.end() || found->second == 0) {
        ::SetLastError(ERROR_NOT_LOCKED);
        return FALSE;
    }
    if (--found->second != 0) {
        return TRUE;
    }
    ::SetLastError(NO_ERROR);
    return FALSE;
}

const std::array kCHeapHooks = {
    hook("malloc", allocate), hook("calloc", allocate_zeroes), hook("realloc", reallocate),
    hook("free", deallocate), hook("_msize", block_size),
};

// They take or give memory of malloc ("CRT debugging techniques", "_recalloc", "_expand").
constexpr std::array<std::string_view, 9> kUnknownToHooks = {
    "_recalloc",    "_expand",       "_free_dbg",   "_malloc_dbg", "_calloc_dbg",
    "_realloc_dbg", "_recalloc_dbg", "_expand_dbg", "_msize_dbg"};

const std::array kHeapHooks = {
    hook("HeapAlloc", heap_alloc),       hook("HeapFree", heap_free),
    hook("HeapReAlloc", heap_realloc),   hook("HeapSize", heap_size),
    hook("LocalAlloc", local_alloc),     hook("LocalFree", local_free),
    hook("LocalReAlloc", local_realloc), hook("LocalSize", local_size),
    hook("LocalLock", local_lock),       hook("LocalUnlock", local_unlock),
};

}  // namespace

std::span<const Hook> heap_hooks() {
    return kHeapHooks;
}

std::span<const Hook> c_heap_hooks() {
    return kCHeapHooks;
}

void keep_c_heap(std::string_view name, std::uintptr_t address) {
    if (name == "free") {
        c_free = reinterpret_cast<decltype(c_free)>(address);
    } else if (name == "realloc") {
        c_realloc = reinterpret_cast<decltype(c_realloc)>(address);
    } else if (name == "_msize") {
        c_msize = reinterpret_cast<decltype(c_msize)>(address);
    }
}

bool needs_c_heap(std::string_view name) {
    return std::find(kUnknownToHooks.begin(), kUnknownToHooks.end(), name) != kUnknownToHooks.end();
}

}  // namespace resforge::rhs

#endif
