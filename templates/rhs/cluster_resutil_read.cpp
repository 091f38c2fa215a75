// ResUtil functions that read properties and build lists from them.
#include <cstring>
#include <string>

#include "cluster_call.h"
#include "cluster_errors.h"
#include "cluster_names.h"
#include "cluster_property_table.h"

namespace resforge::rhs {
namespace {

Bytes multi_string(const std::vector<std::u16string>& names) {
    return names.empty() ? Bytes(2, 0) : multi_string_value({}, names).data;
}

bool is_unknown(const RESUTIL_PROPERTY_ITEM* table, std::u16string_view name) {
    const RESUTIL_PROPERTY_ITEM* const item = find_item(table, name);
    return item == nullptr || item->KeyName != nullptr;
}

std::uint32_t add_table_properties(Handle key, const RESUTIL_PROPERTY_ITEM* table,
                                   ListWriter* writer) {
    for (const RESUTIL_PROPERTY_ITEM* const item : items_of(table)) {
        PropertyValue value;
        const std::uint32_t error = effective_value(key, *item, &value);
        if (error != error::kSuccess) {
            return error;
        }
        writer->add(name_of(*item), value);
    }
    return error::kSuccess;
}

// Values of types that no property format has (REG_NONE and the like) are left out.
std::uint32_t add_unknown_properties(Handle key, const RESUTIL_PROPERTY_ITEM* table,
                                     ListWriter* writer) {
    std::vector<RegistryValue> values;
    const std::uint32_t error = cluster_database().key_values(key, &values);
    for (const RegistryValue& value : values) {
        const std::optional<PropertyValue> property = property_from_registry(value);
        if (property && !value.name.empty() && is_unknown(table, value.name)) {
            writer->add(value.name, *property);
        }
    }
    return error;
}

// Keeps both counters defined on every path.
void reset(LPDWORD returned, LPDWORD required) {
    if (returned != nullptr) {
        *returned = 0;
    }
    if (required != nullptr) {
        *required = 0;
    }
}

std::uint32_t fill_block(Handle key, const RESUTIL_PROPERTY_ITEM& item, LPBYTE block,
                         bool check_required) {
    PropertyValue value;
    std::uint32_t error = stored_value(key, item, &value);
    if (error == error::kFileNotFound) {
        if (check_required && (item.Flags & RESUTIL_PROPITEM_REQUIRED) != 0) {
            return error;
        }
        error = default_value(item, &value);
    }
    return error != error::kSuccess ? error : set_member(item, block, value);
}

}  // namespace

namespace emulated {

RESFORGE_EMULATED DWORD WINAPI ResUtilEnumProperties(const PRESUTIL_PROPERTY_ITEM table,
                                                     LPWSTR output, DWORD size, LPDWORD returned,
                                                     LPDWORD required) {
    reset(returned, required);
    return guarded("ResUtilEnumProperties", [&]() -> std::uint32_t {
        if (table == nullptr) {
            return error::kBadArguments;
        }
        std::vector<std::u16string> names;
        for (const RESUTIL_PROPERTY_ITEM* const item : items_of(table)) {
            names.emplace_back(name_of(*item));
        }
        return deliver(multi_string(names), output, size, returned, required);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilEnumPrivateProperties(HKEY key, LPWSTR output, DWORD size,
                                                            LPDWORD returned, LPDWORD required) {
    reset(returned, required);
    return guarded("ResUtilEnumPrivateProperties", [&]() -> std::uint32_t {
        if (key == nullptr) {
            return error::kBadArguments;
        }
        std::vector<RegistryValue> values;
        const std::uint32_t error = cluster_database().key_values(number(key), &values);
        if (error != error::kSuccess) {
            return error;
        }
        std::vector<std::u16string> names;
        for (const RegistryValue& value : values) {
            if (!value.name.empty()) {
                names.push_back(value.name);
            }
        }
        return deliver(multi_string(names), output, size, returned, required);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilGetPropertyFormats(const PRESUTIL_PROPERTY_ITEM table,
                                                         PVOID output, DWORD size, LPDWORD returned,
                                                         LPDWORD required) {
    reset(returned, required);
    return guarded("ResUtilGetPropertyFormats", [&]() -> std::uint32_t {
        if (table == nullptr) {
            return error::kBadArguments;
        }
        ListWriter writer;
        for (const RESUTIL_PROPERTY_ITEM* const item : items_of(table)) {
            const auto low = static_cast<std::uint8_t>(item->Format & 0xFF);
            const auto high = static_cast<std::uint8_t>((item->Format >> 8) & 0xFF);
            writer.add(name_of(*item), {Format::kWord, {low, high}});
        }
        return deliver(writer.list(), output, size, returned, required);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilGetProperties(HKEY key, const PRESUTIL_PROPERTY_ITEM table,
                                                    PVOID output, DWORD size, LPDWORD returned,
                                                    LPDWORD required) {
    reset(returned, required);
    return guarded("ResUtilGetProperties", [&]() -> std::uint32_t {
        if (key == nullptr || table == nullptr) {
            return error::kBadArguments;
        }
        ListWriter writer;
        const std::uint32_t error = add_table_properties(number(key), table, &writer);
        return error != error::kSuccess ? error
                                        : deliver(writer.list(), output, size, returned, required);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilGetAllProperties(HKEY key, const PRESUTIL_PROPERTY_ITEM table,
                                                       PVOID output, DWORD size, LPDWORD returned,
                                                       LPDWORD required) {
    reset(returned, required);
    return guarded("ResUtilGetAllProperties", [&]() -> std::uint32_t {
        if (key == nullptr || table == nullptr) {
            return error::kBadArguments;
        }
        ListWriter writer;
        std::uint32_t error = add_table_properties(number(key), table, &writer);
        if (error == error::kSuccess) {
            error = add_unknown_properties(number(key), table, &writer);
        }
        return error != error::kSuccess ? error
                                        : deliver(writer.list(), output, size, returned, required);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilGetPrivateProperties(HKEY key, PVOID output, DWORD size,
                                                           LPDWORD returned, LPDWORD required) {
    reset(returned, required);
    return guarded("ResUtilGetPrivateProperties", [&]() -> std::uint32_t {
        if (key == nullptr) {
            return error::kBadArguments;
        }
        ListWriter writer;
        const std::uint32_t error = add_unknown_properties(number(key), nullptr, &writer);
        return error != error::kSuccess ? error
                                        : deliver(writer.list(), output, size, returned, required);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilGetPropertySize(HKEY key, const PRESUTIL_PROPERTY_ITEM item,
                                                      LPDWORD list_size, LPDWORD count) {
    return guarded("ResUtilGetPropertySize", [&]() -> std::uint32_t {
        if (key == nullptr || item == nullptr || list_size == nullptr || count == nullptr) {
            return error::kBadArguments;
        }
        PropertyValue value;
        const std::uint32_t error = effective_value(number(key), *item, &value);
        if (error == error::kSuccess) {
            *list_size += static_cast<DWORD>(property_bytes(name_of(*item), value).size());
            ++*count;
        }
        return error;
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilGetProperty(HKEY key, const PRESUTIL_PROPERTY_ITEM item,
                                                  PVOID* output, LPDWORD size) {
    return guarded("ResUtilGetProperty", [&]() -> std::uint32_t {
        if (key == nullptr || item == nullptr || output == nullptr || *output == nullptr ||
            size == nullptr) {
            return error::kBadArguments;
        }
        PropertyValue value;
        const std::uint32_t error = effective_value(number(key), *item, &value);
        if (error != error::kSuccess) {
            return error;
        }
        const Bytes bytes = property_bytes(name_of(*item), value);
        if (*size < bytes.size()) {
            return error::kMoreData;
        }
        std::memcpy(*output, bytes.data(), bytes.size());
        *output = static_cast<std::uint8_t*>(*output) + bytes.size();
        *size -= static_cast<DWORD>(bytes.size());
        return error::kSuccess;
    });
}

RESFORGE_EMULATED DWORD WINAPI
ResUtilGetPropertiesToParameterBlock(HKEY key, const PRESUTIL_PROPERTY_ITEM table, LPBYTE block,
                                     BOOL check_required, LPWSTR* name_in_error) {
    if (name_in_error != nullptr) {
        *name_in_error = nullptr;
    }
    return guarded("ResUtilGetPropertiesToParameterBlock", [&]() -> std::uint32_t {
        if (key == nullptr || table == nullptr || block == nullptr) {
            return error::kBadArguments;
        }
        for (const RESUTIL_PROPERTY_ITEM* const item : items_of(table)) {
            const std::uint32_t error =
                fill_block(number(key), *item, block, check_required != FALSE);
            if (error != error::kSuccess) {
                if (name_in_error != nullptr) {
                    *name_in_error = item->Name;
                }
                return error;
            }
        }
        return error::kSuccess;
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilPropertyListFromParameterBlock(
    const PRESUTIL_PROPERTY_ITEM table, PVOID output, LPDWORD size, const LPBYTE block,
    LPDWORD returned, LPDWORD required) {
    reset(returned, required);
    return guarded("ResUtilPropertyListFromParameterBlock", [&]() -> std::uint32_t {
        if (table == nullptr || block == nullptr || size == nullptr) {
            return error::kBadArguments;
        }
        ListWriter writer;
        for (const RESUTIL_PROPERTY_ITEM* const item : items_of(table)) {
            PropertyValue unused;
            const std::uint32_t error = default_value(*item, &unused);
            if (error != error::kSuccess) {
                return error;
            }
            writer.add(name_of(*item), member(*item, block));
        }
        return deliver(writer.list(), output, *size, returned, required);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilAddUnknownProperties(HKEY key,
                                                           const PRESUTIL_PROPERTY_ITEM table,
                                                           PVOID list, DWORD size, LPDWORD returned,
                                                           LPDWORD required) {
    if (required != nullptr) {
        *required = 0;
    }
    return guarded("ResUtilAddUnknownProperties", [&]() -> std::uint32_t {
        if (key == nullptr || table == nullptr || returned == nullptr ||
            (list == nullptr && size > 0)) {
            return error::kBadArguments;
        }
        const bool started = *returned >= sizeof(DWORD) && *returned <= size;
        if (list != nullptr && *returned > 0 && !started) {
            return error::kInvalidParameter;
        }
        const auto* const start = static_cast<const std::uint8_t*>(list);
        ListWriter writer = started ? ListWriter(Bytes(start, start + *returned)) : ListWriter();
        const std::uint32_t error = add_unknown_properties(number(key), table, &writer);
        if (error != error::kSuccess) {
            return error;
        }
        DWORD written = 0;
        const std::uint32_t delivered = deliver(writer.list(), list, size, &written, required);
        if (delivered == error::kSuccess) {
            *returned = written;
        }
        return delivered;
    });
}

}  // namespace emulated
}  // namespace resforge::rhs
