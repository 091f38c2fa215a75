// Property lists byte for byte: a reader that trusts nothing and a writer.
//
// Layout and rules: pages property-lists and value-lists, header clusapi.h. A list is a count, then
// per property a name entry, one value entry and an endmark; entries start on multiples of four.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "resforge/cluster_abi.h"
#include "resforge/text.h"

namespace resforge {

using Bytes = std::vector<BYTE>;
using ByteView = std::span<const BYTE>;

// How a value lies in a list, in a buffer and in the database; the numbers are CLUSPROP_FORMAT_*.
enum class Format : WORD {
    binary = 1,
    dword = 2,
    sz = 3,
    expand_sz = 4,
    multi_sz = 5,
    ularge_integer = 6,
    long_ = 7,
    security_descriptor = 9,
    large_integer = 10,
    word = 11,
    filetime = 12,
};

inline constexpr DWORD kNameSyntax = 0x00040003;
inline constexpr DWORD kResourceClassSyntax = 0x00020002;
inline constexpr DWORD kListValueType = 0x00010000;

constexpr DWORD value_syntax(Format format) noexcept {
    return kListValueType | static_cast<DWORD>(format);
}

// Numbers and units are copied bytewise: nothing in a list is aligned for direct access.
template <class Number>
Number load(ByteView bytes, std::size_t offset) noexcept {
    Number number{};
    std::memcpy(&number, bytes.data() + offset, sizeof number);
    return number;
}

template <class Number>
void append_number(Bytes& bytes, Number number) {
    const std::size_t offset = bytes.size();
    bytes.resize(offset + sizeof number);
    std::memcpy(bytes.data() + offset, &number, sizeof number);
}

inline void append_units(Bytes& bytes, TextView text) {
    for (const WCHAR unit : text) {
        append_number(bytes, unit);
    }
}

// Text with its NUL.
inline void append_text(Bytes& bytes, TextView text) {
    append_units(bytes, text);
    append_number(bytes, WCHAR{0});
}

// The text in front of the first NUL; all of it when there is none.
inline Text text_of(ByteView bytes) {
    Text text;
    for (std::size_t offset = 0; offset + 2 <= bytes.size(); offset += 2) {
        const auto unit = load<WCHAR>(bytes, offset);
        if (unit == 0) {
            break;
        }
        text.push_back(unit);
    }
    return text;
}

inline bool has_terminator(ByteView bytes) noexcept {
    for (std::size_t offset = 0; offset + 2 <= bytes.size(); offset += 2) {
        if (load<WCHAR>(bytes, offset) == 0) {
            return true;
        }
    }
    return false;
}

// One property as it lies in the caller's buffer.
struct ListedProperty {
    Text name;
    DWORD syntax = 0;
    ByteView data;
};

// Walks through a list of unknown origin. Errors: page nf-resapi-resutilverifypropertytable; those
// of bad names and endmarks are inferred.
class PropertyListReader {
  public:
    explicit PropertyListReader(ByteView list) noexcept : list_(list) {}

    // To be called once, first.
    DWORD open() noexcept { return take_dword(left_); }

    bool at_end() const noexcept { return left_ == 0; }

    DWORD next(ListedProperty& property) {
        --left_;
        DWORD syntax = 0;
        ByteView name;
        if (const DWORD status = take_entry(syntax, name); status != ERROR_SUCCESS) {
            return status;
        }
        if (syntax != kNameSyntax) {
            return ERROR_INVALID_PARAMETER;
        }
        property.name = text_of(name);
        if (property.name.empty() || !has_terminator(name)) {
            return ERROR_INVALID_DATA;
        }
        return take_value(property);
    }

  private:
    DWORD take_value(ListedProperty& property) noexcept {
        if (list_.size() - offset_ >= 4 && load<DWORD>(list_, offset_) == 0) {
            return ERROR_INVALID_PARAMETER;
        }
        if (const DWORD status = take_entry(property.syntax, property.data);
            status != ERROR_SUCCESS) {
            return status;
        }
        DWORD endmark = 1;
        return take_dword(endmark) == ERROR_SUCCESS && endmark == 0 ? DWORD{ERROR_SUCCESS}
                                                                    : DWORD{ERROR_INVALID_DATA};
    }

    DWORD take_dword(DWORD& number) noexcept {
        if (list_.size() - offset_ < 4) {
            return ERROR_INSUFFICIENT_BUFFER;
        }
        number = load<DWORD>(list_, offset_);
        offset_ += 4;
        return ERROR_SUCCESS;
    }

    // The last entry may lack its padding.
    DWORD take_entry(DWORD& syntax, ByteView& data) noexcept {
        DWORD size = 0;
        if (take_dword(syntax) != ERROR_SUCCESS || take_dword(size) != ERROR_SUCCESS ||
            list_.size() - offset_ < size) {
            return ERROR_INSUFFICIENT_BUFFER;
        }
        data = list_.subspan(offset_, size);
        const std::uint64_t padded = (std::uint64_t{size} + 3) & ~std::uint64_t{3};
        offset_ = static_cast<std::size_t>(std::min<std::uint64_t>(offset_ + padded, list_.size()));
        return ERROR_SUCCESS;
    }

    ByteView list_;
    std::size_t offset_ = 0;
    DWORD left_ = 0;
};

// Adds syntax, size, data and padding of one entry.
inline void append_entry(Bytes& bytes, DWORD syntax, ByteView data) {
    append_number(bytes, syntax);
    append_number(bytes, static_cast<DWORD>(data.size()));
    bytes.insert(bytes.end(), data.begin(), data.end());
    bytes.resize((bytes.size() + 3) & ~std::size_t{3});
}

class PropertyListWriter {
  public:
    PropertyListWriter() : bytes_(4) {}

    void add(TextView name, Format format, ByteView data) {
        Bytes name_data;
        append_text(name_data, name);
        append_entry(bytes_, kNameSyntax, name_data);
        append_entry(bytes_, value_syntax(format), data);
        append_number(bytes_, DWORD{0});
        ++count_;
    }

    Bytes take() {
        std::memcpy(bytes_.data(), &count_, sizeof count_);
        return std::move(bytes_);
    }

  private:
    Bytes bytes_;
    DWORD count_ = 0;
};

}  // namespace resforge
