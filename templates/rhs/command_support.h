// What the files with commands share.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "engine.h"
#include "json.h"
#include "rhs.h"

namespace resforge::rhs {

// How long a command waits in real time for the call it made, beyond which the call's own limit
// and the driver decide.
inline constexpr Milliseconds kRealLimit = 30000;

// Each throws JsonError when the command lacks the member or names something unknown.
ResourcePointer resource_of(const Json& command);
std::shared_ptr<ResourceType> type_of(const Json& command);

// Members with a default; null counts as missing.
bool flag(const Json& command, std::string_view name, bool otherwise);
std::uint32_t number(const Json& command, std::string_view name, std::uint32_t otherwise);

// {"time": now}
Json time_result();
void add_state(Json& result, const Resource& resource);

// Commands that prepare or inspect; none of them asks anything of RCM.
namespace commands {
Json load(const Json& command);
Json create_type(const Json& command);
Json create_resource(const Json& command);
Json database(const Json& command);
Json set_value(const Json& command);
Json delete_value(const Json& command);
Json script(const Json& command);
Json policies(const Json& command);
Json restart(const Json& command);
Json maintenance(const Json& command);
Json quiet(const Json& command);
Json fault(const Json& command);
Json slow(const Json& command);
Json semaphore(const Json& command);
Json heap(const Json& command);
Json state(const Json& command);
Json choices(const Json& command);
}  // namespace commands

}  // namespace resforge::rhs
