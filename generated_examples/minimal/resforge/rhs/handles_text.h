// Handles in records: null or their number in hex.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>

#include "json.h"

namespace resforge::rhs {

inline Json handle_json(const void* handle) {
    if (handle == nullptr) {
        return {};
    }
    std::array<char, 16> digits{};
    const auto number = reinterpret_cast<std::uintptr_t>(handle);
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
    return Json("0x" + std::string(digits.data(), end));
}

}  // namespace resforge::rhs
