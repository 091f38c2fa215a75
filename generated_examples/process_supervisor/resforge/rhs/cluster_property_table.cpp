// Property tables, parameter blocks and how they meet the database.
#include "cluster_property_table.h"

#include <cstring>

#include "cluster_errors.h"
#include "cluster_names.h"
#include "cluster_text.h"
#include "emulated_win32.h"

namespace resforge::rhs {
namespace {

bool is_pointer(Format format) {
    switch (format) {
        case Format::kBinary:
        case Format::kSecurityDescriptor:
        case Format::kSz:
        case Format::kExpandSz:
        case Format::kMultiSz:
            return true;
        default:
            return false;
    }
}

// Binary data and multi-strings have their byte count directly after the pointer.
bool has_size(Format format) {
    return is_pointer(format) && format != Format::kSz && format != Format::kExpandSz;
}

Format format_of(const RESUTIL_PROPERTY_ITEM& item) {
    return static_cast<Format>(item.Format & 0xFFFF);
}

bool is_flagged(const RESUTIL_PROPERTY_ITEM& item, DWORD flag) {
    return (item.Flags & flag) != 0;
}

std::size_t number_size(Format format) {
    return format == Format::kDword || format == Format::kLong ? 4 : 8;
}

Bytes raw(const void* data, std::size_t size) {
    const auto* const bytes = static_cast<const std::uint8_t*>(data);
    return size == 0 ? Bytes() : Bytes(bytes, bytes + size);
}

template <typename Number>
Number number_from(const Bytes& data) {
    Number number{};
    std::memcpy(&number, data.data(), sizeof number);
    return number;
}

template <typename Number>
std::uint32_t in_range(Number value, Number minimum, Number maximum) {
    const bool unlimited = minimum == 0 && maximum == 0;
    return unlimited || (value >= minimum && value <= maximum) ? error::kSuccess
                                                               : error::kInvalidParameter;
}

// Default, Minimum and Maximum of the 64-bit formats: three 8-byte numbers in a row.
template <typename Number>
std::uint32_t in_range64(const RESUTIL_PROPERTY_ITEM& item, const Bytes& data) {
    if (item.lpDefault == nullptr) {
        return error::kSuccess;
    }
    Number limits[3];
    std::memcpy(limits, item.lpDefault, sizeof limits);
    return in_range(number_from<Number>(data), limits[1], limits[2]);
}

std::uint32_t check_range(const RESUTIL_PROPERTY_ITEM& item, const Bytes& data) {
    const Format format = format_of(item);
    switch (format) {
        case Format::kDword:
        case Format::kLong:
            if (format == Format::kLong || is_flagged(item, RESUTIL_PROPITEM_SIGNED)) {
                return in_range(number_from<std::int32_t>(data),
                                static_cast<std::int32_t>(item.Minimum),
                                static_cast<std::int32_t>(item.Maximum));
            }
            return in_range(number_from<std::uint32_t>(data), std::uint32_t{item.Minimum},
                            std::uint32_t{item.Maximum});
        case Format::kLargeInteger:
            return in_range64<std::int64_t>(item, data);
        case Format::kULargeInteger:
        case Format::kFileTime:
            return in_range64<std::uint64_t>(item, data);
        default:
            return error::kSuccess;
    }
}

// The key that holds an item: the given one, or a subkey opened for the life of this object.
class ItemKey {
  public:
    enum class Purpose { kRead, kWrite };

    ItemKey(Handle key, const RESUTIL_PROPERTY_ITEM& item, Purpose purpose) : handle_(key) {
        if (item.KeyName == nullptr || item.KeyName[0] == 0) {
            return;
        }
        constexpr std::uint32_t kRead = 0x20019;
        bool created = false;
        error_ = purpose == Purpose::kRead
                     ? cluster_database().key_open(key, view(item.KeyName), kRead, &handle_)
                     : cluster_database().key_create(key, view(item.KeyName), kAllAccess, &handle_,
                                                     &created);
        owned_ = error_ == error::kSuccess;
    }
    ItemKey(const ItemKey&) = delete;
    ItemKey& operator=(const ItemKey&) = delete;
    ~ItemKey() {
        if (owned_) {
            cluster_database().key_close(handle_);
        }
    }

    std::uint32_t error() const { return error_; }
    Handle handle() const { return handle_; }

  private:
    Handle handle_;
    std::uint32_t error_ = error::kSuccess;
    bool owned_ = false;
};

}  // namespace

std::vector<const RESUTIL_PROPERTY_ITEM*> items_of(const RESUTIL_PROPERTY_ITEM* table) {
    std::vector<const RESUTIL_PROPERTY_ITEM*> items;
    for (; table != nullptr && table->Name != nullptr; ++table) {
        items.push_back(table);
    }
    return items;
}

std::u16string_view name_of(const RESUTIL_PROPERTY_ITEM& item) {
    return view(item.Name);
}

const RESUTIL_PROPERTY_ITEM* find_item(const RESUTIL_PROPERTY_ITEM* table,
                                       std::u16string_view name) {
    for (const RESUTIL_PROPERTY_ITEM* const item : items_of(table)) {
        if (equal_names(name_of(*item), name)) {
            return item;
        }
    }
    return nullptr;
}

std::uint32_t default_value(const RESUTIL_PROPERTY_ITEM& item, PropertyValue* value) {
    const Format format = format_of(item);
    value->format = format;
    value->data.clear();
    if (item.Format > 0xFFFF || !registry_type(format)) {
        return error::kInvalidParameter;
    }
    if (format == Format::kDword || format == Format::kLong) {
        value->data = raw(&item.Default, sizeof item.Default);
    } else if (!is_pointer(format)) {
        value->data = item.lpDefault == nullptr ? Bytes(8, 0) : raw(item.lpDefault, 8);
    } else if (item.lpDefault != nullptr && has_size(format)) {
        value->data = raw(item.lpDefault, item.Minimum);
    } else if (item.lpDefault != nullptr) {
        value->data = text_bytes(view(static_cast<LPCWSTR>(item.lpDefault)));
    }
    if (!value->data.empty()) {
        *value = normalized(std::move(*value));
    }
    return error::kSuccess;
}

std::uint32_t check_value(const RESUTIL_PROPERTY_ITEM& item, const PropertyValue& value) {
    if (is_flagged(item, RESUTIL_PROPITEM_READ_ONLY) || value.format != format_of(item) ||
        !registry_type(value.format)) {
        return error::kInvalidParameter;
    }
    const std::uint32_t error = check_length(value);
    return error != error::kSuccess ? error : check_range(item, value.data);
}

std::uint32_t stored_value(Handle key, const RESUTIL_PROPERTY_ITEM& item, PropertyValue* value) {
    if (is_flagged(item, RESUTIL_PROPITEM_IN_MEMORY)) {
        return error::kFileNotFound;
    }
    const ItemKey item_key(key, item, ItemKey::Purpose::kRead);
    if (item_key.error() != error::kSuccess) {
        return item_key.error();
    }
    RegistryValue stored;
    const std::uint32_t error =
        cluster_database().key_query(item_key.handle(), name_of(item), &stored);
    return error != error::kSuccess ? error
                                    : property_from_registry(stored, format_of(item), value);
}

std::uint32_t effective_value(Handle key, const RESUTIL_PROPERTY_ITEM& item, PropertyValue* value) {
    const std::uint32_t error = stored_value(key, item, value);
    return error == error::kFileNotFound ? default_value(item, value) : error;
}

std::uint32_t store_value(Handle key, const RESUTIL_PROPERTY_ITEM& item, const PropertyValue& value,
                          bool force, bool* written) {
    PropertyValue stored;
    *written = force || stored_value(key, item, &stored) != error::kSuccess || stored != value;
    if (!*written || is_flagged(item, RESUTIL_PROPITEM_IN_MEMORY)) {
        return error::kSuccess;
    }
    const ItemKey item_key(key, item, ItemKey::Purpose::kWrite);
    if (item_key.error() != error::kSuccess) {
        return item_key.error();
    }
    return cluster_database().key_set(item_key.handle(),
                                      registry_from_property(name_of(item), value));
}

void* member_pointer(const RESUTIL_PROPERTY_ITEM& item, const BYTE* block) {
    void* pointer = nullptr;
    if (is_pointer(format_of(item))) {
        std::memcpy(&pointer, block + item.Offset, sizeof pointer);
    }
    return pointer;
}

PropertyValue member(const RESUTIL_PROPERTY_ITEM& item, const BYTE* block) {
    PropertyValue value{format_of(item), {}};
    const BYTE* const place = block + item.Offset;
    if (!is_pointer(value.format)) {
        value.data = raw(place, number_size(value.format));
        return value;
    }
    const void* const pointer = member_pointer(item, block);
    if (pointer == nullptr) {
        return value;
    }
    if (has_size(value.format)) {
        DWORD size = 0;
        std::memcpy(&size, place + sizeof pointer, sizeof size);
        value.data = raw(pointer, size);
    } else {
        value.data = text_bytes(view(static_cast<LPCWSTR>(pointer)));
    }
    return value;
}

void clear_member(const RESUTIL_PROPERTY_ITEM& item, BYTE* block) {
    const Format format = format_of(item);
    BYTE* const place = block + item.Offset;
    if (!is_pointer(format)) {
        std::memset(place, 0, number_size(format));
        return;
    }
    std::memset(place, 0, sizeof(void*) + (has_size(format) ? sizeof(DWORD) : 0));
}

std::uint32_t set_member(const RESUTIL_PROPERTY_ITEM& item, BYTE* block,
                         const PropertyValue& value) {
    BYTE* const place = block + item.Offset;
    if (!is_pointer(value.format)) {
        std::memcpy(place, value.data.data(), number_size(value.format));
        return error::kSuccess;
    }
    void* copy = nullptr;
    if (!value.data.empty()) {
        copy = allocate_copy(value.data.data(), value.data.size());
        if (copy == nullptr) {
            return error::kNotEnoughMemory;
        }
    }
    emulated::LocalFree(member_pointer(item, block));
    std::memcpy(place, &copy, sizeof copy);
    if (has_size(value.format)) {
        const auto size = static_cast<DWORD>(value.data.size());
        std::memcpy(place + sizeof copy, &size, sizeof size);
    }
    return error::kSuccess;
}

std::uint32_t deliver(const Bytes& bytes, void* output, DWORD size, LPDWORD returned,
                      LPDWORD required) {
    const bool fits = output != nullptr && size >= bytes.size();
    const auto needed = static_cast<DWORD>(bytes.size());
    if (fits && !bytes.empty()) {
        std::memcpy(output, bytes.data(), bytes.size());
    }
    if (returned != nullptr) {
        *returned = fits ? needed : 0;
    }
    if (required != nullptr) {
        *required = fits ? 0 : needed;
    }
    return fits ? error::kSuccess : error::kMoreData;
}

}  // namespace resforge::rhs
