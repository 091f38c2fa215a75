// How RHS makes calls: threads, queues, the CALL timer, and the records around them.
#include <algorithm>
#include <utility>

#include "crash.h"
#include "data_races.h"
#include "database_link.h"
#include "emulated_win32.h"
#include "record.h"
#include "rhs.h"
#include "stack_poison.h"

namespace resforge::rhs {

Rhs& rhs() {
    static auto* const instance = new Rhs();
    return *instance;
}

std::shared_ptr<CallQueue> Rhs::queue_of(const Resource& resource) const {
    const bool whole_dll = policies.serialise_dll() && resource.type->module != nullptr;
    return whole_dll ? resource.type->module->queue : resource.queue;
}

// Everything but Terminate is serialised (recommended-practices-for-resource-dlls); policy P3
// decides about controls beside Online and Offline of the same resource.
bool Rhs::may_start(const CallQueue& queue, const CallQueue::Waiting& call) const {
    const bool is_operation = call.entry == "Online" || call.entry == "Offline";
    const bool is_control = call.entry == "ResourceControl";
    return std::all_of(queue.running.begin(), queue.running.end(), [&](const Call* other) {
        if (other->resource.get() != call.resource) {
            return false;
        }
        if (is_control && other->entry == "Terminate") {
            return true;
        }
        if (!policies.controls_in_parallel()) {
            return false;
        }
        const bool other_operation = other->entry == "Online" || other->entry == "Offline";
        return (is_control && other_operation) ||
               (is_operation && other->entry == "ResourceControl");
    });
}

void Rhs::when_free(const ResourcePointer& resource, std::string entry,
                    std::function<void()> start) {
    enter_queue(queue_of(*resource), {std::move(entry), resource.get(), std::move(start)});
}

void Rhs::enter_queue(const std::shared_ptr<CallQueue>& queue, CallQueue::Waiting call) {
    // Only what runs beside a call in flight (policy P3) overtakes what waits.
    const bool is_beside = policies.controls_in_parallel() && !queue->running.empty();
    if (may_start(*queue, call) && (queue->waiting.empty() || is_beside)) {
        call.start();
    } else {
        queue->waiting.push_back(std::move(call));
    }
}

void Rhs::drain(const std::shared_ptr<CallQueue>& queue) {
    while (!queue->waiting.empty() && may_start(*queue, queue->waiting.front())) {
        const std::function<void()> start = std::move(queue->waiting.front().start);
        queue->waiting.pop_front();
        start();
    }
}

// Stands for the loading of libraries and Startup, which come before all other calls.
static const void* loading() {
    static const char place = 0;
    return &place;
}

// Stands for all that has ended, which FreeLibrary comes after.
static const void* everything() {
    static const char place = 0;
    return &place;
}

// Stands for the calls that RHS makes one after the other.
static const void* serial_of(const Call& call) {
    if (call.resource != nullptr) {
        return call.resource.get();
    }
    const bool is_control = call.entry == "ResourceTypeControl" && call.type != nullptr;
    return is_control ? call.type.get() : loading();
}

CallPointer Rhs::new_call(const ResourcePointer& resource, std::string entry) {
    auto call = std::make_shared<Call>();
    call->entry = std::move(entry);
    call->resource = resource;
    call->type = resource->type;
    call->queue = queue_of(*resource);
    call->limit = resource->timing.deadlock;
    call->expired = [this, resource](Call& late) {
        const bool is_poll = late.entry == "LooksAlive" || late.entry == "IsAlive";
        const char* transition = "T-62";
        if (resource->state == MainState::kOpening || resource->state == MainState::kClosing) {
            transition = "T-08";
        } else if (late.entry == "Terminate" && resource->state == MainState::kTerminating) {
            transition = "T-58";
        } else if (is_poll && resource->state == MainState::kOnline) {
            transition = "T-38";
        } else if (late.entry == "ResourceControl") {
            transition = "T-70";
        }
        write_timer(resource.get(), nullptr, "CALL", late.entry, transition);
        kill(resource, late.entry + " did not return within DeadlockTimeout", transition);
    };
    return call;
}

Rhs::Worker& Rhs::idle_worker() {
    for (const std::unique_ptr<Worker>& worker : workers_) {
        if (worker->call == nullptr) {
            return *worker;
        }
    }
    const std::size_t index = workers_.size();
    workers_.push_back(std::make_unique<Worker>());
    Worker& worker = *workers_.back();
    worker.name = "rhs-" + std::to_string(index + 1);
    worker.task = engine().start(worker.name, {}, [this, index] { worker_loop(index); });
    return worker;
}

void Rhs::worker_loop(std::size_t index) {
    const Guard guard;
    Worker& worker = *workers_[index];
    for (;;) {
        engine().wait([&worker] { return worker.call != nullptr; }, kForever);
        run_call(worker.call);
        worker.call = nullptr;
    }
}

void Rhs::start_call(const CallPointer& call) {
    call->number = next_call_++;
    call->started = engine().now();
    ++calls_in_flight_;
    if (call->serialised && call->queue != nullptr) {
        call->queue->running.push_back(call.get());
    }
    Worker& worker = idle_worker();
    worker.call = call;
    if (call->resource != nullptr && call->entry != "Terminate") {
        ++call->resource->starting;
    }
    write_call_record(*call, worker.name);
    arm_call_timer(call);
    engine().notify();
}

void Rhs::arm_call_timer(const CallPointer& call) {
    if (call->limit != kForever) {
        call->timer = engine().start_timer(call->limit, [this, call] { call_expired(call); });
    }
}

void Rhs::call_expired(const CallPointer& call) {
    call->timer = 0;
    ++call->expiries;
    call->expired(*call);
}

void Rhs::run_call(const CallPointer& call) {
    CallContext& context = call_context();
    const ResourcePointer resource = call->resource;
    context.entry = call->entry;
    context.call = call->number;
    context.resource = resource != nullptr ? resource->name : std::string();
    context.rhs_state = resource != nullptr ? name_of(resource->state) : "";
    if (resource != nullptr && call->entry == "Terminate") {
        engine().wait([&resource] { return resource->starting == 0; }, kForever);
    } else if (resource != nullptr) {
        --resource->starting;
        engine().notify();
    }
    engine().unlock();
    poison_stack();
    emulated::SetLastError(ERROR_SUCCESS);
    begin_watched_call(serial_of(*call));
    happens_after_releasers_of(call->entry == "FreeLibrary" ? everything() : loading());
    try {
        call->invoke();
    } catch (...) {
        report_escaped_exception();
    }
    happens_before_acquirers_of(everything());
    end_watched(serial_of(*call));
    call->last_error = emulated::GetLastError();
    engine().yield(false);
    engine().lock();
    engine().cancel_timer(call->timer);
    call->returned = true;
    --calls_in_flight_;
    write_return_record(*call);
    context.entry.clear();
    context.resource.clear();
    context.rhs_state.clear();
    context.call = 0;
    if (call->serialised && call->queue != nullptr) {
        std::erase(call->queue->running, call.get());
    }
    if (call->finish) {
        call->finish();
    }
    if (call->queue != nullptr) {
        drain(call->queue);
    }
    engine().notify();
}

void Rhs::write_call_record(const Call& call, const std::string& thread) {
    Json fields = Json::object();
    if (call.resource != nullptr) {
        fields.set("resource", Json(call.resource->name));
    } else if (call.type != nullptr) {
        fields.set("type", Json(call.type->name));
    }
    fields.set("call", Json(call.number)).set("entry", Json(call.entry));
    fields.set("arguments", call.arguments);
    if (call.negative) {
        fields.set("negative", Json(true));
    }
    write_record("call", fields, thread);
}

void Rhs::write_return_record(const Call& call) {
    Json fields = Json::object();
    if (call.resource != nullptr) {
        fields.set("resource", Json(call.resource->name));
    } else if (call.type != nullptr) {
        fields.set("type", Json(call.type->name));
    }
    fields.set("call", Json(call.number)).set("entry", Json(call.entry));
    if (call.describe) {
        call.describe(fields);
    }
    fields.set("elapsed", Json(engine().now() - call.started));
    if (call.negative) {
        fields.set("negative", Json(true));
    }
    write_record("return", fields);
}

void Rhs::kill(const ResourcePointer& culprit, std::string_view reason, const char* transition) {
    const auto lose = [](const ResourcePointer& resource, const char* id) {
        const MainState from = std::exchange(resource->state, MainState::kLost);
        write_state(*resource, from, id);
    };
    if (culprit != nullptr) {
        lose(culprit, transition);
    }
    for (const ResourcePointer& resource : resources_) {
        if (resource != culprit && resource->state != MainState::kNotLoaded) {
            lose(resource, "T-62");
        }
    }
    Json fields = Json::object();
    if (culprit != nullptr) {
        fields.set("resource", Json(culprit->name));
    }
    fields.set("reason", Json(reason)).set("transition", Json(transition));
    write_record("lost", fields);
    write_final_record();
    exit_now(kExitLost);
}

void write_request(const ResourcePointer& resource, std::string_view request,
                   const char* transition) {
    Json fields = Json::object();
    fields.set("resource", Json(resource->name)).set("request", Json(request));
    if (transition != nullptr) {
        fields.set("transition", Json(transition));
    }
    write_record("request", fields);
}

void write_timer(const Resource* resource, const ResourceType* type, std::string_view timer,
                 std::string_view entry, const char* transition) {
    Json fields = Json::object();
    if (resource != nullptr) {
        fields.set("resource", Json(resource->name));
    } else if (type != nullptr) {
        fields.set("type", Json(type->name));
    }
    fields.set("timer", Json(timer));
    if (!entry.empty()) {
        fields.set("entry", Json(entry));
    }
    fields.set("transition", Json(transition));
    write_record("timer", fields);
}

void write_state(const Resource& resource, MainState from, const char* transition) {
    Json fields = Json::object();
    fields.set("resource", Json(resource.name)).set("rhs", Json(name_of(resource.state)));
    fields.set("rcm", Json(name_of(resource.rcm()))).set("from", Json(name_of(from)));
    fields.set("transition", Json(transition));
    write_record("state", fields);
    cluster_state_changed(resource);
}

}  // namespace resforge::rhs
