// Buffers for calls into the DLL, with canaries on both sides.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace resforge::rhs {

class GuardedBuffer {
  public:
    // `size` bytes of a pattern that no answer is likely to contain.
    void reset(std::size_t size) {
        size_ = size;
        bytes_.assign(size + 2 * kGuard, kCanary);
        std::fill_n(bytes_.begin() + kGuard, size, kFresh);
    }

    void assign(const std::vector<std::uint8_t>& content) {
        reset(content.size());
        std::copy(content.begin(), content.end(), bytes_.begin() + kGuard);
    }

    std::uint8_t* data() { return bytes_.data() + kGuard; }

    bool intact() const {
        const auto is_canary = [](std::uint8_t byte) { return byte == kCanary; };
        return bytes_.empty() || (std::all_of(bytes_.begin(), bytes_.begin() + kGuard, is_canary) &&
                                  std::all_of(bytes_.end() - kGuard, bytes_.end(), is_canary));
    }

    // Whether nothing was written since reset().
    bool is_fresh() const {
        return bytes_.empty() || std::all_of(bytes_.begin() + kGuard, bytes_.end() - kGuard,
                                             [](std::uint8_t byte) { return byte == kFresh; });
    }

    // What a DLL reads that kept the pointer.
    void poison() { std::fill_n(bytes_.begin() + kGuard, size_, kDead); }

  private:
    static constexpr std::ptrdiff_t kGuard = 32;
    static constexpr std::uint8_t kCanary = 0xA5;
    static constexpr std::uint8_t kFresh = 0xCC;
    static constexpr std::uint8_t kDead = 0xDD;

    std::vector<std::uint8_t> bytes_;
    std::size_t size_ = 0;
};

}  // namespace resforge::rhs
