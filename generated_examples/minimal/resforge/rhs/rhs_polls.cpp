// LooksAlive, IsAlive and the event handle.
#include <algorithm>
#include <utility>

#include "data_races.h"
#include "kernel.h"
#include "record.h"
#include "rhs.h"

namespace resforge::rhs {

void Rhs::start_looks_timer(const ResourcePointer& resource, Milliseconds delay) {
    engine().cancel_timer(resource->looks_timer);
    resource->looks_due = engine().now() + delay;
    resource->looks_timer = engine().start_timer(delay, [this, resource] { looks_due(resource); });
}

void Rhs::start_alive_timer(const ResourcePointer& resource, Milliseconds delay) {
    engine().cancel_timer(resource->alive_timer);
    resource->alive_due = engine().now() + delay;
    resource->alive_timer = engine().start_timer(delay, [this, resource] { alive_due(resource); });
}

void Rhs::looks_due(const ResourcePointer& resource) {
    if (resource->alive_timer != 0 && resource->alive_due <= engine().now()) {
        engine().cancel_timer(resource->alive_timer);
        alive_due(resource);
        return;
    }
    resource->looks_timer = 0;
    resource->looks_due = kForever;
    write_timer(resource.get(), nullptr, "LOOKS", "", "T-32");
    when_free(resource, "LooksAlive", [this, resource] {
        if (resource->state == MainState::kOnline) {
            start_looks_alive(resource);
        }
    });
}

// When both polls are due at the same moment, IsAlive stands for both.
void Rhs::alive_due(const ResourcePointer& resource) {
    const bool together = resource->looks_timer != 0 && resource->looks_due <= engine().now();
    if (together) {
        engine().cancel_timer(std::exchange(resource->looks_timer, 0));
        resource->looks_due = kForever;
    }
    resource->alive_timer = 0;
    resource->alive_due = kForever;
    write_timer(resource.get(), nullptr, "ISALIVE", "", "T-35");
    when_free(resource, "IsAlive", [this, resource, together] {
        if (resource->state == MainState::kOnline) {
            resource->looks_satisfied = together;
            start_is_alive(resource, "T-35");
        }
    });
}

void Rhs::start_looks_alive(const ResourcePointer& resource) {
    move(resource, MainState::kOnline, "T-32");
    const CallPointer call = new_call(resource, "LooksAlive");
    call->arguments.set("resid", Json(resid_name(resource->resid)));
    call->invoke = [this, resource, call = std::weak_ptr<Call>(call)] {
        invoke_looks_alive(resource, call.lock());
    };
    start_call(call);
}

// LooksAlive, and after FALSE at once IsAlive on the same thread within the same CALL timer. The
// call that returns in the end is the last one that was made.
void Rhs::invoke_looks_alive(const ResourcePointer& resource, const CallPointer& call) {
    const CLRES_V1_FUNCTIONS& functions = resource->type->table->V1Functions;
    bool alive = functions.LooksAlive(resource->resid) != FALSE;
    bool is_full = false;
    {
        const Guard guard;
        const bool follow = !alive && resource->state == MainState::kOnline;
        if (follow) {
            call->describe = [](Json& fields) { fields.set("result", Json(0)); };
            write_return_record(*call);
            move(resource, MainState::kOnline, "T-34");
            is_full = true;
            call->number = next_call_++;
            call->entry = "IsAlive";
            call_context().entry = call->entry;
            call_context().call = call->number;
            write_call_record(*call, call_context().thread);
            resource->looks_satisfied = true;
        }
    }
    if (is_full) {
        alive = functions.IsAlive(resource->resid) != FALSE;
    }
    const Guard guard;
    call->describe = [alive](Json& fields) { fields.set("result", Json(alive ? 1 : 0)); };
    call->finish = [this, resource, call = std::weak_ptr<Call>(call), alive, is_full] {
        poll_returned(resource, *call.lock(), alive, is_full);
    };
}

void Rhs::start_is_alive(const ResourcePointer& resource, const char* transition) {
    engine().cancel_timer(std::exchange(resource->alive_timer, 0));
    resource->alive_due = kForever;
    if (transition != nullptr) {
        move(resource, MainState::kOnline, transition);
    }
    const auto alive = std::make_shared<bool>(false);
    const CallPointer call = new_call(resource, "IsAlive");
    call->arguments.set("resid", Json(resid_name(resource->resid)));
    call->invoke = [resource, alive] {
        *alive = resource->type->table->V1Functions.IsAlive(resource->resid) != FALSE;
    };
    call->describe = [alive](Json& fields) { fields.set("result", Json(*alive ? 1 : 0)); };
    call->finish = [this, resource, alive, call = std::weak_ptr<Call>(call)] {
        poll_returned(resource, *call.lock(), *alive, true);
    };
    start_call(call);
}

void Rhs::poll_returned(const ResourcePointer& resource, const Call& call, bool alive,
                        bool is_full_poll) {
    const bool ignored = !alive && is_full_poll && resource->maintenance;
    if (resource->state != MainState::kOnline || call.negative) {
        return;
    }
    if (!alive && !is_full_poll) {
        return;
    }
    if (!alive && !ignored) {
        fail(resource, "T-37");
        return;
    }
    move(resource, MainState::kOnline, ignored ? "T-45" : "T-33");
    const bool rearm_looks = !is_full_poll || std::exchange(resource->looks_satisfied, false);
    if (rearm_looks && resource->event_handle == nullptr) {
        start_looks_timer(resource, resource->timing.looks_alive);
    }
    if (is_full_poll) {
        start_alive_timer(resource, resource->timing.is_alive);
    }
}

// Waits for the failure event of an online resource (implementing-asynchronous-failure-detection).
void Rhs::watch_event(const ResourcePointer& resource) {
    const HANDLE handle = resource->event_handle;
    engine().unwatch(std::exchange(resource->event_watch, 0));
    if (handle == nullptr) {
        return;
    }
    const HandleState state = look_at(handle);
    if (state == HandleState::kInvalid) {
        violation("invalid-handle", "the event handle given to RHS is not open", resource->name);
        return;
    }
    const std::shared_ptr<KernelObject> object = kernel().find(handle);
    if (object != nullptr && object->signalled && object->stale) {
        violation("event-handle-already-signalled",
                  "the event handle was signalled before Online and not reset", resource->name);
    }
    if (state == HandleState::kSignalled && policies.early_signal_is_lost()) {
        return;
    }
    resource->event_watch =
        engine().watch([handle] { return look_at(handle) == HandleState::kSignalled; },
                       [this, resource] { event_signalled(resource); }, object == nullptr);
}

void Rhs::event_signalled(const ResourcePointer& resource) {
    const bool is_watched = std::exchange(resource->event_watch, 0) != 0;
    const std::shared_ptr<KernelObject> object = kernel().find(resource->event_handle);
    if (!is_watched || (object != nullptr && !object->signalled && object->count == 0)) {
        return;
    }
    if (object != nullptr) {
        kernel().acquire(*object, 0);
        happens_before_calls_of(resource.get(), object.get());
    }
    Json fields = Json::object();
    fields.set("resource", Json(resource->name));
    write_record("signal", fields);
    if (resource->state != MainState::kOnline) {
        move(resource, resource->state, "T-55");
        return;
    }
    if (!policies.verify_with_is_alive()) {
        fail(resource, "T-39");
        return;
    }
    when_free(resource, "IsAlive", [this, resource] {
        if (resource->state == MainState::kOnline) {
            start_is_alive(resource, "T-39");
        }
    });
}

}  // namespace resforge::rhs
