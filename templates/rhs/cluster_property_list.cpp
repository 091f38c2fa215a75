// Reads and writes property lists (pages property-lists, value-lists, ns-clusapi-clusprop_list).
#include "cluster_property_list.h"

#include <algorithm>
#include <cstring>

#include "cluster_errors.h"

namespace resforge::rhs {
namespace {

constexpr std::uint32_t kNameSyntax = 0x00040003;
constexpr std::uint32_t kListValueType = 1;
constexpr std::size_t kHeader = 8;

std::uint64_t aligned(std::uint64_t size) {
    return (size + 3) & ~std::uint64_t{3};
}

void append32(Bytes& bytes, std::uint32_t number) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
        bytes.push_back(static_cast<std::uint8_t>((number >> shift) & 0xFF));
    }
}

void append_entry(Bytes& bytes, std::uint32_t syntax, const Bytes& data) {
    append32(bytes, syntax);
    append32(bytes, static_cast<std::uint32_t>(data.size()));
    bytes.insert(bytes.end(), data.begin(), data.end());
    bytes.insert(bytes.end(), aligned(data.size()) - data.size(), 0);
}

bool is_text(Format format) {
    return format == Format::kSz || format == Format::kExpandSz || format == Format::kExpandedSz ||
           format == Format::kMultiSz;
}

bool ends_with_nul(const Bytes& data) {
    return data.size() >= 2 && data[data.size() - 1] == 0 && data[data.size() - 2] == 0;
}

void make_terminated(Bytes& data) {
    data.resize(data.size() & ~std::size_t{1});
    if (!ends_with_nul(data)) {
        data.insert(data.end(), 2, 0);
    }
}

// What a list shows for a NULL pointer: an empty text, an empty value or zero.
PropertyValue shown(const PropertyValue& value) {
    PropertyValue copy = value;
    if (is_text(copy.format) && copy.data.empty()) {
        copy.data.assign(2, 0);
    }
    return copy;
}

}  // namespace

ListReader::ListReader(const void* list, std::size_t size)
    : list_(static_cast<const std::uint8_t*>(list)), size_(size) {}

std::uint32_t ListReader::number(std::size_t at) const {
    std::uint32_t value = 0;
    std::memcpy(&value, list_ + at, sizeof value);
    return value;
}

std::uint32_t ListReader::begin() {
    if (list_ == nullptr) {
        return error::kInvalidData;
    }
    if (size_ < sizeof(std::uint32_t)) {
        return error::kInsufficientBuffer;
    }
    remaining_ = number(0);
    position_ = sizeof(std::uint32_t);
    return error::kSuccess;
}

// The data of the entry at the current position. The last entry of a buffer may lack its padding.
std::uint32_t ListReader::entry(Bytes* data) {
    if (left() < kHeader) {
        return error::kInsufficientBuffer;
    }
    const std::uint64_t length = number(position_ + 4);
    if (kHeader + length > left()) {
        return error::kInsufficientBuffer;
    }
    const std::uint8_t* const start = list_ + position_ + kHeader;
    data->assign(start, start + length);
    position_ +=
        static_cast<std::size_t>(std::min<std::uint64_t>(kHeader + aligned(length), left()));
    return error::kSuccess;
}

std::uint32_t ListReader::name(std::u16string* name) {
    Bytes data;
    const std::size_t start = position_;
    if (const std::uint32_t error = entry(&data); error != error::kSuccess) {
        return error;
    }
    if (number(start) != kNameSyntax) {
        return error::kInvalidParameter;
    }
    *name = text_from_bytes(data);
    const bool terminated = data.size() / 2 > name->size();
    return terminated && !name->empty() ? error::kSuccess : error::kInvalidData;
}

std::uint32_t ListReader::values(std::vector<PropertyValue>* values) {
    bool first_is_list_value = true;
    while (true) {
        const bool first = values->empty();
        if (left() < sizeof(std::uint32_t)) {
            return first ? error::kInsufficientBuffer : error::kInvalidData;
        }
        const std::uint32_t syntax = number(position_);
        if (syntax == 0) {
            position_ += sizeof(std::uint32_t);
            return first || !first_is_list_value ? error::kInvalidParameter : error::kSuccess;
        }
        const bool is_list_value = syntax >> 16 == kListValueType;
        if (!first && !is_list_value) {
            return error::kInvalidData;
        }
        first_is_list_value = first ? is_list_value : first_is_list_value;
        PropertyValue value{static_cast<Format>(syntax & 0xFFFF), {}};
        if (const std::uint32_t error = entry(&value.data); error != error::kSuccess) {
            return error;
        }
        values->push_back(std::move(value));
    }
}

std::uint32_t ListReader::next(ListProperty* property) {
    property->values.clear();
    --remaining_;
    const std::uint32_t error = name(&property->name);
    return error != error::kSuccess ? error : values(&property->values);
}

std::uint32_t read_list(const void* list, std::size_t size, std::vector<ListProperty>* properties) {
    properties->clear();
    ListReader reader(list, size);
    std::uint32_t error = reader.begin();
    while (error == error::kSuccess && !reader.at_end()) {
        ListProperty property;
        error = reader.next(&property);
        properties->push_back(std::move(property));
    }
    if (error != error::kSuccess) {
        properties->clear();
    }
    return error;
}

ListWriter::ListWriter() : list_(sizeof(std::uint32_t), 0) {}

ListWriter::ListWriter(Bytes list) : list_(std::move(list)) {}

void ListWriter::add(std::u16string_view name, const PropertyValue& value) {
    const Bytes property = property_bytes(name, value);
    list_.insert(list_.end(), property.begin(), property.end());
    std::uint32_t count = 0;
    std::memcpy(&count, list_.data(), sizeof count);
    ++count;
    std::memcpy(list_.data(), &count, sizeof count);
}

Bytes property_bytes(std::u16string_view name, const PropertyValue& value) {
    const PropertyValue visible = shown(value);
    Bytes bytes;
    append_entry(bytes, kNameSyntax, text_bytes(name));
    append_entry(bytes, (kListValueType << 16) | static_cast<std::uint32_t>(value.format),
                 visible.data);
    append32(bytes, 0);
    return bytes;
}

std::uint32_t check_length(const PropertyValue& value) {
    const std::size_t size = value.data.size();
    bool fits = true;
    switch (value.format) {
        case Format::kDword:
        case Format::kLong:
            fits = size == 4;
            break;
        case Format::kULargeInteger:
        case Format::kLargeInteger:
        case Format::kFileTime:
            fits = size == 8;
            break;
        case Format::kWord:
            fits = size == 2;
            break;
        default:
            fits = !is_text(value.format) || (size % 2 == 0 && ends_with_nul(value.data));
    }
    return fits ? error::kSuccess : error::kInvalidData;
}

PropertyValue normalized(PropertyValue value) {
    if (value.format == Format::kMultiSz) {
        make_terminated(value.data);
        const bool empty =
            value.data.size() <= 4 &&
            std::all_of(value.data.begin(), value.data.end(), [](auto byte) { return byte == 0; });
        if (empty) {
            value.data.assign(2, 0);
        } else if (value.data.size() >= 4 &&
                   (value.data[value.data.size() - 3] | value.data[value.data.size() - 4]) != 0) {
            value.data.insert(value.data.end(), 2, 0);
        }
    } else if (is_text(value.format)) {
        value.data = text_bytes(text_from_bytes(value.data));
    }
    return value;
}

std::optional<ValueType> registry_type(Format format) {
    switch (format) {
        case Format::kBinary:
        case Format::kSecurityDescriptor:
            return ValueType::kBinary;
        case Format::kDword:
        case Format::kLong:
            return ValueType::kDword;
        case Format::kSz:
            return ValueType::kSz;
        case Format::kExpandSz:
            return ValueType::kExpandSz;
        case Format::kMultiSz:
            return ValueType::kMultiSz;
        case Format::kULargeInteger:
        case Format::kLargeInteger:
        case Format::kFileTime:
            return ValueType::kQword;
        default:
            return std::nullopt;
    }
}

std::optional<PropertyValue> property_from_registry(const RegistryValue& value) {
    Format format = Format::kUnknown;
    switch (static_cast<ValueType>(value.type)) {
        case ValueType::kBinary:
            format = Format::kBinary;
            break;
        case ValueType::kDword:
            format = Format::kDword;
            break;
        case ValueType::kSz:
            format = Format::kSz;
            break;
        case ValueType::kExpandSz:
            format = Format::kExpandSz;
            break;
        case ValueType::kMultiSz:
            format = Format::kMultiSz;
            break;
        case ValueType::kQword:
            format = Format::kULargeInteger;
            break;
        default:
            return std::nullopt;
    }
    PropertyValue property;
    const std::uint32_t error = property_from_registry(value, format, &property);
    return error == error::kSuccess ? std::optional(std::move(property)) : std::nullopt;
}

std::uint32_t property_from_registry(const RegistryValue& stored, Format wanted,
                                     PropertyValue* value) {
    const std::optional<ValueType> type = registry_type(wanted);
    const bool binary_time = wanted == Format::kFileTime && stored.data.size() == 8 &&
                             stored.type == static_cast<std::uint32_t>(ValueType::kBinary);
    if (!type || (stored.type != static_cast<std::uint32_t>(*type) && !binary_time)) {
        return error::kInvalidParameter;
    }
    *value = normalized({wanted, stored.data});
    return check_length(*value);
}

RegistryValue registry_from_property(std::u16string_view name, const PropertyValue& value) {
    const PropertyValue stored = normalized(shown(value));
    const std::optional<ValueType> type = registry_type(value.format);
    return {std::u16string(name), static_cast<std::uint32_t>(type.value_or(ValueType::kNone)),
            stored.data};
}

Bytes text_bytes(std::u16string_view text) {
    return string_value({}, text).data;
}

std::u16string text_from_bytes(const Bytes& bytes) {
    std::u16string text;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        const auto unit = static_cast<char16_t>(bytes[i] | (bytes[i + 1] << 8));
        if (unit == 0) {
            break;
        }
        text += unit;
    }
    return text;
}

}  // namespace resforge::rhs
