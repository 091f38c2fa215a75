// Buffers of control codes: the size protocol, typed structs, raw bytes.
#pragma once

#include <cstring>
#include <optional>

#include "resforge/property_value.h"

namespace resforge {

// One call of ResourceControl or ResourceTypeControl. The byte counter is 0 from the start.
class ControlCall {
  public:
    ControlCall(DWORD code, PVOID input, DWORD input_size, PVOID output, DWORD output_size,
                LPDWORD bytes_returned) noexcept
        : code_(code),
          has_input_(input != nullptr),
          input_(static_cast<const BYTE*>(input), input == nullptr ? 0 : input_size),
          output_(static_cast<BYTE*>(output)),
          output_size_(output == nullptr ? 0 : output_size),
          bytes_returned_(bytes_returned) {
        count(0);
    }

    DWORD code() const noexcept { return code_; }
    bool has_input() const noexcept { return has_input_; }
    ByteView input() const noexcept { return input_; }

    // Hands out the answer, or ERROR_MORE_DATA and the size that it needs; never a part of it.
    DWORD answer(ByteView bytes) noexcept {
        count(static_cast<DWORD>(bytes.size()));
        if (bytes.size() > output_size_) {
            return ERROR_MORE_DATA;
        }
        if (!bytes.empty()) {
            std::memcpy(output_, bytes.data(), bytes.size());
        }
        return ERROR_SUCCESS;
    }

    // What the monitor is told. A hook can neither promise a later answer (ERROR_IO_PENDING) nor
    // know the size that ERROR_MORE_DATA must come with; both are failures like any other.
    DWORD checked(DWORD status) const noexcept {
        const bool no_size = status == ERROR_MORE_DATA && counted_ == 0;
        return status == ERROR_IO_PENDING || no_size ? DWORD{ERROR_GEN_FAILURE} : status;
    }

  private:
    void count(DWORD bytes) noexcept {
        counted_ = bytes;
        if (bytes_returned_ != nullptr) {
            *bytes_returned_ = bytes;
        }
    }

    DWORD code_;
    bool has_input_;
    ByteView input_;
    BYTE* output_;
    DWORD output_size_;
    LPDWORD bytes_returned_;
    DWORD counted_ = 0;
};

// Reads a struct: fields at fixed offsets, text in place, or text to the end of the data. After
// the first mistake nothing more is read and status() says ERROR_INVALID_DATA.
class StructReader {
  public:
    StructReader(ByteView bytes, std::size_t fixed_size) noexcept
        : bytes_(bytes),
          status_(bytes.size() < fixed_size ? DWORD{ERROR_INVALID_DATA} : DWORD{ERROR_SUCCESS}) {}

    template <class Number>
    void field(std::size_t offset, Number& value) noexcept {
        if (status_ == ERROR_SUCCESS) {
            value = load<Number>(bytes_, offset);
        }
    }
    void field(std::size_t offset, bool& value) noexcept {
        DWORD number = value ? 1 : 0;
        field(offset, number);
        value = number != 0;
    }
    // Text in `length` units, its NUL among them.
    void text(std::size_t offset, std::size_t length, Text& value) {
        take_text(offset, length * sizeof(WCHAR), value);
    }
    void tail(std::size_t offset, Text& value) {
        take_text(offset, bytes_.size() - std::min(offset, bytes_.size()), value);
    }
    DWORD status() const noexcept { return status_; }

  private:
    void take_text(std::size_t offset, std::size_t size, Text& value) {
        if (status_ != ERROR_SUCCESS) {
            return;
        }
        const ByteView units = bytes_.subspan(offset, size);
        if (!has_terminator(units)) {
            status_ = ERROR_INVALID_DATA;
            return;
        }
        value = text_of(units);
    }

    ByteView bytes_;
    DWORD status_;
};

// Writes a struct; what no field covers is zero. Text that does not fit is ERROR_INVALID_DATA.
class StructWriter {
  public:
    explicit StructWriter(std::size_t fixed_size) : bytes_(fixed_size) {}

    template <class Number>
    void field(std::size_t offset, const Number& value) noexcept {
        std::memcpy(bytes_.data() + offset, &value, sizeof value);
    }
    void field(std::size_t offset, const bool& value) noexcept {
        field(offset, DWORD{value ? 1U : 0U});
    }
    void text(std::size_t offset, std::size_t length, TextView value) noexcept {
        const TextView shown = value.substr(0, value.find(WCHAR{0}));
        if (shown.size() >= length) {
            status_ = ERROR_INVALID_DATA;
            return;
        }
        std::memcpy(bytes_.data() + offset, shown.data(), shown.size() * sizeof(WCHAR));
    }
    void tail(TextView value) { append_text(bytes_, value.substr(0, value.find(WCHAR{0}))); }
    DWORD status() const noexcept { return status_; }
    const Bytes& bytes() const noexcept { return bytes_; }

  private:
    Bytes bytes_;
    DWORD status_ = ERROR_SUCCESS;
};

// The generated decode and encode of a struct, for classes that have members of these names.
template <class Struct>
DWORD decode_struct(ByteView bytes, Struct& value) {
    return decode(bytes, value);
}
template <class Struct>
DWORD encode_struct(const Struct& value, Bytes& bytes) {
    return encode(value, bytes);
}

// Limits of a raw buffer in bytes.
struct ByteLimits {
    DWORD minimum;
    DWORD maximum;
};

inline DWORD check_size(ByteView bytes, const ByteLimits& limits) noexcept {
    return bytes.size() < limits.minimum || bytes.size() > limits.maximum
               ? DWORD{ERROR_INVALID_DATA}
               : DWORD{ERROR_SUCCESS};
}

}  // namespace resforge
