// ResUtil functions that verify and store property lists and handle parameter blocks.
#include "cluster_call.h"
#include "cluster_errors.h"
#include "cluster_names.h"
#include "cluster_property_table.h"

namespace resforge::rhs {
namespace {

using Properties = std::vector<ListProperty>;

// Without a table only the form counts: a format that can be stored and a length that fits it.
std::uint32_t check_unknown(const ListProperty& property) {
    const PropertyValue& value = property.values.front();
    return registry_type(value.format) ? check_length(value) : error::kInvalidParameter;
}

std::uint32_t check_property(const RESUTIL_PROPERTY_ITEM* table, bool allow_unknown,
                             const ListProperty& property) {
    const RESUTIL_PROPERTY_ITEM* const item = find_item(table, property.name);
    if (item != nullptr) {
        return check_value(*item, property.values.front());
    }
    return allow_unknown ? check_unknown(property) : error::kInvalidParameter;
}

// Reads the whole list and checks every property before anything is stored. The first fault in
// list order decides, so one pass interleaves both.
std::uint32_t read_checked(const RESUTIL_PROPERTY_ITEM* table, bool allow_unknown, const void* list,
                           DWORD size, Properties* properties) {
    ListReader reader(list, size);
    std::uint32_t error = reader.begin();
    while (error == error::kSuccess && !reader.at_end()) {
        ListProperty property;
        error = reader.next(&property);
        if (error == error::kSuccess) {
            error = check_property(table, allow_unknown, property);
        }
        if (error == error::kSuccess) {
            property.values.front() = normalized(std::move(property.values.front()));
            properties->push_back(std::move(property));
        }
    }
    return error;
}

std::uint32_t store_unknown(Handle key, const ListProperty& property, bool force) {
    const RegistryValue value = registry_from_property(property.name, property.values.front());
    RegistryValue stored;
    const bool same =
        !force && cluster_database().key_query(key, property.name, &stored) == error::kSuccess &&
        stored.type == value.type && stored.data == value.data;
    return same ? error::kSuccess : cluster_database().key_set(key, value);
}

std::uint32_t store_unknowns(Handle key, const RESUTIL_PROPERTY_ITEM* table,
                             const Properties& properties, bool force) {
    for (const ListProperty& property : properties) {
        if (find_item(table, property.name) == nullptr) {
            const std::uint32_t error = store_unknown(key, property, force);
            if (error != error::kSuccess) {
                return error;
            }
        }
    }
    return error::kSuccess;
}

std::uint32_t set_table(HKEY key, const RESUTIL_PROPERTY_ITEM* table, bool allow_unknown,
                        const void* list, DWORD size, bool force, LPBYTE block) {
    if (key == nullptr || table == nullptr) {
        return error::kBadArguments;
    }
    Properties properties;
    std::uint32_t error = read_checked(table, allow_unknown, list, size, &properties);
    for (const ListProperty& property : properties) {
        const RESUTIL_PROPERTY_ITEM* const item = find_item(table, property.name);
        if (error != error::kSuccess || item == nullptr) {
            continue;
        }
        bool written = false;
        error = store_value(number(key), *item, property.values.front(), force, &written);
        if (error == error::kSuccess && written && block != nullptr) {
            error = set_member(*item, block, property.values.front());
        }
    }
    return error != error::kSuccess ? error : store_unknowns(number(key), table, properties, force);
}

// A NULL text means that there is no value: it only replaces one that is stored.
std::uint32_t store_member(Handle key, const RESUTIL_PROPERTY_ITEM& item, const BYTE* input,
                           bool force) {
    PropertyValue value = member(item, input);
    PropertyValue stored;
    if (value.data.empty() && stored_value(key, item, &stored) == error::kFileNotFound) {
        return error::kSuccess;
    }
    bool written = false;
    return store_value(key, item, normalized(std::move(value)), force, &written);
}

std::uint32_t set_block(HKEY key, const RESUTIL_PROPERTY_ITEM* table, const BYTE* input,
                        const void* list, DWORD size, bool force, LPBYTE output) {
    if (key == nullptr || table == nullptr || input == nullptr) {
        return error::kBadArguments;
    }
    Properties properties;
    std::uint32_t error = error::kSuccess;
    if (list != nullptr || size > 0) {
        error = read_checked(table, true, list, size, &properties);
    }
    for (const RESUTIL_PROPERTY_ITEM* const item : items_of(table)) {
        PropertyValue usable;
        error = error == error::kSuccess ? default_value(*item, &usable) : error;
        if (error == error::kSuccess && (item->Flags & RESUTIL_PROPITEM_READ_ONLY) == 0) {
            error = store_member(number(key), *item, input, force);
        }
        if (error == error::kSuccess && output != nullptr && output != input) {
            error = set_member(*item, output, member(*item, input));
        }
    }
    return error != error::kSuccess ? error : store_unknowns(number(key), table, properties, force);
}

// The last part of a name with backslashes is the value, the parts before it are keys.
std::uint32_t store_by_path(Handle key, ListProperty property) {
    const std::size_t slash = property.name.rfind(u'\\');
    if (slash == std::u16string::npos) {
        return store_unknown(key, property, true);
    }
    Handle folder = 0;
    bool created = false;
    std::uint32_t error = cluster_database().key_create(key, property.name.substr(0, slash),
                                                        kAllAccess, &folder, &created);
    if (error == error::kSuccess) {
        property.name.erase(0, slash + 1);
        error = store_unknown(folder, property, true);
        cluster_database().key_close(folder);
    }
    return error;
}

std::uint32_t duplicate(LPBYTE output, const BYTE* input, const RESUTIL_PROPERTY_ITEM* table) {
    if (output == nullptr || input == nullptr || table == nullptr) {
        return error::kBadArguments;
    }
    // Every pointer is NULL before the first allocation, so that the caller can free the block
    // after a failure.
    for (const RESUTIL_PROPERTY_ITEM* const item : items_of(table)) {
        PropertyValue usable;
        if (const std::uint32_t error = default_value(*item, &usable); error != error::kSuccess) {
            return error;
        }
        clear_member(*item, output);
    }
    for (const RESUTIL_PROPERTY_ITEM* const item : items_of(table)) {
        const std::uint32_t error = set_member(*item, output, member(*item, input));
        if (error != error::kSuccess) {
            return error;
        }
    }
    return error::kSuccess;
}

}  // namespace

namespace emulated {

RESFORGE_EMULATED DWORD WINAPI ResUtilVerifyPropertyTable(const PRESUTIL_PROPERTY_ITEM table, PVOID,
                                                          BOOL allow_unknown, const PVOID list,
                                                          DWORD size, LPBYTE block) {
    return guarded("ResUtilVerifyPropertyTable", [&]() -> std::uint32_t {
        if (table == nullptr) {
            return error::kBadArguments;
        }
        Properties properties;
        std::uint32_t error = read_checked(table, allow_unknown != FALSE, list, size, &properties);
        for (const ListProperty& property : properties) {
            const RESUTIL_PROPERTY_ITEM* const item = find_item(table, property.name);
            if (error == error::kSuccess && block != nullptr && item != nullptr) {
                error = set_member(*item, block, property.values.front());
            }
        }
        return error;
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilVerifyPrivatePropertyList(const PVOID list, DWORD size) {
    return guarded("ResUtilVerifyPrivatePropertyList", [&] {
        Properties properties;
        return read_checked(nullptr, true, list, size, &properties);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilSetPropertyTable(HKEY key, const PRESUTIL_PROPERTY_ITEM table,
                                                       PVOID, BOOL allow_unknown, const PVOID list,
                                                       DWORD size, LPBYTE block) {
    return guarded("ResUtilSetPropertyTable", [&] {
        return set_table(key, table, allow_unknown != FALSE, list, size, false, block);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilSetPropertyTableEx(HKEY key,
                                                         const PRESUTIL_PROPERTY_ITEM table, PVOID,
                                                         BOOL allow_unknown, const PVOID list,
                                                         DWORD size, BOOL force_write,
                                                         LPBYTE block) {
    return guarded("ResUtilSetPropertyTableEx", [&] {
        return set_table(key, table, allow_unknown != FALSE, list, size, force_write != FALSE,
                         block);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilSetPropertyParameterBlock(HKEY key,
                                                                const PRESUTIL_PROPERTY_ITEM table,
                                                                PVOID, const LPBYTE input,
                                                                const PVOID list, DWORD size,
                                                                LPBYTE output) {
    return guarded("ResUtilSetPropertyParameterBlock",
                   [&] { return set_block(key, table, input, list, size, false, output); });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilSetPropertyParameterBlockEx(
    HKEY key, const PRESUTIL_PROPERTY_ITEM table, PVOID, const LPBYTE input, const PVOID list,
    DWORD size, BOOL force_write, LPBYTE output) {
    return guarded("ResUtilSetPropertyParameterBlockEx", [&] {
        return set_block(key, table, input, list, size, force_write != FALSE, output);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilSetUnknownProperties(HKEY key,
                                                           const PRESUTIL_PROPERTY_ITEM table,
                                                           const PVOID list, DWORD size) {
    return guarded("ResUtilSetUnknownProperties", [&]() -> std::uint32_t {
        if (key == nullptr || table == nullptr) {
            return error::kBadArguments;
        }
        // Properties of the table are somebody else's: only the form of the list counts here.
        Properties properties;
        const std::uint32_t error = read_list(list, size, &properties);
        if (error != error::kSuccess) {
            return error;
        }
        for (ListProperty& property : properties) {
            if (find_item(table, property.name) == nullptr) {
                if (const std::uint32_t bad = check_unknown(property); bad != error::kSuccess) {
                    return bad;
                }
                property.values.front() = normalized(std::move(property.values.front()));
            }
        }
        return store_unknowns(number(key), table, properties, false);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilSetPrivatePropertyList(HKEY key, const PVOID list,
                                                             DWORD size) {
    return guarded("ResUtilSetPrivatePropertyList", [&]() -> std::uint32_t {
        if (key == nullptr) {
            return error::kBadArguments;
        }
        if (list == nullptr) {
            return error::kInsufficientBuffer;
        }
        Properties properties;
        std::uint32_t error = read_checked(nullptr, true, list, size, &properties);
        for (ListProperty& property : properties) {
            if (error == error::kSuccess) {
                error = store_by_path(number(key), std::move(property));
            }
        }
        return error;
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilDupParameterBlock(LPBYTE output, const LPBYTE input,
                                                        const PRESUTIL_PROPERTY_ITEM table) {
    return guarded("ResUtilDupParameterBlock", [&] { return duplicate(output, input, table); });
}

RESFORGE_EMULATED VOID WINAPI ResUtilFreeParameterBlock(LPBYTE output, const LPBYTE input,
                                                        const PRESUTIL_PROPERTY_ITEM table) {
    guarded("ResUtilFreeParameterBlock", [&]() -> std::uint32_t {
        if (output == nullptr || table == nullptr) {
            return error::kBadArguments;
        }
        for (const RESUTIL_PROPERTY_ITEM* const item : items_of(table)) {
            void* const pointer = member_pointer(*item, output);
            const bool shared = input != nullptr && pointer == member_pointer(*item, input);
            if (pointer != nullptr && !shared) {
                emulated::LocalFree(pointer);
            }
        }
        return error::kSuccess;
    });
}

}  // namespace emulated
}  // namespace resforge::rhs
