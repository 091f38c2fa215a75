// Calls that RHS would never make, for negative tests (T-77 to T-81 and variants of Startup).
#include <utility>

#include "callbacks.h"
#include "control_job.h"
#include "database_link.h"
#include "kernel.h"
#include "rhs.h"

namespace resforge::rhs {
namespace {

// No page is ever mapped here, so a DLL that dereferences it crashes at once.
RESID bogus_resid() {
    return reinterpret_cast<RESID>(std::uintptr_t{0x5246});
}

struct DirectResult {
    DWORD code = 0;
    HANDLE event_handle = nullptr;
};

void describe_code(const CallPointer& call, const std::shared_ptr<DirectResult>& result) {
    call->describe = [result](Json& fields) { fields.set("result", Json(result->code)); };
}

}  // namespace

RESID Rhs::resid_for(const Resource& resource, const std::string& which) const {
    if (which == "null") {
        return nullptr;
    }
    if (which == "live") {
        return resource.resid;
    }
    if (which == "stale") {
        const RESID own = resource.last_closed;
        const RESID closed = own != nullptr ? own : resource.type->last_closed;
        return closed != nullptr ? closed : bogus_resid();
    }
    throw JsonError("resid is null, stale or live");
}

CallPointer Rhs::direct_call(const ResourcePointer& resource, const std::string& entry,
                             const std::string& which, const std::string& missing) {
    if (resource->type->table == nullptr) {
        throw JsonError("the type of this resource is not loaded");
    }
    const CLRES_FUNCTION_TABLE& table = *resource->type->table;
    const CLRES_V1_FUNCTIONS& functions = table.V1Functions;
    const RESID resid = resid_for(*resource, which);
    const auto result = std::make_shared<DirectResult>();
    const CallPointer call = new_call(resource, entry);
    call->negative = true;
    call->serialised = false;
    call->arguments.set("resid", Json(which));
    describe_code(call, result);
    if (entry == "Online") {
        const bool has_place = missing != "event_handle";
        call->invoke = [&table, resid, result, has_place] {
            result->code = call_online(table, resid, has_place ? &result->event_handle : nullptr);
        };
    } else if (entry == "Offline") {
        call->invoke = [&table, resid, result] { result->code = call_offline(table, resid); };
    } else if (entry == "Cancel") {
        call->invoke = [&table, resid, result] { result->code = call_cancel(table, resid); };
    } else if (entry == "LooksAlive" || entry == "IsAlive") {
        const auto poll = entry == "IsAlive" ? functions.IsAlive : functions.LooksAlive;
        call->invoke = [poll, resid, result] { result->code = poll(resid) != FALSE ? 1 : 0; };
    } else if (entry == "Close" || entry == "Terminate") {
        const auto end = entry == "Close" ? functions.Close : functions.Terminate;
        call->invoke = [end, resid] { end(resid); };
        call->describe = nullptr;
    } else if (entry == "Release" && functions.Release != nullptr) {
        call->invoke = [&functions, resid, result] { result->code = functions.Release(resid); };
    } else if (entry == "Arbitrate" && functions.Arbitrate != nullptr) {
        call->invoke = [&functions, resid, result] {
            result->code = functions.Arbitrate(resid, quorum_resource_lost);
        };
    } else {
        throw JsonError("this function table has no entry point \"" + entry + "\"");
    }
    return call;
}

// A second Open of the same name (T-81); what it returns is closed again at once.
CallPointer Rhs::direct_open(const ResourcePointer& resource, const std::string& missing,
                             std::function<void()> done) {
    if (resource->type->table == nullptr) {
        throw JsonError("the type of this resource is not loaded");
    }
    struct State {
        std::u16string name;
        HANDLE handle = nullptr;
        std::uintptr_t key = 0;
        RESID resid = nullptr;
    };
    const auto state = std::make_shared<State>();
    state->name = utf16_from_utf8(resource->name);
    state->handle = kernel().add_opaque("RESOURCE_HANDLE");
    state->key = open_resource_key(resource->name);
    const CallPointer call = new_call(resource, "Open");
    call->negative = true;
    call->serialised = false;
    call->arguments.set("name", Json(resource->name));
    const auto* const name =
        missing == "resource_name" ? nullptr : reinterpret_cast<LPCWSTR>(state->name.c_str());
    call->invoke = [resource, state, name] {
        state->resid = call_open(*resource->type->table, name, reinterpret_cast<HKEY>(state->key),
                                 state->handle);
    };
    call->describe = [this, state, call = std::weak_ptr<Call>(call)](Json& fields) {
        fields.set("result", state->resid == nullptr ? Json() : Json(resid_name(state->resid)));
        fields.set("last_error", Json(call.lock()->last_error));
    };
    call->finish = [this, resource, state, done = std::move(done)] {
        close_resource_key(state->key);
        if (state->resid == nullptr || state->resid == resource->resid) {
            done();
            return;
        }
        const CallPointer close = new_call(resource, "Close");
        close->negative = true;
        close->serialised = false;
        close->arguments.set("resid", Json(resid_name(state->resid)));
        close->invoke = [resource, state] {
            resource->type->table->V1Functions.Close(state->resid);
        };
        close->finish = [this, resource, state, done] {
            resource->last_closed = resource->type->last_closed = state->resid;
            resid_numbers_.erase(state->resid);
            closed_handles_.push_back(state->handle);
            done();
        };
        start_call(close);
    };
    return call;
}

// Startup once more, with any name and range; the table it hands out is only looked at.
CallPointer Rhs::direct_startup(const std::shared_ptr<Module>& module,
                                const StartupRequest& request) {
    struct State {
        DWORD code = 0;
        PCLRES_FUNCTION_TABLE table = nullptr;
    };
    const auto state = std::make_shared<State>();
    const std::u16string name = utf16_from_utf8(request.type);
    const auto [minimum, maximum] = std::pair(request.minimum, request.maximum);
    const bool is_ex = module->startup_ex != nullptr;
    const auto call = std::make_shared<Call>();
    call->entry = is_ex ? "StartupEx" : "Startup";
    call->negative = true;
    call->serialised = false;
    call->arguments.set("type", Json(request.type)).set("minimum_version", Json(minimum));
    call->arguments.set("maximum_version", Json(maximum));
    call->invoke = [module, name, request, state, is_ex] {
        const auto* const wide =
            request.missing == "resource_type" ? nullptr : reinterpret_cast<LPCWSTR>(name.c_str());
        PSET_RESOURCE_STATUS_ROUTINE set_status =
            request.refused ? set_resource_status_of_refused : set_resource_status;
        PLOG_EVENT_ROUTINE log = request.refused ? log_event_of_refused : log_event;
        PCLRES_FUNCTION_TABLE* table = &state->table;
        set_status = request.missing == "set_resource_status" ? nullptr : set_status;
        log = request.missing == "log_event" ? nullptr : log;
        table = request.missing == "function_table" ? nullptr : table;
        state->code =
            is_ex ? module->startup_ex(wide, request.minimum, request.maximum, callback_table(),
                                       table)
                  : module->startup(wide, request.minimum, request.maximum, set_status, log, table);
    };
    call->describe = [state, minimum, maximum, is_ex](Json& fields) {
        const char* const defect = table_defect(state->table, minimum, maximum, is_ex);
        fields.set("result", Json(state->code));
        fields.set("table_returned", Json(state->table != nullptr));
        if (state->code == ERROR_SUCCESS) {
            fields.set("table_valid", Json(defect == nullptr));
        }
        if (state->table != nullptr) {
            fields.set("version", Json(state->table->Version));
            fields.set("table_size", Json(state->table->TableSize));
            fields.set("quorum_capable", Json(is_quorum_capable(*state->table)));
        }
    };
    return call;
}

// ResourceControl with any RESID.
CallPointer Rhs::direct_control(const ResourcePointer& resource, const std::string& which,
                                const ControlRequest& request) {
    const auto job = std::make_shared<ControlJob>();
    job->resource = resource;
    job->type = resource->type;
    job->request = request;
    job->resid = resid_for(*resource, which);
    const CallPointer call = control_call(job);
    call->negative = true;
    call->serialised = false;
    call->arguments.set("resid", Json(which));
    return call;
}

}  // namespace resforge::rhs
