// Commands: from JSON to requests of RHS, and back.
#include "commands.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "command_support.h"
#include "engine.h"
#include "rhs.h"

namespace resforge::rhs {
namespace {

// Issues a request under the lock, lets it run, and answers with status and state.
Json request(const Json& command, const std::function<Answer(const ResourcePointer&)>& issue,
             bool waits) {
    const ResourcePointer resource = resource_of(command);
    Answer answer;
    {
        const Guard guard;
        answer = issue(resource);
    }
    if (waits && answer.status == ERROR_IO_PENDING) {
        engine().finish(
            [&resource] {
                return resource->state == MainState::kClosed ||
                       resource->state == MainState::kOffline;
            },
            kRealLimit);
    }
    if (flag(command, "run", true)) {
        engine().settle();
    }
    const Guard guard;
    Json result = Json::object();
    result.set("status", Json(answer.status));
    add_state(result, *resource);
    return result;
}

// Issues something that ends by a callback, and answers with what the callback got.
Json issue_and_wait(const std::function<Answer(std::function<void(const Json&)>)>& issue) {
    const auto result = std::make_shared<Json>(Json::object());
    const auto finished = std::make_shared<bool>(false);
    {
        const Guard guard;
        const Answer answer = issue([result, finished](const Json& answered) {
            *result = answered;
            *finished = true;
            engine().notify();
        });
        *finished = *finished || answer.status == ERROR_INVALID_STATE;
        result->set("status", Json(answer.status));
    }
    engine().finish([finished] { return *finished; }, kRealLimit);
    const Guard guard;
    return *result;
}

ControlRequest control_request(const Json& command) {
    ControlRequest request;
    request.code = command.at("code").as_uint32();
    const Json* const input = command.find("input");
    request.has_input = input != nullptr && !input->is_null();
    if (request.has_input) {
        request.input = bytes_from_hex(input->as_string());
    }
    request.claimed_input = number(command, "claimed_input", 0);
    request.output_size = number(command, "output_size", 65536);
    request.null_output = flag(command, "null_output", false);
    request.null_returned = flag(command, "null_returned", false);
    return request;
}

Json control(const Json& command) {
    const ResourcePointer resource = resource_of(command);
    const ControlRequest request = control_request(command);
    return issue_and_wait([&](std::function<void(const Json&)> done) {
        return rhs().control(resource, request, std::move(done));
    });
}

Json type_control(const Json& command) {
    const std::shared_ptr<ResourceType> type = type_of(command);
    const ControlRequest request = control_request(command);
    return issue_and_wait([&](std::function<void(const Json&)> done) {
        return rhs().type_control(type, request, std::move(done));
    });
}

// With a `reason` RHS announces it directly before the stop (clusctl-resource-state-change-reason).
void announce(const Json& command) {
    if (command.find("reason") == nullptr) {
        return;
    }
    constexpr std::uint32_t kStructureVersion = 1;
    CLUSCTL_RESOURCE_STATE_CHANGE_REASON_STRUCT announced{};
    announced.dwSize = sizeof(announced);
    announced.dwVersion = kStructureVersion;
    announced.eReason =
        static_cast<CLUSTER_RESOURCE_STATE_CHANGE_REASON>(command.at("reason").as_uint32());
    const ResourcePointer resource = resource_of(command);
    ControlRequest request;
    request.code = CLUSCTL_RESOURCE_STATE_CHANGE_REASON;
    request.has_input = true;
    request.input.resize(sizeof(announced));
    std::memcpy(request.input.data(), &announced, sizeof(announced));
    request.output_size = 0;
    request.null_output = true;
    static_cast<void>(issue_and_wait([&](std::function<void(const Json&)> done) {
        return rhs().control(resource, request, std::move(done));
    }));
}

Json cancel(const Json& command) {
    const ResourcePointer resource = resource_of(command);
    return issue_and_wait([&](std::function<void(const Json&)> done) {
        return rhs().cancel(resource, std::move(done));
    });
}

// The argument of a direct call that is NULL, "" for none.
std::string missing_of(const Json& command) {
    const Json* const missing = command.find("missing");
    return missing == nullptr ? std::string() : missing->as_string();
}

CallPointer startup_of(const Json& command) {
    const Json* const dll = command.find("dll");
    std::shared_ptr<Module> module;
    if (dll != nullptr) {
        module = rhs().find_module(dll->as_string());
    } else if (command.find("resource") != nullptr) {
        module = resource_of(command)->type->module;
    } else if (!rhs().modules().empty()) {
        module = rhs().modules().front();
    }
    if (module == nullptr) {
        throw JsonError("no library is loaded that could be asked");
    }
    return rhs().direct_startup(
        module, {command.at("type").as_string(), number(command, "minimum_version", 0x100),
                 number(command, "maximum_version", 0x100), flag(command, "refused", false),
                 missing_of(command)});
}

Json direct_call(const Json& command) {
    const std::string& entry = command.at("entry").as_string();
    const Json* const which = command.find("resid");
    const std::string resid = which == nullptr ? "live" : which->as_string();
    const auto finished = std::make_shared<bool>(false);
    const auto done = [finished] {
        *finished = true;
        engine().notify();
    };
    const auto result = std::make_shared<Json>(Json::object());
    {
        const Guard guard;
        CallPointer call;
        if (entry == "Startup" || entry == "StartupEx") {
            call = startup_of(command);
        } else if (entry == "Open") {
            call = rhs().direct_open(resource_of(command), missing_of(command), done);
        } else if (entry == "ResourceControl") {
            call = rhs().direct_control(resource_of(command), resid, control_request(command));
        } else {
            call = rhs().direct_call(resource_of(command), entry, resid, missing_of(command));
        }
        const std::function<void(Json&)> describe = call->describe;
        call->describe = [describe, result](Json& fields) {
            if (describe) {
                describe(*result);
            }
            for (const auto& [name, value] : result->as_object()) {
                fields.set(name, value);
            }
        };
        const std::function<void()> finish = call->finish;
        const bool ends_itself = entry == "Open";
        call->finish = [finish, done, ends_itself] {
            if (finish) {
                finish();
            }
            if (!ends_itself) {
                done();
            }
        };
        rhs().start_call(call);
    }
    engine().finish([finished] { return *finished; }, kRealLimit);
    const Guard guard;
    return *result;
}

Json advance(const Json& command) {
    engine().advance(command.at("ms").as_uint64());
    return time_result();
}

bool names_state(const Json* states, const char* name) {
    if (states == nullptr || states->is_null()) {
        return true;
    }
    if (states->is_string()) {
        return states->as_string() == name;
    }
    const Json::Array& names = states->as_array();
    return std::any_of(names.begin(), names.end(),
                       [name](const Json& other) { return other.as_string() == name; });
}

Json await(const Json& command) {
    const ResourcePointer resource = resource_of(command);
    const Json* const rhs_states = command.find("rhs");
    const Json* const rcm_states = command.find("rcm");
    names_state(rhs_states, "");
    const bool reached = engine().await(
        [&] {
            return names_state(rhs_states, name_of(resource->state)) &&
                   names_state(rcm_states, name_of(resource->rcm()));
        },
        command.at("limit_ms").as_uint64());
    Json result = time_result();
    const Guard guard;
    result.set("reached", Json(reached));
    add_state(result, *resource);
    return result;
}

Json open(const Json& command) {
    return request(command, [](const auto& resource) { return rhs().open(resource); }, true);
}

Json close(const Json& command) {
    const bool force = flag(command, "force", false);
    announce(command);
    return request(
        command, [force](const auto& resource) { return rhs().close(resource, force); }, false);
}

Json online(const Json& command) {
    return request(
        command, [](const auto& resource) { return rhs().online(resource, "online"); }, false);
}

Json offline(const Json& command) {
    announce(command);
    return request(command, [](const auto& resource) { return rhs().offline(resource); }, false);
}

Json terminate(const Json& command) {
    announce(command);
    return request(
        command, [](const auto& resource) { return rhs().terminate(resource, false); }, false);
}

Json fail(const Json& command) {
    return request(
        command, [](const auto& resource) { return rhs().terminate(resource, true); }, false);
}

Json remove(const Json& command) {
    return request(command, [](const auto& resource) { return rhs().remove(resource); }, false);
}

Json rundown(const Json& command) {
    announce(command);
    return request(command, [](const auto& resource) { return rhs().rundown(resource); }, false);
}

// What makes a call and does not need its answer.
void check_begins_together(const Json& command) {
    constexpr std::array<std::string_view, 8> kNames = {"open", "online", "offline", "terminate",
                                                        "fail", "close",  "call",    "control"};
    const std::string& name = command.at("command").as_string();
    if (std::find(kNames.begin(), kNames.end(), name) == kNames.end()) {
        throw JsonError("\"" + name + "\" cannot begin together with others");
    }
    if (command.find("reason") != nullptr) {
        throw JsonError("\"reason\" takes a call before the one of \"" + name +
                        "\", which cannot begin together with others");
    }
}

// Calls that begin at the same moment: which goes on first is left to the schedule.
Json together(const Json& command) {
    const Json::Array& commands = command.at("commands").as_array();
    std::for_each(commands.begin(), commands.end(), check_begins_together);
    Json results = Json::array();
    engine().begin_together(number(command, "ms", 0), [&] {
        for (const Json& one : commands) {
            results.push(execute(one));
        }
    });
    Json result = Json::object();
    result.set("results", std::move(results));
    return result;
}

Json schedule(const Json& command) {
    const std::uint64_t seed = number(command, "seed", 0);
    if (!engine().schedule(command.at("strategy").as_string(), seed)) {
        throw JsonError("\"strategy\" is first, random or pct, and nothing is chosen in real time");
    }
    return Json::object();
}

struct NamedCommand {
    std::string_view name;
    Json (*execute)(const Json&);
};

constexpr std::array<NamedCommand, 33> kCommands = {{
    {"load", commands::load},
    {"create_type", commands::create_type},
    {"create_resource", commands::create_resource},
    {"database", commands::database},
    {"set_value", commands::set_value},
    {"delete_value", commands::delete_value},
    {"open", open},
    {"close", close},
    {"online", online},
    {"offline", offline},
    {"terminate", terminate},
    {"fail", fail},
    {"delete", remove},
    {"rundown", rundown},
    {"cancel", cancel},
    {"control", control},
    {"type_control", type_control},
    {"call", direct_call},
    {"script", commands::script},
    {"advance", advance},
    {"together", together},
    {"schedule", schedule},
    {"await", await},
    {"policies", commands::policies},
    {"restart", commands::restart},
    {"maintenance", commands::maintenance},
    {"quiet", commands::quiet},
    {"fault", commands::fault},
    {"slow", commands::slow},
    {"semaphore", commands::semaphore},
    {"heap", commands::heap},
    {"state", commands::state},
    {"choices", commands::choices},
}};

}  // namespace

Json execute(const Json& command) {
    const std::string& name = command.at("command").as_string();
    for (const NamedCommand& known : kCommands) {
        if (known.name == name) {
            Json result = known.execute(command);
            if (flag(command, "run", true)) {
                engine().settle();
            }
            return result;
        }
    }
    throw JsonError("unknown command \"" + name + "\"");
}

void shut_down() {
    constexpr Milliseconds kRealPatience = 2000;
    const Milliseconds patience = engine().is_virtual() ? 3600000 : kRealPatience;
    {
        const Guard guard;
        for (const ResourcePointer& resource : std::vector(rhs().resources())) {
            resource->restart.enabled = false;
            if (resource->state == MainState::kOffline) {
                rhs().close(resource, false);
            } else if (is_opened(resource->state)) {
                rhs().rundown(resource);
            }
        }
    }
    engine().await(
        [] {
            const auto& all = rhs().resources();
            return std::all_of(all.begin(), all.end(), [](const ResourcePointer& resource) {
                return resource->state == MainState::kClosed ||
                       resource->state == MainState::kNotLoaded;
            });
        },
        patience);
    const auto finished = std::make_shared<bool>(false);
    {
        const Guard guard;
        rhs().unload_all([finished] {
            *finished = true;
            engine().notify();
        });
    }
    engine().finish([finished] { return *finished; }, kRealPatience);
}

}  // namespace resforge::rhs
