// Formatting of log entries.
#include "format_message.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <string_view>

#include "json.h"

namespace resforge::rhs {
namespace {

enum class InsertKind { kWide, kNarrow, kCharacter, kSigned, kUnsigned, kPointer };

struct Insert {
    unsigned number = 0;
    InsertKind kind = InsertKind::kWide;
    bool is_64 = false;
    std::string flags;  // "-", "0", "+", " ", "#" as given
    std::string width;
    std::string precision;  // digits after the point
    bool has_precision = false;
    char conversion = 's';
};

// A piece of the format string: plain text, or an insert.
struct Piece {
    std::u16string text;
    bool is_insert = false;
    Insert insert;
};

bool is_digit(char16_t unit) {
    return unit >= u'0' && unit <= u'9';
}

// Reads what stands between the exclamation marks; false when FormatMessage has no such format.
bool parse_format(std::string_view text, Insert& insert) {
    std::size_t at = 0;
    const auto take_while = [&](std::string_view set) {
        const std::size_t end = std::min(text.find_first_not_of(set, at), text.size());
        const std::string taken(text.substr(at, end - at));
        at = end;
        return taken;
    };
    insert.flags = take_while("-+ #0");
    insert.width = take_while("0123456789");
    if (at < text.size() && text[at] == '.') {
        ++at;
        insert.has_precision = true;
        insert.precision = take_while("0123456789");
    }
    std::string size;
    for (const std::string_view prefix : {"I64", "I32", "ll", "hh", "l", "h", "w", "I"}) {
        if (text.substr(at, prefix.size()) == prefix) {
            size = prefix;
            at += prefix.size();
            break;
        }
    }
    if (at + 1 != text.size()) {
        return false;
    }
    insert.conversion = text[at];
    insert.is_64 = size == "I64" || size == "ll" || size == "I";
    const bool is_wide = size == "w" || size == "l";
    switch (text[at]) {
        case 's':
            insert.kind = size == "h" ? InsertKind::kNarrow : InsertKind::kWide;
            return true;
        case 'S':
            insert.kind = is_wide ? InsertKind::kWide : InsertKind::kNarrow;
            return true;
        case 'c':
        case 'C':
            insert.kind = InsertKind::kCharacter;
            return true;
        case 'd':
        case 'i':
            insert.kind = InsertKind::kSigned;
            return true;
        case 'u':
        case 'x':
        case 'X':
        case 'o':
            insert.kind = InsertKind::kUnsigned;
            return true;
        case 'p':
            insert.kind = InsertKind::kPointer;
            return true;
        default:
            return false;
    }
}

class Parser {
  public:
    Parser(std::u16string_view format, FormattedText& result) : format_(format), result_(result) {}

    std::vector<Piece> parse() {
        while (at_ < format_.size() && !ended_) {
            const char16_t unit = format_[at_++];
            if (unit == u'%') {
                escape();
            } else {
                plain(unit);
            }
        }
        return std::move(pieces_);
    }

  private:
    void plain(char16_t unit) {
        if (pieces_.empty() || pieces_.back().is_insert) {
            pieces_.emplace_back();
        }
        pieces_.back().text += unit;
    }

    void problem(const std::string& text) { result_.problems.push_back(text); }

    void escape() {
        if (at_ >= format_.size()) {
            problem("a single % at the end");
            return;
        }
        const char16_t next = format_[at_];
        if (next >= u'1' && next <= u'9') {
            insert();
            return;
        }
        ++at_;
        constexpr std::u16string_view kNames = u"%nrtb.!";
        constexpr std::u16string_view kCharacters = u"%\n\r\t .!";
        const std::size_t index = kNames.find(next);
        if (next == u'0') {
            ended_ = true;
        } else if (index != std::u16string_view::npos) {
            plain(kCharacters[index]);
        } else {
            problem("%" + utf8_from_utf16({&next, 1}) + " is no insert; its argument is lost");
            plain(next);
        }
    }

    void insert() {
        Piece piece;
        piece.is_insert = true;
        for (int digits = 0; digits < 2 && at_ < format_.size() && is_digit(format_[at_]);
             ++digits) {
            piece.insert.number = piece.insert.number * 10 + (format_[at_++] - u'0');
        }
        if (at_ < format_.size() && format_[at_] == u'!') {
            const std::size_t end = format_.find(u'!', at_ + 1);
            const std::u16string_view inside =
                format_.substr(at_ + 1, end == std::u16string_view::npos ? end : end - at_ - 1);
            const std::string text = utf8_from_utf16(inside);
            if (end == std::u16string_view::npos || !parse_format(text, piece.insert)) {
                problem("%" + std::to_string(piece.insert.number) + "!" + text +
                        "! is no format of FormatMessage");
                at_ = end == std::u16string_view::npos ? format_.size() : end + 1;
                piece.insert.kind = InsertKind::kPointer;
                piece.insert.conversion = 'p';
                pieces_.push_back(std::move(piece));
                return;
            }
            at_ = end + 1;
        }
        pieces_.push_back(std::move(piece));
    }

    std::u16string_view format_;
    FormattedText& result_;
    std::size_t at_ = 0;
    bool ended_ = false;
    std::vector<Piece> pieces_;
};

bool is_wide_argument(const Insert& insert) {
    return insert.is_64 || insert.kind == InsertKind::kWide || insert.kind == InsertKind::kNarrow ||
           insert.kind == InsertKind::kPointer;
}

// Every argument once, in order; one that no insert names is taken as pointer-sized.
std::vector<std::uint64_t> take_arguments(const std::vector<Piece>& pieces,
                                          std::va_list& arguments) {
    std::map<unsigned, bool> wide;
    unsigned count = 0;
    for (const Piece& piece : pieces) {
        if (piece.is_insert) {
            const auto [found, is_new] =
                wide.try_emplace(piece.insert.number, is_wide_argument(piece.insert));
            found->second = found->second || is_wide_argument(piece.insert);
            count = std::max(count, piece.insert.number);
        }
    }
    std::vector<std::uint64_t> values;
    for (unsigned number = 1; number <= count; ++number) {
        const auto found = wide.find(number);
        if (found == wide.end() || found->second) {
            values.push_back(va_arg(arguments, std::uint64_t));
        } else {
            values.push_back(va_arg(arguments, unsigned));
        }
    }
    return values;
}

// The first 64 KiB can never be mapped, so such an address is a number in a string's place.
bool is_address(std::uint64_t value) {
    return value >= 0x10000;
}

std::u16string limited(std::u16string text, const Insert& insert) {
    if (insert.has_precision) {
        text.resize(std::min<std::size_t>(
            text.size(), insert.precision.empty() ? 0 : std::stoul(insert.precision)));
    }
    return text;
}

std::u16string wide_text(const Insert& insert, std::uint64_t value) {
    const auto* unit = reinterpret_cast<const char16_t*>(static_cast<std::uintptr_t>(value));
    const std::size_t limit = insert.has_precision && !insert.precision.empty()
                                  ? std::stoul(insert.precision)
                                  : std::u16string::npos;
    std::u16string text;
    for (; text.size() < limit && *unit != 0; ++unit) {
        text += *unit;
    }
    return text;
}

std::u16string narrow_text(std::uint64_t value) {
    const auto* bytes = reinterpret_cast<const char*>(static_cast<std::uintptr_t>(value));
    std::u16string text;
    for (; *bytes != 0; ++bytes) {
        text += static_cast<char16_t>(static_cast<unsigned char>(*bytes));
    }
    return text;
}

std::u16string digits(std::uint64_t value, unsigned base, bool upper) {
    constexpr std::u16string_view kLower = u"0123456789abcdef";
    constexpr std::u16string_view kUpper = u"0123456789ABCDEF";
    std::u16string text;
    do {
        text.insert(text.begin(), (upper ? kUpper : kLower)[value % base]);
        value /= base;
    } while (value != 0);
    return text;
}

std::u16string number_text(const Insert& insert, std::uint64_t value) {
    if (insert.kind == InsertKind::kPointer) {
        std::u16string text = digits(value, 16, true);
        return std::u16string(16 - std::min<std::size_t>(16, text.size()), u'0') + text;
    }
    if (insert.kind == InsertKind::kSigned) {
        const auto number =
            insert.is_64 ? static_cast<std::int64_t>(value) : static_cast<std::int32_t>(value);
        const std::uint64_t size = number < 0 ? ~static_cast<std::uint64_t>(number) + 1
                                              : static_cast<std::uint64_t>(number);
        return (number < 0 ? u"-" : u"") + digits(size, 10, false);
    }
    const std::uint64_t number = insert.is_64 ? value : value & 0xFFFFFFFF;
    const unsigned base = insert.conversion == 'u' ? 10 : insert.conversion == 'o' ? 8 : 16;
    std::u16string text = digits(number, base, insert.conversion == 'X');
    if (base == 16 && insert.flags.find('#') != std::string::npos) {
        text.insert(0, insert.conversion == 'X' ? u"0X" : u"0x");
    }
    return text;
}

std::u16string padded(std::u16string text, const Insert& insert, bool is_number) {
    const std::size_t width =
        insert.width.empty() ? 0 : std::min<std::size_t>(std::stoul(insert.width), 1000);
    if (text.size() >= width) {
        return text;
    }
    const std::size_t missing = width - text.size();
    if (insert.flags.find('-') != std::string::npos) {
        return text + std::u16string(missing, u' ');
    }
    const bool zeros = is_number && insert.flags.find('0') != std::string::npos;
    const std::size_t sign = zeros && text.front() == u'-' ? 1 : 0;
    return text.insert(zeros ? sign : 0, missing, zeros ? u'0' : u' ');
}

std::u16string insert_text(const Insert& insert, std::uint64_t value, FormattedText& result) {
    const bool is_string = insert.kind == InsertKind::kWide || insert.kind == InsertKind::kNarrow;
    if (is_string && value == 0) {
        return padded(u"(null)", insert, false);
    }
    if (is_string && !is_address(value)) {
        result.problems.push_back("%" + std::to_string(insert.number) +
                                  " is a string, but its argument is the number " +
                                  std::to_string(value));
        return u"?";
    }
    switch (insert.kind) {
        case InsertKind::kWide:
            return padded(wide_text(insert, value), insert, false);
        case InsertKind::kNarrow:
            return padded(limited(narrow_text(value), insert), insert, false);
        case InsertKind::kCharacter:
            return padded({static_cast<char16_t>(value)}, insert, false);
        default:
            return padded(number_text(insert, value), insert, true);
    }
}

}  // namespace

FormattedText format_message(LPCWSTR format, std::va_list arguments) {
    FormattedText result;
    if (format == nullptr) {
        result.problems.emplace_back("the format string is NULL");
        return result;
    }
    const auto* units = reinterpret_cast<const char16_t*>(format);
    const std::vector<Piece> pieces = Parser(units, result).parse();
    std::va_list rest;
    va_copy(rest, arguments);
    const std::vector<std::uint64_t> values = take_arguments(pieces, rest);
    va_end(rest);
    std::u16string text;
    for (const Piece& piece : pieces) {
        text += piece.is_insert ? insert_text(piece.insert, values[piece.insert.number - 1], result)
                                : piece.text;
    }
    result.characters = text.size();
    result.text = utf8_from_utf16(text);
    return result;
}

}  // namespace resforge::rhs
