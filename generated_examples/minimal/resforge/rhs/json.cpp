// JSON values: access, modification and output.
#include "json.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace resforge::rhs {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

void append_escape(std::string& out, unsigned unit) {
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) {
        out += kHexDigits[(unit >> shift) & 0xF];
    }
}

// A lone surrogate is stored as ED A0..BF xx; real characters below it are ED 80..9F xx.
bool is_surrogate_at(std::string_view text, std::size_t index) {
    return static_cast<unsigned char>(text[index]) == 0xED && index + 2 < text.size() &&
           static_cast<unsigned char>(text[index + 1]) >= 0xA0;
}

unsigned surrogate_at(std::string_view text, std::size_t index) {
    const auto high = static_cast<unsigned char>(text[index + 1]) & 0x3FU;
    const auto low = static_cast<unsigned char>(text[index + 2]) & 0x3FU;
    return 0xD000U | (high << 6) | low;
}

void append_plain(std::string& out, char character) {
    switch (character) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (static_cast<unsigned char>(character) < 0x20 || character == 0x7F) {
                append_escape(out, static_cast<unsigned char>(character));
            } else {
                out += character;
            }
    }
}

void append_string(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t index = 0; index < text.size(); ++index) {
        if (is_surrogate_at(text, index)) {
            append_escape(out, surrogate_at(text, index));
            index += 2;
        } else {
            append_plain(out, text[index]);
        }
    }
    out += '"';
}

template <typename Number>
void append_number(std::string& out, Number number) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    out.append(text.data(), end);
}

void append_double(std::string& out, double number) {
    if (std::isfinite(number)) {
        append_number(out, number);
    } else {
        out += "null";
    }
}

void append_array(std::string& out, const Json::Array& items) {
    out += '[';
    for (std::size_t index = 0; index < items.size(); ++index) {
        if (index != 0) {
            out += ',';
        }
        items[index].dump_to(out);
    }
    out += ']';
}

void append_object(std::string& out, const Json::Object& members) {
    out += '{';
    for (std::size_t index = 0; index < members.size(); ++index) {
        if (index != 0) {
            out += ',';
        }
        append_string(out, members[index].first);
        out += ':';
        members[index].second.dump_to(out);
    }
    out += '}';
}

template <typename... Visitors>
struct Overloaded : Visitors... {
    using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

}  // namespace

void Json::set_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        value_ = value;
    } else {
        value_ = static_cast<std::int64_t>(value);
    }
}

std::string Json::dump() const {
    std::string out;
    dump_to(out);
    return out;
}

void Json::dump_to(std::string& out) const {
    std::visit(Overloaded{[&out](std::nullptr_t) { out += "null"; },
                          [&out](bool value) { out += value ? "true" : "false"; },
                          [&out](std::int64_t value) { append_number(out, value); },
                          [&out](std::uint64_t value) { append_number(out, value); },
                          [&out](double value) { append_double(out, value); },
                          [&out](const std::string& value) { append_string(out, value); },
                          [&out](const Array& value) { append_array(out, value); },
                          [&out](const Object& value) { append_object(out, value); }},
               value_);
}

bool Json::is_integer() const {
    return std::holds_alternative<std::int64_t>(value_) ||
           std::holds_alternative<std::uint64_t>(value_);
}

bool Json::as_bool() const {
    if (const bool* value = std::get_if<bool>(&value_)) {
        return *value;
    }
    throw JsonError("expected true or false");
}

std::int64_t Json::as_int64() const {
    if (const std::int64_t* value = std::get_if<std::int64_t>(&value_)) {
        return *value;
    }
    throw JsonError("expected a signed 64-bit integer");
}

std::uint64_t Json::as_uint64() const {
    if (const std::uint64_t* value = std::get_if<std::uint64_t>(&value_)) {
        return *value;
    }
    const std::int64_t* value = std::get_if<std::int64_t>(&value_);
    if (value == nullptr || *value < 0) {
        throw JsonError("expected an unsigned 64-bit integer");
    }
    return static_cast<std::uint64_t>(*value);
}

std::uint32_t Json::as_uint32() const {
    const std::uint64_t value = as_uint64();
    if (value > std::numeric_limits<std::uint32_t>::max()) {
        throw JsonError("expected an unsigned 32-bit integer");
    }
    return static_cast<std::uint32_t>(value);
}

const std::string& Json::as_string() const {
    if (const std::string* value = std::get_if<std::string>(&value_)) {
        return *value;
    }
    throw JsonError("expected a string");
}

const Json::Array& Json::as_array() const {
    if (const Array* value = std::get_if<Array>(&value_)) {
        return *value;
    }
    throw JsonError("expected an array");
}

const Json::Object& Json::as_object() const {
    if (const Object* value = std::get_if<Object>(&value_)) {
        return *value;
    }
    throw JsonError("expected an object");
}

const Json* Json::find(std::string_view name) const {
    const Object* members = std::get_if<Object>(&value_);
    if (members == nullptr) {
        return nullptr;
    }
    for (const Member& member : *members) {
        if (member.first == name) {
            return &member.second;
        }
    }
    return nullptr;
}

const Json& Json::at(std::string_view name) const {
    if (const Json* value = find(name)) {
        return *value;
    }
    throw JsonError("member \"" + std::string(name) + "\" is missing");
}

Json& Json::set(std::string name, Json value) {
    if (is_null()) {
        value_ = Object();
    }
    Object& members = std::get<Object>(value_);
    for (Member& member : members) {
        if (member.first == name) {
            member.second = std::move(value);
            return *this;
        }
    }
    members.emplace_back(std::move(name), std::move(value));
    return *this;
}

Json& Json::push(Json value) {
    if (is_null()) {
        value_ = Array();
    }
    std::get<Array>(value_).push_back(std::move(value));
    return *this;
}

}  // namespace resforge::rhs
