// Values of properties: their canonical bytes, their database types, their C++ types.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "resforge/property_list.h"

namespace resforge {

// Bytes of a number of this format, 0 when the format is not a number.
constexpr std::size_t number_size(Format format) noexcept {
    switch (format) {
        case Format::dword:
        case Format::long_:
            return 4;
        case Format::ularge_integer:
        case Format::large_integer:
        case Format::filetime:
            return 8;
        case Format::word:
            return 2;
        default:
            return 0;
    }
}

// The database type of a format, nothing when such a value cannot be stored
// (page nf-clusapi-clusterregsetvalue; FILETIME as REG_QWORD is inferred).
constexpr std::optional<DWORD> registry_type(DWORD format) noexcept {
    switch (static_cast<Format>(format)) {
        case Format::dword:
        case Format::long_:
            return DWORD{REG_DWORD};
        case Format::sz:
            return DWORD{REG_SZ};
        case Format::expand_sz:
            return DWORD{REG_EXPAND_SZ};
        case Format::multi_sz:
            return DWORD{REG_MULTI_SZ};
        case Format::ularge_integer:
        case Format::large_integer:
        case Format::filetime:
            return DWORD{REG_QWORD};
        case Format::binary:
        case Format::security_descriptor:
            return DWORD{REG_BINARY};
        default:
            return std::nullopt;
    }
}

// The format in which a stored value outside the property table is listed.
constexpr std::optional<Format> format_of_stored(DWORD type) noexcept {
    switch (type) {
        case REG_SZ:
            return Format::sz;
        case REG_EXPAND_SZ:
            return Format::expand_sz;
        case REG_BINARY:
            return Format::binary;
        case REG_DWORD:
            return Format::dword;
        case REG_MULTI_SZ:
            return Format::multi_sz;
        case REG_QWORD:
            return Format::ularge_integer;
        default:
            return std::nullopt;
    }
}

constexpr bool accepts_stored_type(Format format, DWORD type) noexcept {
    return registry_type(static_cast<DWORD>(format)) == type ||
           (format == Format::filetime && type == REG_BINARY);
}

// The texts in front of the first empty one.
inline std::vector<Text> texts_of(ByteView bytes) {
    std::vector<Text> texts;
    std::size_t offset = 0;
    while (offset + 2 <= bytes.size() && load<WCHAR>(bytes, offset) != 0) {
        texts.push_back(text_of(bytes.subspan(offset)));
        offset += (texts.back().size() + 1) * sizeof(WCHAR);
    }
    return texts;
}

inline Bytes bytes_of(TextView text) {
    Bytes bytes;
    append_text(bytes, text);
    return bytes;
}

inline Bytes bytes_of(const std::vector<Text>& texts) {
    Bytes bytes;
    for (const Text& text : texts) {
        append_text(bytes, text);
    }
    append_number(bytes, WCHAR{0});
    return bytes;
}

// Checks that the bytes are a value of the format and brings text to its shortest form.
// ERROR_INVALID_DATA: wrong size, odd size, or no NUL at the end.
inline DWORD canonical_value(Format format, ByteView data, Bytes& value) {
    const bool is_text = format == Format::sz || format == Format::expand_sz;
    if (is_text || format == Format::multi_sz) {
        const bool terminated =
            data.size() >= 2 && data.size() % 2 == 0 && load<WCHAR>(data, data.size() - 2) == 0;
        if (!terminated) {
            return ERROR_INVALID_DATA;
        }
        value = is_text ? bytes_of(text_of(data)) : bytes_of(texts_of(data));
        return ERROR_SUCCESS;
    }
    if (number_size(format) != 0 && data.size() != number_size(format)) {
        return ERROR_INVALID_DATA;
    }
    value.assign(data.begin(), data.end());
    return ERROR_SUCCESS;
}

// Bytes from pairs of hexadecimal digits, for defaults in generated code.
inline Bytes hex_bytes(std::string_view digits) {
    const auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        bytes.push_back(static_cast<BYTE>(value(digits[i]) * 16 + value(digits[i + 1])));
    }
    return bytes;
}

// A FILETIME from its number of 100 ns since 1601, for defaults in generated code.
constexpr FILETIME file_time(ULONGLONG ticks) noexcept {
    return {static_cast<DWORD>(ticks & 0xFFFFFFFF), static_cast<DWORD>(ticks >> 32)};
}

// C++ values and canonical bytes. Decoding expects canonical bytes.
inline Bytes encode_value(TextView value) {
    return bytes_of(value);
}
inline Bytes encode_value(const Text& value) {
    return bytes_of(value);
}
inline Bytes encode_value(const std::vector<Text>& value) {
    return bytes_of(value);
}
inline Bytes encode_value(const Bytes& value) {
    return value;
}
inline Bytes encode_value(bool value) {
    Bytes bytes;
    append_number(bytes, DWORD{value ? 1U : 0U});
    return bytes;
}
template <class Number>
Bytes encode_value(const Number& value) {
    Bytes bytes;
    append_number(bytes, value);
    return bytes;
}

inline void decode_value(ByteView bytes, Text& value) {
    value = text_of(bytes);
}
inline void decode_value(ByteView bytes, std::vector<Text>& value) {
    value = texts_of(bytes);
}
inline void decode_value(ByteView bytes, Bytes& value) {
    value.assign(bytes.begin(), bytes.end());
}
inline void decode_value(ByteView bytes, bool& value) {
    value = load<DWORD>(bytes, 0) != 0;
}
template <class Number>
void decode_value(ByteView bytes, Number& value) {
    value = load<Number>(bytes, 0);
}

}  // namespace resforge
