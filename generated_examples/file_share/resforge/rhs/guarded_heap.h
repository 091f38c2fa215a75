// Memory that ends where a page ends: a read or write beyond it, or after it was freed, is a crash
// at the very instruction, as with the page heap of Windows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace resforge::rhs {

// `size` bytes, each of the value `fill`. With `alignment` 1 not one byte lies between the end and
// the page that cannot be touched; otherwise up to `alignment` - 1 bytes do, which are checked when
// the memory is freed. nullptr when there is none.
void* guarded_allocate(std::size_t size, std::uint8_t fill, std::size_t alignment = 1);

enum class Freed {
    kNow,      // it was open
    kEarlier,  // it was freed before
    kForeign,  // it never came from here
};

// Writes a violation when bytes beyond the end were written. Memory of `later` stays in reach until
// lock_freed(): MinGW's thread-local variables are destroyed after their memory was freed, one
// moment later on the same thread.
Freed guarded_free(void* memory, bool later = false);
void lock_freed();

// The size of open memory, or nothing for memory that did not come from here.
std::optional<std::size_t> guarded_size(const void* memory);

}  // namespace resforge::rhs
