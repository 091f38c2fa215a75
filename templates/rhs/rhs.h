// RHS's side of the resource state machine: calls, timers, transitions, reports.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "entry_points.h"
#include "rhs_types.h"

namespace resforge::rhs {

// Answer of RCM to a request: a Win32 error code.
struct Answer {
    std::uint32_t status = 0;
};

struct ControlRequest {
    std::uint32_t code = 0;
    bool has_input = false;
    std::vector<std::uint8_t> input;
    std::uint32_t claimed_input = 0;  // the size that is told for an input that is missing
    std::uint32_t output_size = 0;
    bool null_output = false;
    bool null_returned = false;
};

// Everything below needs the engine's lock. Requests return at once; what they cause happens on
// RHS threads. Transition ids in the code are those of the table in section 5.3 of the contract.
class Rhs {
  public:
    Policies policies;

    // --- Objects ---
    std::shared_ptr<ResourceType> make_type(const std::string& name, const Json* common);
    ResourcePointer make_resource(const std::string& name,
                                  const std::shared_ptr<ResourceType>& type, const Json* common);
    std::shared_ptr<ResourceType> find_type(std::string_view name) const;
    ResourcePointer find_resource(std::string_view name) const;
    std::shared_ptr<Module> find_module(std::string_view path) const;
    const std::vector<ResourcePointer>& resources() const { return resources_; }
    void forget_resource(const ResourcePointer& resource);
    ResourcePointer by_handle(HANDLE handle) const;
    bool was_closed(HANDLE handle) const;

    // --- Loading. `done` gets the status; runs on an RHS thread. ---
    struct Loaded {
        std::uint32_t status = 0;
        std::string text;  // why the DLL or its table was refused
        std::string exported;
        std::uint32_t version = 0;
        std::uint32_t table_size = 0;
    };
    void load(const std::string& path, const std::shared_ptr<ResourceType>& type,
              std::uint32_t minimum, std::uint32_t maximum, std::shared_ptr<Loaded> loaded,
              std::function<void()> done);
    void unload_all(std::function<void()> done);

    // --- Requests of RCM ---
    Answer open(const ResourcePointer& resource);
    Answer close(const ResourcePointer& resource, bool force);
    Answer online(const ResourcePointer& resource, const char* request);
    Answer offline(const ResourcePointer& resource);
    // `failed`: treated as a failure of the resource (FailClusterResource).
    Answer terminate(const ResourcePointer& resource, bool failed);
    Answer rundown(const ResourcePointer& resource);
    Answer remove(const ResourcePointer& resource);
    Answer control(const ResourcePointer& resource, const ControlRequest& request,
                   std::function<void(const Json&)> done);
    Answer type_control(const std::shared_ptr<ResourceType>& type, const ControlRequest& request,
                        std::function<void(const Json&)> done);
    Answer cancel(const ResourcePointer& resource, std::function<void(const Json&)> done);

    // Where calls of a resource wait for one another.
    std::shared_ptr<CallQueue> queue_of(const Resource& resource) const;

    // --- Calls outside the state machine ---
    // Makes the call on an RHS thread at once, beside anything.
    void start_call(const CallPointer& call);
    // Negative tests; `which` is null, stale or live. Each throws JsonError for a call that
    // cannot be made. The result still has to be given to start_call.
    CallPointer direct_call(const ResourcePointer& resource, const std::string& entry,
                            const std::string& which, const std::string& missing);
    CallPointer direct_open(const ResourcePointer& resource, const std::string& missing,
                            std::function<void()> done);
    CallPointer direct_startup(const std::shared_ptr<Module>& module,
                               const StartupRequest& request);
    CallPointer direct_control(const ResourcePointer& resource, const std::string& which,
                               const ControlRequest& request);
    std::string resid_name(RESID resid);
    RESID resid_for(const Resource& resource, const std::string& which) const;

    // --- Callbacks of the DLL; the answer of SetResourceStatus ---
    std::uint32_t report(HANDLE handle, const StatusReport& report);
    std::uint32_t signal_failure(HANDLE handle, int kind, std::uint32_t application_error);
    std::uint32_t end_control(LONGLONG context, std::uint32_t status);
    std::uint32_t extend_control(LONGLONG context, Milliseconds limit);

    // Ends the process as RHS would: records `lost` and `final`, exit code 70.
    [[noreturn]] void kill(const ResourcePointer& culprit, std::string_view reason,
                           const char* transition);

    const Modules& modules() const { return modules_; }

  private:
    struct Worker {
        std::shared_ptr<Task> task;
        CallPointer call;
        std::string name;
    };
    struct PendingControl {
        CallPointer call;
        std::function<void(std::uint32_t)> end;
    };

    // Calls and queues (rhs_calls.cpp).
    Worker& idle_worker();
    void worker_loop(std::size_t index);
    void run_call(const CallPointer& call);
    void write_call_record(const Call& call, const std::string& thread);
    void write_return_record(const Call& call);
    void arm_call_timer(const CallPointer& call);
    void call_expired(const CallPointer& call);
    bool may_start(const CallQueue& queue, const CallQueue::Waiting& call) const;
    void when_free(const ResourcePointer& resource, std::string entry, std::function<void()> start);
    void enter_queue(const std::shared_ptr<CallQueue>& queue, CallQueue::Waiting call);
    void drain(const std::shared_ptr<CallQueue>& queue);
    CallPointer new_call(const ResourcePointer& resource, std::string entry);
    void enqueue(const ResourcePointer& resource, const CallPointer& call);

    // States (rhs_states.cpp).
    void move(const ResourcePointer& resource, MainState target, const char* transition);
    void leave(const ResourcePointer& resource);
    void enter_online(const ResourcePointer& resource);
    void enter_offline(const ResourcePointer& resource);
    void terminate_with(const ResourcePointer& resource, RcmState ending, RcmState result,
                        const char* transition);
    void fail(const ResourcePointer& resource, const char* transition);
    void fail_offline(const ResourcePointer& resource, const char* transition);
    void force(const ResourcePointer& resource, const char* transition);
    void call_terminate(const ResourcePointer& resource, bool serialised);
    void terminate_when_offline(const ResourcePointer& resource);
    void terminate_returned(const ResourcePointer& resource);
    void restart_after_failure(const ResourcePointer& resource);
    void schedule_online(const ResourcePointer& resource, Milliseconds delay);

    // Life (rhs_life.cpp).
    void start_open(const ResourcePointer& resource);
    void open_returned(const ResourcePointer& resource, RESID resid, std::uint32_t last_error);
    void close_when_free(const ResourcePointer& resource, bool force_stop);
    void close_now(const ResourcePointer& resource, bool force_stop);
    void start_close(const ResourcePointer& resource);
    void close_returned(const ResourcePointer& resource);
    void report_leaks(const ResourcePointer& resource);

    // Loading (rhs_load.cpp).
    CallPointer startup_call(const std::shared_ptr<Module>& module,
                             const std::shared_ptr<ResourceType>& type, std::uint32_t minimum,
                             std::uint32_t maximum, std::shared_ptr<Loaded> loaded,
                             std::function<void()> done);
    void write_type_state(const ResourceType& type, const char* transition);

    // Operations (rhs_operations.cpp).
    void start_online(const ResourcePointer& resource);
    void online_returned(const ResourcePointer& resource, DWORD result, HANDLE event_handle);
    void start_offline(const ResourcePointer& resource, const char* transition);
    void offline_returned(const ResourcePointer& resource, DWORD result);
    void operation_returned_late(const ResourcePointer& resource);
    void operation_expired(const ResourcePointer& resource, Call& call, const char* transition);
    void start_pending_timer(const ResourcePointer& resource);
    void apply_latched(const ResourcePointer& resource);
    void flag_latched(const ResourcePointer& resource);

    // Polls and events (rhs_polls.cpp).
    void start_looks_timer(const ResourcePointer& resource, Milliseconds delay);
    void start_alive_timer(const ResourcePointer& resource, Milliseconds delay);
    void looks_due(const ResourcePointer& resource);
    void alive_due(const ResourcePointer& resource);
    void start_looks_alive(const ResourcePointer& resource);
    void start_is_alive(const ResourcePointer& resource, const char* transition);
    void invoke_looks_alive(const ResourcePointer& resource, const CallPointer& call);
    void poll_returned(const ResourcePointer& resource, const Call& call, bool alive,
                       bool is_full_poll);
    void watch_event(const ResourcePointer& resource);
    void event_signalled(const ResourcePointer& resource);

    // Reports (rhs_reports.cpp).
    struct Verdict {
        std::uint32_t answer = 0;
        std::function<void()> then;
    };
    Verdict judge(const ResourcePointer& resource, const StatusReport& report);
    Verdict judge_online_pending(const ResourcePointer& resource, const StatusReport& report);
    Verdict judge_offline_pending(const ResourcePointer& resource, const StatusReport& report);
    Verdict judge_progress(const ResourcePointer& resource, const StatusReport& report,
                           const char* counted, const char* not_counted);
    Verdict judge_online(const ResourcePointer& resource, const StatusReport& report);
    Verdict judge_ended(const ResourcePointer& resource);

    // Controls (rhs_controls.cpp).
    struct ControlJob;
    CallPointer control_call(const std::shared_ptr<ControlJob>& job);
    void control_returned(const std::shared_ptr<ControlJob>& job);

    Modules modules_;
    std::vector<std::shared_ptr<ResourceType>> types_;
    std::vector<ResourcePointer> resources_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<HANDLE> closed_handles_;
    std::map<RESID, std::uint32_t> resid_numbers_;
    std::map<LONGLONG, PendingControl> pending_controls_;
    std::uint64_t next_call_ = 1;
    std::uint32_t next_resource_ = 1;
    std::uint32_t next_resid_ = 1;
    std::size_t calls_in_flight_ = 0;
};

Rhs& rhs();

void write_request(const ResourcePointer& resource, std::string_view request,
                   const char* transition);
void write_state(const Resource& resource, MainState from, const char* transition);
void write_timer(const Resource* resource, const ResourceType* type, std::string_view timer,
                 std::string_view entry, const char* transition);

}  // namespace resforge::rhs
