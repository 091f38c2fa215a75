// What the host does with the cluster database: objects, records of changes, the last dump.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "json.h"
#include "rhs_types.h"

namespace resforge::rhs {

// Sends changes and violations of the database to the trace.
void observe_database();

// Writes the `final` record with a dump of the database.
void write_final_record();

// Tells the emulated GetClusterResourceState.
void cluster_state_changed(const Resource& resource);

// Adds the object to the database; `common` and `value`s as in the protocol. Throws JsonError.
void add_type_to_database(const std::string& type, const Json* common);
void add_resource_to_database(const std::string& resource, const std::string& type,
                              const std::string& group, const Json* common, const Json* values,
                              bool has_parameters);

// Key handles for Open.
std::uintptr_t open_resource_key(const std::string& resource);
void close_resource_key(std::uintptr_t key);

// Path of a resource's key, empty when there is none.
std::string resource_key_path(const std::string& resource);

}  // namespace resforge::rhs
