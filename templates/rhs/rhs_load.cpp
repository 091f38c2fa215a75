// Resource types, resources, and loading the DLL of a type.
#include <algorithm>
#include <utility>

#include "callbacks.h"
#include "data_races.h"
#include "kernel.h"
#include "module.h"
#include "record.h"
#include "rhs.h"

namespace resforge::rhs {
namespace {

// 0xFFFFFFFF stands for "use the type's value" (resources-looksalivepollinterval).
void take_time(const Json* common, const char* name, Milliseconds& time) {
    const Json* const value = common == nullptr ? nullptr : common->find(name);
    if (value != nullptr && value->as_uint32() != 0xFFFFFFFF) {
        time = value->as_uint32();
    }
}

Timing timing_from(const Json* common, Timing timing) {
    take_time(common, "LooksAlivePollInterval", timing.looks_alive);
    take_time(common, "IsAlivePollInterval", timing.is_alive);
    take_time(common, "PendingTimeout", timing.pending);
    take_time(common, "DeadlockTimeout", timing.deadlock);
    return timing;
}

void take_number(const Json* common, const char* name, std::uint32_t& number) {
    if (const Json* const value = common == nullptr ? nullptr : common->find(name)) {
        number = value->as_uint32();
    }
}

RestartPolicy restart_from(const Json* common) {
    RestartPolicy policy;
    std::uint32_t retry = static_cast<std::uint32_t>(policy.retry_period);
    take_number(common, "RestartAction", policy.action);
    take_number(common, "RestartThreshold", policy.threshold);
    take_time(common, "RestartPeriod", policy.period);
    take_time(common, "RestartDelay", policy.delay);
    take_number(common, "RetryPeriodOnFailure", retry);
    policy.retry_period = retry;
    return policy;
}

}  // namespace

std::shared_ptr<ResourceType> Rhs::make_type(const std::string& name, const Json* common) {
    std::shared_ptr<ResourceType> type = find_type(name);
    if (type == nullptr) {
        type = std::make_shared<ResourceType>();
        type->name = name;
        types_.push_back(type);
    }
    type->timing = timing_from(common, type->timing);
    return type;
}

ResourcePointer Rhs::make_resource(const std::string& name,
                                   const std::shared_ptr<ResourceType>& type, const Json* common) {
    auto resource = std::make_shared<Resource>();
    resource->name = name;
    resource->type = type;
    resource->number = next_resource_++;
    resource->timing = timing_from(common, type->timing);
    resource->restart = restart_from(common);
    resource->state = type->table != nullptr ? MainState::kClosed : MainState::kNotLoaded;
    resources_.push_back(resource);
    return resource;
}

std::shared_ptr<ResourceType> Rhs::find_type(std::string_view name) const {
    const auto found = std::find_if(types_.begin(), types_.end(),
                                    [name](const auto& type) { return type->name == name; });
    return found == types_.end() ? nullptr : *found;
}

ResourcePointer Rhs::find_resource(std::string_view name) const {
    const auto found = std::find_if(resources_.begin(), resources_.end(),
                                    [name](const auto& other) { return other->name == name; });
    return found == resources_.end() ? nullptr : *found;
}

std::shared_ptr<Module> Rhs::find_module(std::string_view path) const {
    const auto found = std::find_if(modules_.begin(), modules_.end(),
                                    [path](const auto& module) { return module->path == path; });
    return found == modules_.end() ? nullptr : *found;
}

void Rhs::forget_resource(const ResourcePointer& resource) {
    std::erase(resources_, resource);
    if (resources_.empty()) {
        forget_all_accesses();
    }
}

void Rhs::load(const std::string& path, const std::shared_ptr<ResourceType>& type,
               std::uint32_t minimum, std::uint32_t maximum, std::shared_ptr<Loaded> loaded,
               std::function<void()> done) {
    std::shared_ptr<Module> module = find_module(path);
    if (module == nullptr) {
        module = std::make_shared<Module>();
        module->path = path;
        modules_.push_back(module);
    }
    const auto call = std::make_shared<Call>();
    call->entry = "LoadLibrary";
    call->type = type;
    call->serialised = false;
    call->arguments.set("dll", Json(path));
    call->limit = type->timing.deadlock;
    call->expired = [this](Call&) { kill(nullptr, "DllMain did not return", "T-62"); };
    call->invoke = [module, loaded] {
        if (module->handle == nullptr) {
            const LoadError error = load_module(*module);
            loaded->status = error.status;
            loaded->text = error.text;
        }
    };
    call->describe = [loaded](Json& fields) { fields.set("result", Json(loaded->status)); };
    call->finish = [this, module, type, minimum, maximum, loaded, done = std::move(done)] {
        if (loaded->status != 0) {
            write_type_state(*type, "T-02");
            std::erase(modules_, module);
            done();
            return;
        }
        start_call(startup_call(module, type, minimum, maximum, loaded, done));
    };
    start_call(call);
}

CallPointer Rhs::startup_call(const std::shared_ptr<Module>& module,
                              const std::shared_ptr<ResourceType>& type, std::uint32_t minimum,
                              std::uint32_t maximum, std::shared_ptr<Loaded> loaded,
                              std::function<void()> done) {
    const auto table = std::make_shared<PCLRES_FUNCTION_TABLE>(nullptr);
    const auto defect = std::make_shared<const char*>(nullptr);
    const bool is_ex = module->startup_ex != nullptr;
    const auto call = std::make_shared<Call>();
    const std::u16string name = utf16_from_utf8(type->name);
    call->entry = is_ex ? "StartupEx" : "Startup";
    call->type = type;
    call->serialised = false;
    call->arguments.set("type", Json(type->name)).set("minimum_version", Json(minimum));
    call->arguments.set("maximum_version", Json(maximum));
    call->limit = type->timing.deadlock;
    call->expired = [this](Call&) { kill(nullptr, "Startup did not return", "T-62"); };
    call->invoke = [module, name, minimum, maximum, loaded, table, is_ex] {
        const auto* const wide = reinterpret_cast<LPCWSTR>(name.c_str());
        loaded->status =
            is_ex ? module->startup_ex(wide, minimum, maximum, callback_table(), table.get())
                  : module->startup(wide, minimum, maximum, set_resource_status, log_event,
                                    table.get());
    };
    call->describe = [loaded, table, defect, minimum, maximum, is_ex](Json& fields) {
        fields.set("result", Json(loaded->status));
        if (loaded->status == ERROR_SUCCESS) {
            *defect = table_defect(*table, minimum, maximum, is_ex);
            fields.set("table_valid", Json(*defect == nullptr));
        }
    };
    call->finish = [this, module, type, loaded, table, defect, entry = call->entry,
                    done = std::move(done)] {
        loaded->exported = entry;
        if (*defect != nullptr) {
            loaded->status = ERROR_REVISION_MISMATCH;
            loaded->text = *defect;
        }
        if (*table != nullptr) {
            loaded->version = (*table)->Version;
            loaded->table_size = (*table)->TableSize;
        }
        if (loaded->status == ERROR_SUCCESS) {
            type->module = module;
            type->table = *table;
        }
        write_type_state(*type, loaded->status == ERROR_SUCCESS ? "T-03" : "T-04");
        done();
    };
    return call;
}

// One record for the type, and one for each resource of the type that waits for its DLL.
void Rhs::write_type_state(const ResourceType& type, const char* transition) {
    const bool is_loaded = type.table != nullptr;
    Json fields = Json::object();
    fields.set("type", Json(type.name));
    fields.set("rhs", Json(name_of(is_loaded ? MainState::kClosed : MainState::kNotLoaded)));
    fields.set("rcm", Json(name_of(RcmState::kInitializing)));
    fields.set("from", Json(name_of(MainState::kNotLoaded)));
    fields.set("transition", Json(transition));
    write_record("state", fields);
    for (const ResourcePointer& resource : resources_) {
        if (resource->type.get() == &type && resource->state == MainState::kNotLoaded) {
            move(resource, is_loaded ? MainState::kClosed : MainState::kNotLoaded, transition);
        }
    }
}

}  // namespace resforge::rhs
