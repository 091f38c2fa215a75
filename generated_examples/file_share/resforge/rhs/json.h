// A strict JSON reader and writer for the host's records, and the UTF-16 conversions around it.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace resforge::rhs {

// Says what was expected and at which byte of the text.
class JsonError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// One JSON value. Members of an object keep their order. Text is UTF-8 in which a lone surrogate
// takes its three generalised bytes; dump() writes those as \uXXXX, so that output is valid UTF-8.
class Json {
  public:
    using Array = std::vector<Json>;
    using Member = std::pair<std::string, Json>;
    using Object = std::vector<Member>;

    Json() = default;
    Json(std::nullptr_t) {}
    Json(bool value) : value_(value) {}
    template <std::signed_integral Integer>
    Json(Integer value) : value_(static_cast<std::int64_t>(value)) {}
    template <std::unsigned_integral Integer>
        requires(!std::same_as<Integer, bool>)
    Json(Integer value) {
        set_unsigned(value);
    }
    Json(double value) : value_(value) {}
    Json(const char* value) : value_(std::string(value)) {}
    Json(std::string value) : value_(std::move(value)) {}
    Json(std::string_view value) : value_(std::string(value)) {}
    Json(Array value) : value_(std::move(value)) {}
    Json(Object value) : value_(std::move(value)) {}

    static Json array() { return Json(Array()); }
    static Json object() { return Json(Object()); }

    // Exactly one value with nothing but white space around it. Duplicate member names, numbers
    // outside 64 bits, control characters in strings and malformed UTF-8 are errors.
    static Json parse(std::string_view text);

    // The value on one line, without spaces.
    std::string dump() const;
    void dump_to(std::string& out) const;

    bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
    bool is_bool() const { return std::holds_alternative<bool>(value_); }
    bool is_integer() const;
    bool is_string() const { return std::holds_alternative<std::string>(value_); }
    bool is_array() const { return std::holds_alternative<Array>(value_); }
    bool is_object() const { return std::holds_alternative<Object>(value_); }

    // Each throws JsonError when the value is of another kind or out of the range asked for.
    bool as_bool() const;
    std::int64_t as_int64() const;
    std::uint64_t as_uint64() const;
    std::uint32_t as_uint32() const;
    const std::string& as_string() const;
    const Array& as_array() const;
    const Object& as_object() const;

    // The member of that name or nullptr; also nullptr when this is no object.
    const Json* find(std::string_view name) const;
    // The member of that name; throws JsonError when it is missing.
    const Json& at(std::string_view name) const;
    // Replaces or appends a member; a null value becomes an object.
    Json& set(std::string name, Json value);
    // Appends to an array; a null value becomes an array.
    Json& push(Json value);

    bool operator==(const Json&) const = default;

  private:
    void set_unsigned(std::uint64_t value);

    // Numbers above the signed range use the unsigned alternative; all others the signed one.
    std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string, Array,
                 Object>
        value_ = nullptr;
};

// Conversions that keep lone surrogates (three generalised UTF-8 bytes each). The first throws
// JsonError for bytes that are no UTF-8 of that form.
std::u16string utf16_from_utf8(std::string_view text);
std::string utf8_from_utf16(std::u16string_view text);

// How many bytes the character at `index` has in UTF-8; 0 when the bytes there are none.
std::size_t utf8_length(std::string_view text, std::size_t index);

// Two lower case hex digits a byte.
std::string hex_from_bytes(const void* data, std::size_t size);
// Accepts upper and lower case digits and white space between bytes; throws JsonError otherwise.
std::vector<std::uint8_t> bytes_from_hex(std::string_view text);

}  // namespace resforge::rhs
