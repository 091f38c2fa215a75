// Scripts that steer the hooks of a scripted resource DLL.
#pragma once

#include <string>

#include "json.h"
#include "resforge/script_abi.h"

namespace resforge::rhs {

// Queues one call of a hook, or replaces what all further calls do (`repeat`). `steps` as in the
// protocol; throws JsonError.
void add_script(const std::string& resource, const std::string& hook, const Json& steps,
                bool repeat);

// Forgets all scripts of a resource.
void clear_scripts(const std::string& resource);

// The table for ResforgeSetScript; it lives as long as the process.
const RESFORGE_SCRIPT_TABLE* script_table();

}  // namespace resforge::rhs
