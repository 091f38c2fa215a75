// Names in the cluster database: case folding and splitting of paths.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace resforge::rhs {

// Simple upper case of one UTF-16 unit, independent of any locale. Units of a surrogate pair stay.
char16_t fold_case(char16_t unit);

std::u16string fold_case(std::u16string_view text);

// Ordinal comparison without regard to case, as the registry compares names.
bool equal_names(std::u16string_view left, std::u16string_view right);

// The parts of a path separated by backslashes; empty parts (leading, trailing, doubled) vanish.
std::vector<std::u16string_view> split_path(std::u16string_view path);

}  // namespace resforge::rhs
