// Property lists: a reader that never leaves its buffer, a writer, and the formats of values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster_database.h"

namespace resforge::rhs {

// Property formats (ne-clusapi-cluster_property_format).
enum class Format : std::uint16_t {
    kUnknown = 0,
    kBinary = 1,
    kDword = 2,
    kSz = 3,
    kExpandSz = 4,
    kMultiSz = 5,
    kULargeInteger = 6,
    kLong = 7,
    kExpandedSz = 8,
    kSecurityDescriptor = 9,
    kLargeInteger = 10,
    kWord = 11,
    kFileTime = 12,
};

// One value as it travels. For texts and binary data no bytes at all mean a NULL pointer.
struct PropertyValue {
    Format format = Format::kUnknown;
    Bytes data;

    bool operator==(const PropertyValue&) const = default;
};

struct ListProperty {
    std::u16string name;
    std::vector<PropertyValue> values;  // at least one
};

// Steps through the properties of a list. The codes are those of the verifying functions:
// ERROR_INSUFFICIENT_BUFFER where an entry announces more than there is, ERROR_INVALID_PARAMETER
// for a wrong syntax, ERROR_INVALID_DATA for a bad name or a missing endmark.
class ListReader {
  public:
    ListReader(const void* list, std::size_t size);

    // Reads the count; must be called first.
    std::uint32_t begin();
    bool at_end() const { return remaining_ == 0; }
    std::uint32_t next(ListProperty* property);

  private:
    std::size_t left() const { return size_ - position_; }
    std::uint32_t number(std::size_t at) const;
    std::uint32_t entry(Bytes* data);
    std::uint32_t name(std::u16string* name);
    std::uint32_t values(std::vector<PropertyValue>* values);

    const std::uint8_t* list_;
    std::size_t size_;
    std::size_t position_ = 0;
    std::uint32_t remaining_ = 0;
};

// All properties of a list; nothing is left in `properties` unless the answer is 0.
std::uint32_t read_list(const void* list, std::size_t size, std::vector<ListProperty>* properties);

// Builds a property list.
class ListWriter {
  public:
    ListWriter();
    // Continues a list that exists; `count` properties are in it.
    explicit ListWriter(Bytes list);

    void add(std::u16string_view name, const PropertyValue& value);
    const Bytes& list() const { return list_; }

  private:
    Bytes list_;
};

// Name, one value and endmark, as ListWriter::add appends them.
Bytes property_bytes(std::u16string_view name, const PropertyValue& value);

// ERROR_INVALID_DATA when the length or the terminator does not fit the format.
std::uint32_t check_length(const PropertyValue& value);

// One string ends at its first NUL; a multi-string gets the NUL that ends the list; an empty one
// is a single NUL. Other formats stay.
PropertyValue normalized(PropertyValue value);

// The registry type that stores a format, or nullopt for a format that cannot be stored.
std::optional<ValueType> registry_type(Format format);

// A stored value as a property of its natural format; nullopt for types that have none or
// numbers of a wrong size. Unterminated texts are terminated.
std::optional<PropertyValue> property_from_registry(const RegistryValue& value);

// The same for a wanted format: ERROR_INVALID_PARAMETER when the type differs,
// ERROR_INVALID_DATA when the size of a number is wrong.
std::uint32_t property_from_registry(const RegistryValue& stored, Format wanted,
                                     PropertyValue* value);

RegistryValue registry_from_property(std::u16string_view name, const PropertyValue& value);

// Bytes of one string with its NUL, and back up to the first NUL.
Bytes text_bytes(std::u16string_view text);
std::u16string text_from_bytes(const Bytes& bytes);

}  // namespace resforge::rhs
