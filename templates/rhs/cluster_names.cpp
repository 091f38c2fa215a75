// Case folding of names, and path helpers.
#include "cluster_names.h"

#include <algorithm>
#include <cstddef>

#include "resforge/upper_case.h"

namespace resforge::rhs {
char16_t fold_case(char16_t unit) {
    return static_cast<char16_t>(upper_case(static_cast<WCHAR>(unit)));
}

std::u16string fold_case(std::u16string_view text) {
    std::u16string folded(text);
    std::transform(folded.begin(), folded.end(), folded.begin(),
                   [](char16_t unit) { return fold_case(unit); });
    return folded;
}

bool equal_names(std::u16string_view left, std::u16string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char16_t a, char16_t b) { return fold_case(a) == fold_case(b); });
}

std::vector<std::u16string_view> split_path(std::u16string_view path) {
    std::vector<std::u16string_view> parts;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find(u'\\'), path.size());
        if (end > 0) {
            parts.push_back(path.substr(0, end));
        }
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return parts;
}

}  // namespace resforge::rhs
