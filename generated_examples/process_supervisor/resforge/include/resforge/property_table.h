// The property table of a resource type: which member of the properties struct has which rules.
#pragma once

#include <concepts>
#include <span>
#include <variant>

#include "resforge/property_value.h"

namespace resforge {

enum class TakesEffect { next_online, immediately };

// Bounds of a number, both inside; signed numbers are kept by their bits.
struct Range {
    bool checked = false;
    ULONGLONG minimum = 0;
    ULONGLONG maximum = 0;
};

template <std::integral Number>
constexpr Range range(Number minimum, Number maximum) noexcept {
    if constexpr (std::signed_integral<Number>) {
        return {true, static_cast<ULONGLONG>(LONGLONG{minimum}),
                static_cast<ULONGLONG>(LONGLONG{maximum})};
    } else {
        return {true, minimum, maximum};
    }
}

// One row of the table. The default of a property is the member's initializer.
template <class Properties>
struct Property {
    using Member =
        std::variant<DWORD Properties::*, LONG Properties::*, ULONGLONG Properties::*,
                     LONGLONG Properties::*, bool Properties::*, FILETIME Properties::*,
                     Text Properties::*, std::vector<Text> Properties::*, Bytes Properties::*>;

    LPCWSTR name;
    Format format;
    Member member;
    Range range = {};
    bool required = false;
    bool read_only = false;
    bool in_memory = false;
    TakesEffect takes_effect = TakesEffect::next_online;
    LPCWSTR former_name = nullptr;  // read while the database has nothing under `name`
};

template <class Properties>
using PropertyTable = std::span<const Property<Properties>>;

template <class Properties>
const Property<Properties>* find_property(PropertyTable<Properties> table, TextView name) noexcept {
    for (const Property<Properties>& property : table) {
        if (equal_names(property.name, name)) {
            return &property;
        }
    }
    return nullptr;
}

template <class Properties>
Bytes encode_property(const Property<Properties>& property, const Properties& properties) {
    return std::visit([&](auto member) { return encode_value(properties.*member); },
                      property.member);
}

template <class Properties>
void decode_property(const Property<Properties>& property, ByteView value, Properties& properties) {
    std::visit([&](auto member) { decode_value(value, properties.*member); }, property.member);
}

// `value` is canonical.
template <class Properties>
bool in_range(const Property<Properties>& property, ByteView value) noexcept {
    const Range& range = property.range;
    if (!range.checked) {
        return true;
    }
    const auto between = [](auto number, auto minimum, auto maximum) {
        return number >= minimum && number <= maximum;
    };
    const auto low = static_cast<LONGLONG>(range.minimum);
    const auto high = static_cast<LONGLONG>(range.maximum);
    switch (property.format) {
        case Format::dword:
            return between(ULONGLONG{load<DWORD>(value, 0)}, range.minimum, range.maximum);
        case Format::long_:
            return between(LONGLONG{load<LONG>(value, 0)}, low, high);
        case Format::large_integer:
            return between(load<LONGLONG>(value, 0), low, high);
        default:
            return between(load<ULONGLONG>(value, 0), range.minimum, range.maximum);
    }
}

// Whether a stored or listed value of a required property counts as given.
inline bool is_empty_value(Format format, ByteView value) noexcept {
    return number_size(format) == 0 &&
           (value.empty() || (format != Format::binary && load<WCHAR>(value, 0) == 0));
}

// Answers ENUM_PRIVATE_PROPERTIES: the names that may be set, as a multi-string.
template <class Properties>
Bytes list_names(PropertyTable<Properties> table) {
    std::vector<Text> names;
    for (const Property<Properties>& property : table) {
        if (!property.read_only) {
            names.emplace_back(property.name);
        }
    }
    return bytes_of(names);
}

// Answers GET_PRIVATE_PROPERTY_FMTS: the format number of every property.
template <class Properties>
Bytes list_formats(PropertyTable<Properties> table) {
    PropertyListWriter list;
    for (const Property<Properties>& property : table) {
        list.add(property.name, Format::word, encode_value(static_cast<WORD>(property.format)));
    }
    return list.take();
}

// Checks one listed property against its row and yields its canonical value. Codes: page
// nf-resapi-resutilverifypropertytable; that a bad range is ERROR_INVALID_PARAMETER is inferred.
template <class Properties>
DWORD verify_listed(const Property<Properties>& property, const ListedProperty& listed,
                    Bytes& value) {
    if (listed.syntax != value_syntax(property.format)) {
        return ERROR_INVALID_PARAMETER;
    }
    if (const DWORD status = canonical_value(property.format, listed.data, value);
        status != ERROR_SUCCESS) {
        return status;
    }
    const bool empty_required = property.required && is_empty_value(property.format, value);
    return !in_range(property, value) || property.read_only || empty_required
               ? DWORD{ERROR_INVALID_PARAMETER}
               : DWORD{ERROR_SUCCESS};
}

// A property that the table does not know: accepted when the database can keep it.
inline DWORD verify_unknown(const ListedProperty& listed, Bytes& value) {
    const DWORD number = listed.syntax & 0xFFFF;
    if ((listed.syntax & 0xFFFF0000) != kListValueType || !registry_type(number)) {
        return ERROR_INVALID_PARAMETER;
    }
    const DWORD status = canonical_value(static_cast<Format>(number), listed.data, value);
    const bool empty_texts =
        static_cast<Format>(number) == Format::multi_sz && value.size() == sizeof(WCHAR);
    if (status == ERROR_SUCCESS && !empty_texts) {
        value.assign(listed.data.begin(), listed.data.end());
    }
    return status;
}

}  // namespace resforge
