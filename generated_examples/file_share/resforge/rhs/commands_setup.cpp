// Commands that prepare or inspect: objects, database, scripts, faults, policies, state.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cluster_database.h"
#include "cluster_exports.h"
#include "cluster_json.h"
#include "command_support.h"
#include "database_link.h"
#include "dll_heap.h"
#include "kernel.h"
#include "scheduler.h"
#include "script.h"

namespace resforge::rhs {

ResourcePointer resource_of(const Json& command) {
    const std::string& name = command.at("resource").as_string();
    if (ResourcePointer resource = rhs().find_resource(name)) {
        return resource;
    }
    throw JsonError("unknown resource \"" + name + "\"");
}

std::shared_ptr<ResourceType> type_of(const Json& command) {
    const std::string& name = command.at("type").as_string();
    if (std::shared_ptr<ResourceType> type = rhs().find_type(name)) {
        return type;
    }
    throw JsonError("unknown resource type \"" + name + "\"");
}

bool flag(const Json& command, std::string_view name, bool otherwise) {
    const Json* const value = command.find(name);
    return value == nullptr || value->is_null() ? otherwise : value->as_bool();
}

std::uint32_t number(const Json& command, std::string_view name, std::uint32_t otherwise) {
    const Json* const value = command.find(name);
    return value == nullptr || value->is_null() ? otherwise : value->as_uint32();
}

void add_state(Json& result, const Resource& resource) {
    result.set("rhs", Json(name_of(resource.state))).set("rcm", Json(name_of(resource.rcm())));
}

Json time_result() {
    Json result = Json::object();
    result.set("time", Json(engine().now()));
    return result;
}

namespace commands {
namespace {

std::u16string key_of(const Json& command) {
    const Json* const key = command.find("key");
    std::string path = key == nullptr || key->is_null() ? std::string() : key->as_string();
    if (command.find("resource") != nullptr) {
        const std::string own = resource_key_path(resource_of(command)->name);
        path = path.empty() ? own : own + "\\" + path;
    }
    return utf16_from_utf8(path);
}

bool is_of_cluster(const std::string& function) {
    const auto exports = cluster_exports();
    return std::any_of(exports.begin(), exports.end(), [&function](const EmulatedFunction& known) {
        return function == known.name;
    });
}

}  // namespace

Json load(const Json& command) {
    const std::string path = command.at("dll").as_string();
    const std::string name = command.at("type").as_string();
    const std::uint32_t minimum = number(command, "minimum_version", 0x100);
    const std::uint32_t maximum = number(command, "maximum_version", 0x100);
    const auto loaded = std::make_shared<Rhs::Loaded>();
    const auto finished = std::make_shared<bool>(false);
    {
        const Guard guard;
        std::shared_ptr<ResourceType> type = rhs().find_type(name);
        if (type == nullptr) {
            add_type_to_database(name, nullptr);
            type = rhs().make_type(name, nullptr);
        }
        rhs().load(path, type, minimum, maximum, loaded, [finished] {
            *finished = true;
            engine().notify();
        });
    }
    engine().finish([finished] { return *finished; }, kRealLimit);
    Json result = Json::object();
    result.set("status", Json(loaded->status)).set("export", Json(loaded->exported));
    result.set("version", Json(loaded->version)).set("table_size", Json(loaded->table_size));
    if (!loaded->text.empty()) {
        result.set("text", Json(loaded->text));
    }
    return result;
}

Json create_type(const Json& command) {
    const Guard guard;
    const std::string& name = command.at("type").as_string();
    if (rhs().find_type(name) == nullptr) {
        add_type_to_database(name, command.find("common"));
    }
    rhs().make_type(name, command.find("common"));
    return Json::object();
}

Json create_resource(const Json& command) {
    const Guard guard;
    const std::string& name = command.at("resource").as_string();
    if (rhs().find_resource(name) != nullptr) {
        throw JsonError("there is a resource \"" + name + "\" already");
    }
    const std::shared_ptr<ResourceType> type = type_of(command);
    const Json* const group = command.find("group");
    add_resource_to_database(
        name, type->name, group == nullptr || group->is_null() ? "Group" : group->as_string(),
        command.find("common"), command.find("private"), flag(command, "parameters", true));
    const ResourcePointer resource = rhs().make_resource(name, type, command.find("common"));
    Json result = Json::object();
    result.set("key", Json(resource_key_path(name)));
    add_state(result, *resource);
    return result;
}

Json database(const Json& command) {
    const Guard guard;
    Json result = Json::object();
    if (const Json* const tree = command.find("load")) {
        load_database(cluster_database(), *tree);
    }
    if (flag(command, "dump", false)) {
        result.set("dump", database_to_json(cluster_database()));
    }
    return result;
}

Json set_value(const Json& command) {
    const std::vector<std::uint8_t> data = bytes_from_hex(command.at("hex").as_string());
    const RegistryValue value{utf16_from_utf8(command.at("name").as_string()),
                              value_type_from_json(command.at("type")), data};
    const std::u16string path = key_of(command);
    if (flag(command, "new_key", false)) {
        cluster_database().create_key(path);
    }
    const bool is_later = command.find("before_read") != nullptr;
    const std::uint32_t status = is_later ? cluster_database().set_value_before_read(
                                                path, value, number(command, "before_read", 1))
                                          : cluster_database().set_value(path, value);
    Json result = Json::object();
    result.set("status", Json(status));
    return result;
}

Json delete_value(const Json& command) {
    const std::u16string name = utf16_from_utf8(command.at("name").as_string());
    Json result = Json::object();
    result.set("status", Json(cluster_database().delete_value(key_of(command), name)));
    return result;
}

Json script(const Json& command) {
    const Guard guard;
    const std::string& resource = command.at("resource").as_string();
    if (flag(command, "clear", false)) {
        clear_scripts(resource);
    }
    if (command.find("hook") != nullptr) {
        add_script(resource, command.at("hook").as_string(), command.at("steps"),
                   flag(command, "repeat", false));
    }
    return Json::object();
}

Json policies(const Json& command) {
    const Guard guard;
    for (const auto& [name, value] : command.as_object()) {
        if (name != "id" && name != "command") {
            rhs().policies.set(name, value.as_string());
        }
    }
    return Json::object();
}

Json restart(const Json& command) {
    const Guard guard;
    resource_of(command)->restart.enabled = flag(command, "enabled", true);
    return Json::object();
}

Json quiet(const Json& command) {
    const Guard guard;
    resource_of(command)->quiet = flag(command, "enabled", true);
    return Json::object();
}

Json maintenance(const Json& command) {
    const Guard guard;
    resource_of(command)->maintenance = flag(command, "enabled", true);
    return Json::object();
}

Json fault(const Json& command) {
    const Guard guard;
    const std::string& function = command.at("function").as_string();
    const std::uint32_t call = number(command, "call", 1);
    const std::uint32_t error = command.at("error").as_uint32();
    if (function == "operator new") {
        fail_allocation(call);
    } else if (is_of_cluster(function)) {
        cluster_database().inject_fault(function, call, error, number(command, "times", 1));
    } else {
        inject_fault(function, call, error);
    }
    return Json::object();
}

// Beside the functions of the cluster.
constexpr std::string_view kSlow[] = {
    "atomic store", "AcquireSRWLockExclusive", "CreateThread",      "CreateThreadReturn",
    "ExitThread",   "GetTickCount64Return",    "LogEvent",          "LogEventReturn",
    "SetEvent",     "SetEventReturn",          "SetResourceStatus", "SetResourceStatusReturn"};

Json slow(const Json& command) {
    const Guard guard;
    const std::string& function = command.at("function").as_string();
    if (!is_of_cluster(function) && std::ranges::find(kSlow, function) == std::end(kSlow)) {
        throw JsonError("\"" + function + "\" is no function that can be slow");
    }
    slow_down(function, command.at("ms").as_uint32());
    return Json::object();
}

Json heap(const Json& command) {
    Json result = Json::object();
    if (!counts_heap()) {
        return result;
    }
    const std::string& action = command.at("count").as_string();
    if (action == "start") {
        start_counting();
    } else if (action == "stop") {
        stop_counting();
    } else {
        throw JsonError("count is neither start nor stop");
    }
    const HeapUse use = counted_heap();
    result.set("blocks", Json(static_cast<std::uint64_t>(use.blocks)))
        .set("bytes", Json(static_cast<std::uint64_t>(use.bytes)))
        .set("taken", Json(static_cast<std::uint64_t>(use.taken)));
    return result;
}

// Another process of the node takes a semaphore with one place, or gives it back. Its handle keeps
// the semaphore alive when the DLL has closed its own.
Json semaphore(const Json& command) {
    const Guard guard;
    const std::u16string name = utf16_from_utf8(command.at("name").as_string());
    std::shared_ptr<KernelObject> object = kernel().find_name(ObjectKind::kSemaphore, name);
    if (object == nullptr) {
        object = std::make_shared<KernelObject>();
        object->kind = ObjectKind::kSemaphore;
        object->name = name;
        object->count = object->maximum = 1;
    }
    kernel().leave_to_c_library(kernel().add(object));
    const LONG change = flag(command, "take", true) ? -1 : 1;
    const bool is_done = object->count + change >= 0 && object->count + change <= object->maximum;
    object->count += is_done ? change : 0;
    engine().notify();
    Json result = Json::object();
    result.set("done", Json(is_done));
    return result;
}

Json state(const Json& command) {
    const Guard guard;
    const ResourcePointer resource = resource_of(command);
    Json result = time_result();
    add_state(result, *resource);
    Json threads = Json::array();
    for (const Kernel::Open& thread : kernel().live_threads()) {
        if (thread.resource == resource->name) {
            threads.push(Json(thread.text));
        }
    }
    Json calls = Json::array();
    for (const Call* call : rhs().queue_of(*resource)->running) {
        if (call->resource == resource) {
            calls.push(Json(call->entry));
        }
    }
    result.set("threads", std::move(threads)).set("calls", std::move(calls));
    return result;
}

Json choices(const Json& /*command*/) {
    Json list = Json::array();
    if (const auto* const scheduler = dynamic_cast<const Scheduler*>(&engine())) {
        for (const std::size_t choice : scheduler->choices()) {
            list.push(Json(static_cast<std::uint64_t>(choice)));
        }
    }
    Json result = Json::object();
    result.set("choices", std::move(list));
    return result;
}

}  // namespace commands
}  // namespace resforge::rhs
