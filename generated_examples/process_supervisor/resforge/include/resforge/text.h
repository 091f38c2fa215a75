// UTF-16 text as Windows uses it: types, comparison of names, conversion from UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "resforge/upper_case.h"
#include "resforge/win32.h"

namespace resforge {

using Text = std::basic_string<WCHAR>;
using TextView = std::basic_string_view<WCHAR>;

// Names of resource types and properties are equal without regard to case, unit by unit.
constexpr bool equal_names(TextView left, TextView right) noexcept {
    if (left.size() != right.size()) {
        return false;
    }
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (upper_case(left[i]) != upper_case(right[i])) {
            return false;
        }
    }
    return true;
}

// Equal for two names exactly when equal_names holds.
inline Text upper_case(TextView name) {
    Text upper(name);
    for (WCHAR& unit : upper) {
        unit = upper_case(unit);
    }
    return upper;
}

constexpr bool is_high_surrogate(char32_t unit) noexcept {
    return unit >= 0xD800 && unit <= 0xDBFF;
}

inline constexpr char32_t kReplacementCharacter = 0xFFFD;

// Takes one character from the front of UTF-8 text; U+FFFD stands for each malformed byte.
constexpr char32_t take_utf8_character(std::string_view& utf8) noexcept {
    const auto lead = static_cast<unsigned char>(utf8.front());
    const std::size_t size = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
    char32_t character = size <= 1 ? lead : lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        const unsigned char next = i < utf8.size() ? static_cast<unsigned char>(utf8[i]) : 0;
        if ((next & 0xC0U) != 0x80) {
            utf8.remove_prefix(1);
            return kReplacementCharacter;
        }
        character = (character << 6) | (next & 0x3FU);
    }
    constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
    if (size == 0 || character < kSmallest[size] || character > 0x10FFFF || surrogate) {
        utf8.remove_prefix(1);
        return kReplacementCharacter;
    }
    utf8.remove_prefix(size);
    return character;
}

// Calls put(WCHAR) for the one or two units of a character.
template <class Put>
constexpr void put_utf16(char32_t character, Put&& put) {
    if (character < 0x10000) {
        put(static_cast<WCHAR>(character));
        return;
    }
    put(static_cast<WCHAR>(0xD800 + ((character - 0x10000) >> 10)));
    put(static_cast<WCHAR>(0xDC00 + ((character - 0x10000) & 0x3FF)));
}

inline Text to_text(std::string_view utf8) {
    Text text;
    while (!utf8.empty()) {
        put_utf16(take_utf8_character(utf8), [&text](WCHAR unit) { text.push_back(unit); });
    }
    return text;
}

// UTF-8 for use outside Windows; a lone surrogate becomes U+FFFD.
inline std::string to_utf8(TextView text) {
    std::string utf8;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char32_t character = text[i];
        if (is_high_surrogate(character) && i + 1 < text.size() &&
            (text[i + 1] & 0xFC00U) == 0xDC00U) {
            character = 0x10000 + ((character & 0x3FFU) << 10) + (text[++i] & 0x3FFU);
        } else if (character >= 0xD800 && character <= 0xDFFF) {
            character = kReplacementCharacter;
        }
        const auto byte = [](char32_t value) { return static_cast<char>(value); };
        if (character < 0x80) {
            utf8.push_back(byte(character));
        } else if (character < 0x800) {
            utf8 += {byte(0xC0 | (character >> 6)), byte(0x80 | (character & 0x3F))};
        } else if (character < 0x10000) {
            utf8 += {byte(0xE0 | (character >> 12)), byte(0x80 | ((character >> 6) & 0x3F)),
                     byte(0x80 | (character & 0x3F))};
        } else {
            utf8 += {byte(0xF0 | (character >> 18)), byte(0x80 | ((character >> 12) & 0x3F)),
                     byte(0x80 | ((character >> 6) & 0x3F)), byte(0x80 | (character & 0x3F))};
        }
    }
    return utf8;
}

}  // namespace resforge
