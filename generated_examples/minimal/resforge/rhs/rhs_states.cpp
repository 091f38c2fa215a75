// Entering and leaving states, failures, Terminate, and the restart policy.
#include <utility>

#include "data_races.h"
#include "kernel.h"
#include "record.h"
#include "rhs.h"

namespace resforge::rhs {

void Rhs::move(const ResourcePointer& resource, MainState target, const char* transition) {
    const MainState from = resource->state;
    if (target != from) {
        leave(resource);
        resource->state = target;
    }
    write_state(*resource, from, transition);
    if (target == from) {
        return;
    }
    engine().notify();
    if (target == MainState::kOnlinePending || target == MainState::kOfflinePending) {
        start_pending_timer(resource);
    } else if (target == MainState::kOnline) {
        enter_online(resource);
    } else if (target == MainState::kOffline) {
        enter_offline(resource);
    }
}

void Rhs::leave(const ResourcePointer& resource) {
    engine().cancel_timer(std::exchange(resource->pending_timer, 0));
    engine().cancel_timer(std::exchange(resource->looks_timer, 0));
    engine().cancel_timer(std::exchange(resource->alive_timer, 0));
    resource->looks_due = kForever;
    resource->alive_due = kForever;
}

void Rhs::enter_online(const ResourcePointer& resource) {
    resource->result = RcmState::kOffline;
    const bool at_once = policies.poll_at_once();
    if (resource->event_handle == nullptr) {
        start_looks_timer(resource, at_once ? 0 : resource->timing.looks_alive);
    }
    start_alive_timer(resource, at_once ? 0 : resource->timing.is_alive);
    watch_event(resource);
}

void Rhs::enter_offline(const ResourcePointer& resource) {
    engine().unwatch(std::exchange(resource->event_watch, 0));
    resource->last_event_handle = resource->event_handle;
    resource->event_handle = nullptr;
    resource->synchronous = false;
    if (resource->close_wanted) {
        close_when_free(resource, false);
    } else if (resource->result == RcmState::kFailed && resource->restart.enabled) {
        restart_after_failure(resource);
    }
}

void Rhs::terminate_with(const ResourcePointer& resource, RcmState ending, RcmState result,
                         const char* transition) {
    resource->ending = ending;
    resource->result = result;
    resource->latched.reset();
    resource->terminated = true;
    move(resource, MainState::kTerminating, transition);
    call_terminate(resource, false);
}

void Rhs::fail(const ResourcePointer& resource, const char* transition) {
    terminate_with(resource, RcmState::kFailed, RcmState::kFailed, transition);
}

void Rhs::fail_offline(const ResourcePointer& resource, const char* transition) {
    const RcmState result =
        policies.failed_offline_is_offline() ? RcmState::kOffline : RcmState::kFailed;
    terminate_with(resource, RcmState::kFailed, result, transition);
}

void Rhs::force(const ResourcePointer& resource, const char* transition) {
    terminate_with(resource, RcmState::kOfflinePending, RcmState::kOffline, transition);
}

void Rhs::call_terminate(const ResourcePointer& resource, bool serialised) {
    if (resource->terminate_running) {
        // One that began while offline (T-60) serves this reason too, as in T-61; from now on
        // nothing waits for it.
        const std::shared_ptr<CallQueue> queue = queue_of(*resource);
        std::erase_if(queue->running, [&resource](const Call* running) {
            return running->resource == resource && running->entry == "Terminate";
        });
        drain(queue);
        return;
    }
    const CallPointer call = new_call(resource, "Terminate");
    const RESID resid = resource->resid;
    call->serialised = serialised;
    call->arguments.set("resid", Json(resid_name(resid)));
    call->invoke = [type = resource->type, resid] { type->table->V1Functions.Terminate(resid); };
    call->finish = [this, resource] { terminate_returned(resource); };
    resource->terminate_running = true;
    start_call(call);
}

void Rhs::terminate_returned(const ResourcePointer& resource) {
    resource->terminate_running = false;
    if (resource->state != MainState::kTerminating) {
        return;
    }
    if (resource->operation_running) {
        move(resource, MainState::kTerminating, "T-57");
    } else {
        move(resource, MainState::kOffline, "T-56");
    }
}

// What RCM does with a failed resource (resources-restartaction, -restartthreshold,
// -restartperiod, -restartdelay, -retryperiodonfailure). There is no other node to move to.
void Rhs::restart_after_failure(const ResourcePointer& resource) {
    RestartPolicy& policy = resource->restart;
    if (policy.action == 0) {
        return;
    }
    const Milliseconds now = engine().now();
    while (!policy.restarts.empty() && policy.restarts.front() + policy.period <= now) {
        policy.restarts.pop_front();
    }
    if (policy.restarts.size() < policy.threshold) {
        policy.restarts.push_back(now);
        policy.retried = false;
        schedule_online(resource, policy.delay);
        return;
    }
    write_request(resource, policy.action == 2 ? "failover" : "stay-failed", nullptr);
    if (!policy.retried && policy.retry_period != 0xFFFFFFFF) {
        policy.retried = true;
        schedule_online(resource, policy.retry_period);
    }
}

void Rhs::schedule_online(const ResourcePointer& resource, Milliseconds delay) {
    engine().cancel_timer(resource->restart_timer);
    resource->restart_timer = engine().start_timer(delay, [this, resource] {
        resource->restart_timer = 0;
        if (resource->state == MainState::kOffline && resource->result == RcmState::kFailed) {
            online(resource, "restart");
        }
    });
}

std::uint32_t Rhs::signal_failure(HANDLE handle, int kind, std::uint32_t application_error) {
    const ResourcePointer resource = by_handle(handle);
    happens_before_acquirers_of(resource.get());
    if (resource == nullptr) {
        violation("invalid-handle", "SignalFailure got no RESOURCE_HANDLE");
        return ERROR_INVALID_HANDLE;
    }
    Json fields = Json::object();
    fields.set("resource", Json(resource->name)).set("callback", Json("SignalFailure"));
    fields.set("kind", Json(kind)).set("application_error", Json(application_error));
    write_record("callback", fields);
    if (resource->state == MainState::kOnline) {
        if (kind == FAILURE_TYPE_GENERAL) {
            fail(resource, "T-40");
        } else {
            move(resource, MainState::kOnline, "T-41");
        }
    } else if (resource->state == MainState::kTerminating) {
        move(resource, MainState::kTerminating, "T-61");
    }
    return ERROR_SUCCESS;
}

}  // namespace resforge::rhs
