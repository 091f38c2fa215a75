// What several groups of cluster functions need to know about resource handles.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cluster_database.h"
#include "cluster_names.h"
#include "resforge/cluster_api.h"

namespace resforge::rhs {

// GUID behind a resource handle, or nullopt after a violation record.
std::optional<std::u16string> resource_guid(std::string_view function, HRESOURCE resource);

// A new handle that the DLL closes with CloseClusterResource.
HRESOURCE resource_handle(std::u16string_view guid);

}  // namespace resforge::rhs
