// Windows only: the heaps that a DLL allocates from, with guarded memory in their place.
#include "import_patch.h"

#ifdef _WIN32

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include <malloc.h>

#include "emulated_win32.h"
#include "guarded_heap.h"
#include "record.h"

namespace resforge::rhs {
namespace {

constexpr std::uint8_t kFresh = 0xCD;
// What malloc promises for every type (__STDCPP_DEFAULT_NEW_ALIGNMENT__).
constexpr std::size_t kAnyType = 16;

void* allocate(std::size_t size) {
    return guarded_allocate(size, kFresh, kAnyType);
}

void* allocate_zeroes(std::size_t count, std::size_t size) {
    if (size != 0 && count > SIZE_MAX / size) {
        return nullptr;
    }
    return guarded_allocate(count * size, 0, kAnyType);
}

// True when the memory was ours; memory that was freed before is a violation.
bool release(void* memory, const char* function, bool later = false) {
    const Freed freed = guarded_free(memory, later);
    if (freed == Freed::kEarlier) {
        violation("invalid-free", std::string(function) + " got memory that was freed before");
    }
    return freed != Freed::kForeign;
}

void deallocate(void* memory) {
    if (memory != nullptr && !release(memory, "free", true)) {
        std::free(memory);
    }
}

// Moves ours to a new block; `size` bytes of `fill` with what fits of the old ones.
void* move_block(void* memory, std::size_t before, std::size_t size, std::uint8_t fill,
                 std::size_t alignment, const char* function) {
    void* const moved = guarded_allocate(size, fill, alignment);
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
    const auto before = guarded_size(memory);
    return before ? move_block(memory, *before, size, kFresh, kAnyType, "realloc")
                  : std::realloc(memory, size);
}

std::size_t block_size(void* memory) {
    const auto size = guarded_size(memory);
    return size ? *size : ::_msize(memory);
}

std::uint8_t fill_of(DWORD flags) {
    return (flags & HEAP_ZERO_MEMORY) != 0 ? std::uint8_t{0} : kFresh;
}

LPVOID WINAPI heap_alloc(HANDLE, DWORD flags, SIZE_T size) {
    return guarded_allocate(size, fill_of(flags));
}

BOOL WINAPI heap_free(HANDLE where, DWORD flags, LPVOID memory) {
    return memory == nullptr || release(memory, "HeapFree") ? TRUE
                                                            : ::HeapFree(where, flags, memory);
}

LPVOID WINAPI heap_realloc(HANDLE where, DWORD flags, LPVOID memory, SIZE_T size) {
    const auto before = guarded_size(memory);
    return before ? move_block(memory, *before, size, fill_of(flags), 1, "HeapReAlloc")
                  : ::HeapReAlloc(where, flags, memory, size);
}

SIZE_T WINAPI heap_size(HANDLE where, DWORD flags, LPCVOID memory) {
    const auto size = guarded_size(memory);
    return size ? *size : ::HeapSize(where, flags, memory);
}

HLOCAL WINAPI local_realloc(HLOCAL memory, SIZE_T size, UINT flags) {
    const auto before = guarded_size(memory);
    if (!before) {
        return ::LocalReAlloc(memory, size, flags);
    }
    const HLOCAL moved = emulated::LocalAlloc(flags, size);
    if (moved != nullptr) {
        std::memcpy(moved, memory, std::min<std::size_t>(*before, size));
        emulated::LocalFree(memory);
    }
    return moved;
}

SIZE_T WINAPI local_size(HLOCAL memory) {
    const auto size = guarded_size(memory);
    return size ? *size : ::LocalSize(memory);
}

// The handle of movable memory is its address here.
LPVOID WINAPI local_lock(HLOCAL memory) {
    return guarded_size(memory) ? memory : ::LocalLock(memory);
}

BOOL WINAPI local_unlock(HLOCAL memory) {
    return guarded_size(memory) ? TRUE : ::LocalUnlock(memory);
}

const std::array kHeapHooks = {
    hook("malloc", allocate),
    hook("calloc", allocate_zeroes),
    hook("realloc", reallocate),
    hook("free", deallocate),
    hook("_msize", block_size),
    hook("HeapAlloc", heap_alloc),
    hook("HeapFree", heap_free),
    hook("HeapReAlloc", heap_realloc),
    hook("HeapSize", heap_size),
    hook("LocalAlloc", emulated::LocalAlloc),
    hook("LocalFree", emulated::LocalFree),
    hook("LocalReAlloc", local_realloc),
    hook("LocalSize", local_size),
    hook("LocalLock", local_lock),
    hook("LocalUnlock", local_unlock),
};

}  // namespace

std::span<const Hook> heap_hooks() {
    return kHeapHooks;
}

}  // namespace resforge::rhs

#endif
