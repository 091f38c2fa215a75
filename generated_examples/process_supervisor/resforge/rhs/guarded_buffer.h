// Buffers for calls into the DLL, with canaries on both sides.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "guarded_heap.h"

namespace resforge::rhs {

class GuardedBuffer {
  public:
    // `size` bytes of a pattern that no answer is likely to contain.
    void reset(std::size_t size) {
        bytes_.assign(size + 2 * kGuard, kCanary);
        std::fill_n(bytes_.begin() + kGuard, size, kFresh);
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

  private:
    static constexpr std::ptrdiff_t kGuard = 32;
    static constexpr std::uint8_t kCanary = 0xA5;
    static constexpr std::uint8_t kFresh = 0xCC;

    std::vector<std::uint8_t> bytes_;
};

// What a DLL gets to read: it ends where a page ends, and is out of reach once the call is over. It
// begins where a DWORD may: the parts of lists and structures are as long as some of those.
class GuardedInput {
  public:
    GuardedInput() = default;
    GuardedInput(const GuardedInput&) = delete;
    GuardedInput& operator=(const GuardedInput&) = delete;
    ~GuardedInput() { end(); }

    void assign(const std::vector<std::uint8_t>& content) {
        end();
        data_ = guarded_allocate(content.size(), 0, sizeof(std::uint32_t));
        if (data_ != nullptr && !content.empty()) {
            std::memcpy(data_, content.data(), content.size());
        }
    }

    void end() {
        if (data_ != nullptr) {
            guarded_free(data_);
            data_ = nullptr;
        }
    }

    void* data() { return data_; }

  private:
    void* data_ = nullptr;
};

}  // namespace resforge::rhs
