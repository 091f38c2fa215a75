// The strict JSON reader.
#include <charconv>
#include <string>

#include "json.h"

namespace resforge::rhs {
namespace {

// Deep enough for any record or dump of a database; keeps the reader's own stack bounded.
constexpr int kMaximumDepth = 200;

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

int hex_value(char character) {
    if (is_digit(character)) {
        return character - '0';
    }
    if (character >= 'a' && character <= 'f') {
        return character - 'a' + 10;
    }
    if (character >= 'A' && character <= 'F') {
        return character - 'A' + 10;
    }
    return -1;
}

void append_utf8(std::string& out, unsigned code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | (code >> 6));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | (code >> 12));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (code >> 18));
        out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    Json document() {
        Json value = read_value(0);
        skip_space();
        if (position_ != text_.size()) {
            fail("expected nothing after the value");
        }
        return value;
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        throw JsonError(what + " at byte " + std::to_string(position_));
    }

    char peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }

    void skip_space() {
        while (position_ < text_.size() &&
               std::string_view(" \t\r\n").find(text_[position_]) != std::string_view::npos) {
            ++position_;
        }
    }

    void expect(std::string_view word) {
        if (text_.substr(position_, word.size()) != word) {
            fail("expected \"" + std::string(word) + "\"");
        }
        position_ += word.size();
    }

    Json read_value(int depth) {
        if (depth > kMaximumDepth) {
            fail("nested too deeply");
        }
        skip_space();
        switch (peek()) {
            case '{':
                return read_object(depth);
            case '[':
                return read_array(depth);
            case '"':
                return Json(read_string());
            case 't':
                expect("true");
                return Json(true);
            case 'f':
                expect("false");
                return Json(false);
            case 'n':
                expect("null");
                return Json();
            default:
                return read_number();
        }
    }

    Json read_object(int depth) {
        expect("{");
        Json object = Json::object();
        skip_space();
        if (peek() == '}') {
            ++position_;
            return object;
        }
        for (;;) {
            skip_space();
            std::string name = read_string();
            if (object.find(name) != nullptr) {
                fail("duplicate member \"" + name + "\"");
            }
            skip_space();
            expect(":");
            object.set(std::move(name), read_value(depth + 1));
            if (!read_comma('}')) {
                return object;
            }
        }
    }

    Json read_array(int depth) {
        expect("[");
        Json array = Json::array();
        skip_space();
        if (peek() == ']') {
            ++position_;
            return array;
        }
        for (;;) {
            array.push(read_value(depth + 1));
            if (!read_comma(']')) {
                return array;
            }
        }
    }

    // True after a comma, false after the closing character.
    bool read_comma(char closing) {
        skip_space();
        const char next = peek();
        if (next != ',' && next != closing) {
            fail(std::string("expected \",\" or \"") + closing + "\"");
        }
        ++position_;
        return next == ',';
    }

    unsigned read_hex4() {
        unsigned code = 0;
        for (int count = 0; count < 4; ++count) {
            const int digit = hex_value(peek());
            if (digit < 0) {
                fail("expected four hex digits");
            }
            code = code * 16 + static_cast<unsigned>(digit);
            ++position_;
        }
        return code;
    }

    unsigned read_unicode_escape() {
        const unsigned first = read_hex4();
        const bool is_high = first >= 0xD800 && first < 0xDC00;
        if (!is_high || text_.substr(position_, 2) != "\\u") {
            return first;
        }
        const std::size_t before = position_;
        position_ += 2;
        const unsigned second = read_hex4();
        if (second < 0xDC00 || second > 0xDFFF) {
            position_ = before;
            return first;
        }
        return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    }

    void read_escape(std::string& out) {
        constexpr std::string_view kNames = "\"\\/bfnrt";
        constexpr std::string_view kCharacters = "\"\\/\b\f\n\r\t";
        const char name = peek();
        ++position_;
        if (name == 'u') {
            append_utf8(out, read_unicode_escape());
            return;
        }
        const std::size_t index = kNames.find(name);
        if (name == '\0' || index == std::string_view::npos) {
            fail("unknown escape sequence");
        }
        out += kCharacters[index];
    }

    std::string read_string() {
        if (peek() != '"') {
            fail("expected a string");
        }
        ++position_;
        std::string out;
        for (;;) {
            if (position_ >= text_.size()) {
                fail("unterminated string");
            }
            const char next = text_[position_++];
            if (next == '"') {
                break;
            }
            if (static_cast<unsigned char>(next) < 0x20) {
                fail("control character in a string");
            }
            if (next == '\\') {
                read_escape(out);
            } else {
                out += next;
            }
        }
        utf16_from_utf8(out);
        return out;
    }

    void read_digits() {
        if (!is_digit(peek())) {
            fail("expected a value");
        }
        while (is_digit(peek())) {
            ++position_;
        }
    }

    Json read_number() {
        const std::size_t start = position_;
        if (peek() == '-') {
            ++position_;
        }
        const bool leading_zero = peek() == '0';
        const std::size_t first_digit = position_;
        read_digits();
        if (leading_zero && position_ - first_digit > 1) {
            fail("a number must not begin with zero");
        }
        const std::size_t integer_end = position_;
        if (peek() == '.') {
            ++position_;
            read_digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            ++position_;
            if (peek() == '+' || peek() == '-') {
                ++position_;
            }
            read_digits();
        }
        const std::string_view text = text_.substr(start, position_ - start);
        return position_ == integer_end ? integer(text) : real(text);
    }

    Json integer(std::string_view text) const {
        const char* end = text.data() + text.size();
        std::int64_t value = 0;
        if (std::from_chars(text.data(), end, value).ec == std::errc()) {
            return Json(value);
        }
        std::uint64_t large = 0;
        if (std::from_chars(text.data(), end, large).ec == std::errc()) {
            return Json(large);
        }
        fail("a number outside 64 bits");
    }

    Json real(std::string_view text) const {
        double value = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) {
            fail("a number outside the range of double");
        }
        return Json(value);
    }

    std::string_view text_;
    std::size_t position_ = 0;
};

struct Decoded {
    unsigned code = 0;
    std::size_t length = 0;
};

// One generalised UTF-8 sequence; length 0 when the bytes are none.
Decoded decode_at(std::string_view text, std::size_t index) {
    const auto byte_at = [text](std::size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
    };
    const unsigned lead = byte_at(index);
    if (lead < 0x80) {
        return {lead, 1};
    }
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4) {
        return {};
    }
    unsigned code = lead & (0xFFU >> (length + 1));
    for (std::size_t offset = 1; offset < length; ++offset) {
        const unsigned next = byte_at(index + offset);
        if ((next & 0xC0U) != 0x80U) {
            return {};
        }
        code = (code << 6) | (next & 0x3FU);
    }
    const unsigned minimum = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
    if (code < minimum || code > 0x10FFFF) {
        return {};
    }
    return {code, length};
}

}  // namespace

Json Json::parse(std::string_view text) {
    return Reader(text).document();
}

std::size_t utf8_length(std::string_view text, std::size_t index) {
    const Decoded next = decode_at(text, index);
    const bool is_surrogate = next.code >= 0xD800 && next.code <= 0xDFFF;
    return is_surrogate ? 0 : next.length;
}

std::u16string utf16_from_utf8(std::string_view text) {
    std::u16string out;
    out.reserve(text.size());
    for (std::size_t index = 0; index < text.size();) {
        const Decoded next = decode_at(text, index);
        if (next.length == 0) {
            throw JsonError("malformed UTF-8");
        }
        if (next.code >= 0x10000) {
            out += static_cast<char16_t>(0xD800 + ((next.code - 0x10000) >> 10));
            out += static_cast<char16_t>(0xDC00 + ((next.code - 0x10000) & 0x3FF));
        } else {
            out += static_cast<char16_t>(next.code);
        }
        index += next.length;
    }
    return out;
}

std::string utf8_from_utf16(std::u16string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t index = 0; index < text.size(); ++index) {
        const unsigned unit = text[index];
        const bool is_high = unit >= 0xD800 && unit < 0xDC00;
        if (is_high && index + 1 < text.size() && (text[index + 1] & 0xFC00) == 0xDC00) {
            const unsigned low = text[index + 1];
            append_utf8(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
            ++index;
        } else {
            append_utf8(out, unit);
        }
    }
    return out;
}

std::string hex_from_bytes(const void* data, std::size_t size) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto* bytes = static_cast<const unsigned char*>(data);
    std::string out;
    out.reserve(size * 2);
    for (std::size_t index = 0; index < size; ++index) {
        out += kDigits[bytes[index] >> 4];
        out += kDigits[bytes[index] & 0xF];
    }
    return out;
}

std::vector<std::uint8_t> bytes_from_hex(std::string_view text) {
    std::vector<std::uint8_t> out;
    for (std::size_t index = 0; index < text.size(); ++index) {
        if (text[index] == ' ' || text[index] == '\n' || text[index] == '\t') {
            continue;
        }
        const int high = hex_value(text[index]);
        const int low = index + 1 < text.size() ? hex_value(text[index + 1]) : -1;
        if (high < 0 || low < 0) {
            throw JsonError("expected pairs of hex digits");
        }
        out.push_back(static_cast<std::uint8_t>(high * 16 + low));
        ++index;
    }
    return out;
}

}  // namespace resforge::rhs
