// Online and Offline: the calls, their results, the pending timer, early reports.
#include <algorithm>
#include <utility>

#include "handles_text.h"
#include "kernel.h"
#include "record.h"
#include "rhs.h"

namespace resforge::rhs {
namespace {

constexpr DWORD kPending = ERROR_IO_PENDING;

}  // namespace

void Rhs::start_online(const ResourcePointer& resource) {
    struct Result {
        DWORD code = 0;
        HANDLE event_handle = nullptr;
    };
    const auto result = std::make_shared<Result>();
    if (const auto old = kernel().find(resource->last_event_handle)) {
        old->stale = old->signalled;
    }
    resource->checkpoint = 0;
    resource->latched.reset();
    resource->synchronous = false;
    resource->told_to_stop = false;
    resource->terminated = false;
    resource->event_handle = nullptr;
    resource->operation_running = true;
    move(resource, MainState::kOnlineInProgress, "T-14");
    const CallPointer call = new_call(resource, "Online");
    const RESID resid = resource->resid;
    call->arguments.set("resid", Json(resid_name(resid)));
    call->invoke = [type = resource->type, resid, result] {
        result->code = call_online(*type->table, resid, &result->event_handle);
    };
    call->describe = [result](Json& fields) {
        fields.set("result", Json(result->code));
        fields.set("event_handle", handle_json(result->event_handle));
    };
    call->finish = [this, resource, result] {
        online_returned(resource, result->code, result->event_handle);
    };
    call->expired = [this, resource](Call& late) { operation_expired(resource, late, "T-19"); };
    start_call(call);
}

void Rhs::online_returned(const ResourcePointer& resource, DWORD result, HANDLE event_handle) {
    resource->operation_running = false;
    if (resource->state == MainState::kTerminating) {
        operation_returned_late(resource);
        return;
    }
    const bool succeeded = result == ERROR_SUCCESS || result == kPending;
    if (succeeded && event_handle != nullptr) {
        resource->event_handle = event_handle;
    }
    if (result == kPending) {
        move(resource, MainState::kOnlinePending, "T-16");
        apply_latched(resource);
        return;
    }
    if (result == ERROR_SUCCESS) {
        resource->synchronous = true;
        move(resource, MainState::kOnline, "T-15");
        flag_latched(resource);
        return;
    }
    flag_latched(resource);
    fail(resource, result == ERROR_RESOURCE_NOT_AVAILABLE ? "T-18" : "T-17");
}

void Rhs::operation_returned_late(const ResourcePointer& resource) {
    move(resource, resource->terminate_running ? MainState::kTerminating : MainState::kOffline,
         "T-21");
}

void Rhs::start_offline(const ResourcePointer& resource, const char* transition) {
    const auto result = std::make_shared<DWORD>(0);
    resource->checkpoint = 0;
    resource->latched.reset();
    resource->told_to_stop = false;
    resource->terminated = false;
    resource->operation_running = true;
    move(resource, MainState::kOfflineInProgress, transition);
    const CallPointer call = new_call(resource, "Offline");
    const RESID resid = resource->resid;
    call->arguments.set("resid", Json(resid_name(resid)));
    call->invoke = [type = resource->type, resid, result] {
        *result = call_offline(*type->table, resid);
    };
    call->describe = [result](Json& fields) { fields.set("result", Json(*result)); };
    call->finish = [this, resource, result] { offline_returned(resource, *result); };
    call->expired = [this, resource](Call& late) { operation_expired(resource, late, "T-49"); };
    start_call(call);
}

void Rhs::offline_returned(const ResourcePointer& resource, DWORD result) {
    resource->operation_running = false;
    if (resource->state == MainState::kTerminating) {
        operation_returned_late(resource);
        return;
    }
    if (result == kPending) {
        move(resource, MainState::kOfflinePending, "T-47");
        apply_latched(resource);
        return;
    }
    flag_latched(resource);
    if (result == ERROR_SUCCESS) {
        resource->result = RcmState::kOffline;
        move(resource, MainState::kOffline, "T-46");
        return;
    }
    fail_offline(resource, "T-48");
}

// Policy P1: the first expiry is a failure of the operation and grants the stuck call one more
// DeadlockTimeout; the second ends the process.
void Rhs::operation_expired(const ResourcePointer& resource, Call& call, const char* transition) {
    const bool is_online = call.entry == "Online";
    const bool in_progress = resource->state == (is_online ? MainState::kOnlineInProgress
                                                           : MainState::kOfflineInProgress);
    const std::string reason = call.entry + " did not return within DeadlockTimeout";
    if (in_progress && policies.kill_at_once()) {
        write_timer(resource.get(), nullptr, "CALL", call.entry, transition);
        kill(resource, reason, transition);
    }
    if (call.expiries > 1 || policies.kill_at_once()) {
        write_timer(resource.get(), nullptr, "CALL", call.entry, "T-62");
        kill(resource, reason, "T-62");
    }
    call.timer = engine().start_timer(call.limit, [&call] {
        call.timer = 0;
        ++call.expiries;
        call.expired(call);
    });
    write_timer(resource.get(), nullptr, "CALL", call.entry, in_progress ? transition : "T-61");
    if (!in_progress) {
        move(resource, MainState::kTerminating, "T-61");
    } else if (is_online) {
        fail(resource, transition);
    } else {
        fail_offline(resource, transition);
    }
}

// The lower of PendingTimeout and DeadlockTimeout decides (resources-pendingtimeout).
void Rhs::start_pending_timer(const ResourcePointer& resource) {
    engine().cancel_timer(resource->pending_timer);
    const Milliseconds limit = std::min(resource->timing.pending, resource->timing.deadlock);
    resource->pending_timer = engine().start_timer(limit, [this, resource] {
        resource->pending_timer = 0;
        const bool is_online = resource->state == MainState::kOnlinePending;
        const char* const transition = is_online ? "T-28" : "T-53";
        write_timer(resource.get(), nullptr, "PENDING", "", transition);
        if (is_online) {
            fail(resource, transition);
        } else {
            fail_offline(resource, transition);
        }
    });
}

void Rhs::apply_latched(const ResourcePointer& resource) {
    if (resource->latched.has_value()) {
        const StatusReport latched = *std::exchange(resource->latched, std::nullopt);
        judge(resource, latched).then();
    }
}

void Rhs::flag_latched(const ResourcePointer& resource) {
    if (std::exchange(resource->latched, std::nullopt).has_value()) {
        violation("status-outside-pending",
                  "a status was reported before the operation returned, and it did not pend",
                  resource->name);
    }
}

}  // namespace resforge::rhs
