// The cluster database as JSON.
#pragma once

#include <cstdint>
#include <string_view>

#include "cluster_database.h"
#include "json.h"

namespace resforge::rhs {

// A key is {"values": {name: value}, "keys": {name: key}}; both members may be missing. A value
// is {"type": "SZ", "value": ...} with text, number or list of texts when that form says all,
// else {"type": "BINARY" or a number, "hex": "00ff"}. Security descriptors: "security": hex.
Json database_to_json(const ClusterDatabase& database);

// Replaces the whole tree. Throws JsonError, and then leaves the database as it was.
void load_database(ClusterDatabase& database, const Json& json);

// One value from and to its JSON form; the first throws JsonError.
RegistryValue value_from_json(std::string_view name, const Json& json);
Json value_to_json(const RegistryValue& value);

// "SZ" .. "QWORD" or a number; throws JsonError.
std::uint32_t value_type_from_json(const Json& json);
Json value_type_to_json(std::uint32_t type);

}  // namespace resforge::rhs
