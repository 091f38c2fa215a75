// Stack poisoning; in a file of its own, so that no compiler merges the frame with the caller's.
#include "stack_poison.h"

#include <array>
#include <cstddef>

namespace resforge::rhs {

void poison_stack() {
    constexpr std::size_t kSize = 16 * 1024;
    std::array<unsigned char, kSize> area;
    volatile unsigned char* const bytes = area.data();
    for (std::size_t index = 0; index < kSize; ++index) {
        bytes[index] = 0xCC;
    }
}

}  // namespace resforge::rhs
