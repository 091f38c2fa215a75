// Open, Close, and what is left over after them.
#include <algorithm>
#include <utility>

#include "cluster_database.h"
#include "crash.h"
#include "database_link.h"
#include "handles_text.h"
#include "kernel.h"
#include "module.h"
#include "record.h"
#include "rhs.h"

namespace resforge::rhs {
namespace {

void write_leak(const std::string& resource, const char* kind, const std::string& text) {
    Json fields = Json::object();
    if (!resource.empty()) {
        fields.set("resource", Json(resource));
    }
    fields.set("kind", Json(kind)).set("text", Json(text));
    write_record("leak", fields);
}

}  // namespace

std::string Rhs::resid_name(RESID resid) {
    if (resid == nullptr) {
        return "null";
    }
    const auto [found, is_new] = resid_numbers_.try_emplace(resid, next_resid_);
    next_resid_ += is_new ? 1 : 0;
    return "resid-" + std::to_string(found->second);
}

ResourcePointer Rhs::by_handle(HANDLE handle) const {
    for (const ResourcePointer& resource : resources_) {
        if (handle != nullptr && resource->handle == handle) {
            return resource;
        }
    }
    return nullptr;
}

bool Rhs::was_closed(HANDLE handle) const {
    return std::find(closed_handles_.begin(), closed_handles_.end(), handle) !=
           closed_handles_.end();
}

Answer Rhs::open(const ResourcePointer& resource) {
    if (resource->state != MainState::kClosed) {
        write_request(resource, "open", nullptr);
        return {ERROR_INVALID_STATE};
    }
    write_request(resource, "open", "T-05");
    when_free(resource, "Open", [this, resource] { start_open(resource); });
    return {ERROR_IO_PENDING};
}

void Rhs::start_open(const ResourcePointer& resource) {
    if (resource->state != MainState::kClosed) {
        return;
    }
    const auto resid = std::make_shared<RESID>(nullptr);
    move(resource, MainState::kOpening, "T-05");
    resource->handle = kernel().add_opaque("RESOURCE_HANDLE");
    resource->key = open_resource_key(resource->name);
    resource->name_copy = utf16_from_utf8(resource->name);
    const CallPointer call = new_call(resource, "Open");
    call->arguments.set("name", Json(resource->name));
    call->invoke = [resource, resid] {
        *resid = call_open(*resource->type->table,
                           reinterpret_cast<LPCWSTR>(resource->name_copy.c_str()),
                           reinterpret_cast<HKEY>(resource->key), resource->handle);
    };
    call->describe = [this, resid, call = std::weak_ptr<Call>(call)](Json& fields) {
        fields.set("result", *resid == nullptr ? Json() : Json(resid_name(*resid)));
        fields.set("last_error", Json(call.lock()->last_error));
    };
    call->finish = [this, resource, resid, call = std::weak_ptr<Call>(call)] {
        open_returned(resource, *resid, call.lock()->last_error);
    };
    start_call(call);
}

void Rhs::open_returned(const ResourcePointer& resource, RESID resid, std::uint32_t last_error) {
    // Name and key are promised for the call only: a DLL that kept the pointers shows itself.
    std::fill(resource->name_copy.begin(), resource->name_copy.end(), u'\xDDDD');
    close_resource_key(std::exchange(resource->key, 0));
    if (resid == nullptr) {
        closed_handles_.push_back(std::exchange(resource->handle, nullptr));
        move(resource, MainState::kClosed, "T-07");
        if (last_error == ERROR_SUCCESS) {
            violation("last-error-not-set", "Open returned NULL without SetLastError",
                      resource->name);
        }
        resource->online_wanted = false;
        report_leaks(resource);
        return;
    }
    const bool is_taken =
        std::any_of(resources_.begin(), resources_.end(),
                    [resid](const ResourcePointer& other) { return other->resid == resid; });
    resource->resid = resid;
    resource->opened_before = true;
    resource->result = RcmState::kOffline;
    move(resource, MainState::kOffline, "T-06");
    if (is_taken) {
        violation("resid-not-unique", "Open returned the RESID of another instance",
                  resource->name);
    }
    if (std::exchange(resource->online_wanted, false)) {
        online(resource, "online");
    }
}

void Rhs::start_close(const ResourcePointer& resource) {
    engine().cancel_timer(std::exchange(resource->restart_timer, 0));
    move(resource, MainState::kClosing, "T-09");
    const CallPointer call = new_call(resource, "Close");
    const RESID resid = resource->resid;
    call->arguments.set("resid", Json(resid_name(resid)));
    call->invoke = [type = resource->type, resid] { type->table->V1Functions.Close(resid); };
    call->finish = [this, resource] { close_returned(resource); };
    start_call(call);
}

void Rhs::close_returned(const ResourcePointer& resource) {
    resource->last_closed = std::exchange(resource->resid, nullptr);
    resource->type->last_closed = resource->last_closed;
    resid_numbers_.erase(resource->last_closed);
    closed_handles_.push_back(std::exchange(resource->handle, nullptr));
    resource->close_wanted = false;
    resource->result = RcmState::kOffline;
    resource->last_event_handle = nullptr;
    move(resource, MainState::kClosed, "T-10");
    report_leaks(resource);
    if (const std::function<void()> after = std::exchange(resource->after_close, nullptr)) {
        after();
    }
}

// What the instance left behind. Objects made outside any instance are looked at when the host
// ends.
void Rhs::report_leaks(const ResourcePointer& resource) {
    const std::string& name = resource->name;
    for (const Kernel::Open& open : kernel().open_handles()) {
        if (open.resource == name) {
            write_leak(name, "handle", open.text);
        }
    }
    for (const Kernel::Open& thread : kernel().live_threads()) {
        if (thread.resource == name) {
            write_leak(name, "thread", thread.text);
            if (!stays_loaded(resource->type->module->handle)) {
                violation("unloaded-thread",
                          "a thread of the library outlives Close, and nothing keeps its code "
                          "loaded (GetModuleHandleExW)",
                          name);
            }
        }
    }
    for (const OpenBlock& block : open_blocks()) {
        if (block.resource == name) {
            write_leak(name, "memory", block.text);
        }
    }
    for (const OpenHandle& open : cluster_database().open_handles()) {
        if (open.resource == name) {
            write_leak(name, "key", open.text);
        }
    }
}

void Rhs::unload_all(std::function<void()> done) {
    const auto call = std::make_shared<Call>();
    call->entry = "FreeLibrary";
    call->serialised = false;
    // The code of a thread that still runs must stay where it is.
    const bool may_unload = kernel().live_threads().empty();
    call->invoke = [this, may_unload] {
        for (const std::shared_ptr<Module>& module : may_unload ? modules_ : Modules()) {
            unload_watched(unload_module, module->handle);
        }
    };
    call->finish = [done = std::move(done)] {
        for (const Kernel::Open& open : kernel().open_handles()) {
            if (open.resource.empty()) {
                write_leak("", "handle", open.text);
            }
        }
        for (const Kernel::Open& thread : kernel().live_threads()) {
            if (thread.resource.empty()) {
                write_leak("", "thread", thread.text);
            }
        }
        for (const OpenBlock& block : open_blocks()) {
            if (block.resource.empty()) {
                write_leak("", "memory", block.text);
            }
        }
        for (const OpenHandle& open : cluster_database().open_handles()) {
            if (open.resource.empty()) {
                write_leak("", "key", open.text);
            }
        }
        done();
    };
    start_call(call);
}

}  // namespace resforge::rhs
