// Memory that ends where a page ends: a read or write beyond it, or after it was freed, is a crash
// at the very instruction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace resforge::rhs {

// HeapAlloc aligns for every type that the compiler knows of (MEMORY_ALLOCATION_ALIGNMENT of
// winnt.h, named by its documentation); the same for LocalAlloc and malloc (inferred).
inline constexpr std::size_t kAnyType = 16;

// `size` bytes, each of the value `fill`. With `alignment` 1 not one byte lies between the end and
// the page that cannot be touched; otherwise up to `alignment` - 1 bytes do, which are checked when
// the memory is freed. Beyond some thousand open blocks the others only have what is checked.
// nullptr when there is no memory.
void* guarded_allocate(std::size_t size, std::uint8_t fill, std::size_t alignment = kAnyType);

enum class Freed {
    kNow,      // it was open
    kEarlier,  // it was freed before
    kForeign,  // it never came from here
};

// Writes a violation when bytes beyond the end were written. Memory of `later` stays in reach until
// lock_freed(), or until much more was freed: MinGW's thread-local variables are destroyed after
// their memory was freed, while their thread ends.
Freed guarded_free(void* memory, bool later = false);
void lock_freed();

// Makes open memory smaller where it is; false when it is not larger than that.
bool guarded_shrink(void* memory, std::size_t size);

// Whether this is memory that was freed.
bool guarded_was_freed(const void* memory);

// The size of open memory, or nothing for memory that did not come from here.
std::optional<std::size_t> guarded_size(const void* memory);

}  // namespace resforge::rhs
