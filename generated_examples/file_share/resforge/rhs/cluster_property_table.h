// Property tables and parameter blocks (ns-resapi-resutil_property_item).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cluster_database.h"
#include "cluster_property_list.h"
#include "resforge/cluster_api.h"

namespace resforge::rhs {

// The items of a table, up to the one without a name.
std::vector<const RESUTIL_PROPERTY_ITEM*> items_of(const RESUTIL_PROPERTY_ITEM* table);

std::u16string_view name_of(const RESUTIL_PROPERTY_ITEM& item);

const RESUTIL_PROPERTY_ITEM* find_item(const RESUTIL_PROPERTY_ITEM* table,
                                       std::u16string_view name);

// ERROR_INVALID_PARAMETER for a format that a table must not use.
std::uint32_t default_value(const RESUTIL_PROPERTY_ITEM& item, PropertyValue* value);

// Format, length, read-only mark and range of a value from a list (errors of D.5 in that order:
// read-only, format, length, range).
std::uint32_t check_value(const RESUTIL_PROPERTY_ITEM& item, const PropertyValue& value);

// The stored value; ERROR_FILE_NOT_FOUND when there is none. Items in memory have none.
std::uint32_t stored_value(Handle key, const RESUTIL_PROPERTY_ITEM& item, PropertyValue* value);

// The stored value or the default.
std::uint32_t effective_value(Handle key, const RESUTIL_PROPERTY_ITEM& item, PropertyValue* value);

// Stores the value; unless forced only when it differs from what is stored. Items in memory are
// not stored. *written says whether the value changed or was forced.
std::uint32_t store_value(Handle key, const RESUTIL_PROPERTY_ITEM& item, const PropertyValue& value,
                          bool force, bool* written);

// Members of a parameter block. set_member frees what the old pointer holds.
PropertyValue member(const RESUTIL_PROPERTY_ITEM& item, const BYTE* block);
std::uint32_t set_member(const RESUTIL_PROPERTY_ITEM& item, BYTE* block,
                         const PropertyValue& value);
void clear_member(const RESUTIL_PROPERTY_ITEM& item, BYTE* block);
// The pointer in a text or binary member, nullptr for numbers.
void* member_pointer(const RESUTIL_PROPERTY_ITEM& item, const BYTE* block);

// Copies a list to the caller: (buffer, size, returned, required) protocol of the ResUtil
// functions. ERROR_MORE_DATA with *required when it does not fit.
std::uint32_t deliver(const Bytes& bytes, void* output, DWORD size, LPDWORD returned,
                      LPDWORD required);

}  // namespace resforge::rhs
