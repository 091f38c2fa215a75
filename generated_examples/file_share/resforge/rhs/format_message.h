// The part of FormatMessage that LogEvent understands.
#pragma once

#include <cstdarg>
#include <string>
#include <vector>

#include "resforge/win32.h"

namespace resforge::rhs {

struct FormattedText {
    std::string text;                   // UTF-8
    std::size_t characters = 0;         // length in UTF-16 units
    std::vector<std::string> problems;  // inserts that FormatMessage would not understand
};

// Inserts are %1 to %99, alone (a wide string) or with a printf-like format between exclamation
// marks: %1!u! %2!08x! %3!s! %1!ws! %1!ls! %1!S! %1!hs! %1!c! %1!p! %1!I64u! with width and
// precision. %% %n %r %t %b %. %! stand for characters, %0 ends the text (page FormatMessage).
FormattedText format_message(LPCWSTR format, std::va_list arguments);

}  // namespace resforge::rhs
