// What a hook is given: the properties in force, the log, waits that end when it must stop.
#pragma once

#include <algorithm>
#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

#include "resforge/operation.h"
#include "resforge/permissions.h"
#include "resforge/resource.h"

namespace resforge {

class ControlCall;

enum class Wait {
    ready,      // the condition of wait_until holds
    timed_out,  // the time is over
    stopped,    // the hook must return soon: Terminate, Close, or the monitor said so
};

// Valid while the hook runs. Everything here may be called from any thread of the hook.
template <class Properties>
class Context {
  public:
    // `operation` is null outside Online and Offline.
    Context(Resource<Properties>& resource, StopSource& stop, Operation* operation, bool may_write)
        : log(resource.log),
          resource_(resource),
          stop_(stop),
          operation_(operation),
          may_write_(may_write),
          name_(resource.name()),
          properties_(resource.in_force()),
          period_(resource.period()) {}

    const Log log;

    // The properties in force; the same values as long as the hook runs.
    const Properties& properties() const noexcept { return *properties_; }

    // The properties in force now, with every change since that takes effect immediately.
    std::shared_ptr<const Properties> latest_properties() const { return resource_.in_force(); }

    TextView resource_name() const noexcept { return *name_; }

    bool stop_requested() const noexcept { return stop_.requested(); }

    // Signalled with the stop request; to be combined with handles of your own. Do not close it.
    HANDLE stop_event() const noexcept { return stop_.event(); }

    // Waits; sends heartbeats while the operation is pending. timed_out or stopped.
    Wait wait_for(DWORD milliseconds) noexcept {
        const ULONGLONG start = ::GetTickCount64();
        for (;;) {
            const DWORD left = time_left(start, milliseconds);
            const DWORD heartbeat =
                operation_ == nullptr ? INFINITE : operation_->until_heartbeat();
            if (stop_.wait(std::min(left, heartbeat)) || !heartbeat_sent()) {
                return Wait::stopped;
            }
            if (time_left(start, milliseconds) == 0) {
                return Wait::timed_out;
            }
        }
    }

    // Asks condition() every `interval` milliseconds until it holds, at most `limit` milliseconds.
    template <std::predicate Condition>
    Wait wait_until(Condition condition, DWORD limit, DWORD interval) {
        const ULONGLONG start = ::GetTickCount64();
        for (;;) {
            if (stop_requested()) {
                return Wait::stopped;
            }
            if (condition()) {
                return Wait::ready;
            }
            const DWORD left = time_left(start, limit);
            if (left == 0) {
                return Wait::timed_out;
            }
            static_cast<void>(wait_for(std::min(left, std::max(interval, DWORD{1}))));
        }
    }

    // Sets a read-only property, for example publish(&Properties::process_id, id). It is visible
    // at once; ERROR_INVALID_PARAMETER when the property is not read-only.
    template <class Value>
    DWORD publish(Value Properties::* member, const std::type_identity_t<Value>& value) {
        for (const Property<Properties>& property : resource_.table) {
            const auto* found = std::get_if<Value Properties::*>(&property.member);
            if (found != nullptr && *found == member) {
                return resource_.publish(property, encode_value(value), may_write_);
            }
        }
        return ERROR_INVALID_PARAMETER;
    }

    // Says that the resource has failed. IsAlive answers FALSE from now on until Terminate; with
    // the detection event_handle the monitor learns it at once. No effect outside Online.
    void signal_failure() noexcept { resource_.signal_failure(period_); }

  protected:
    Resource<Properties>& resource() noexcept { return resource_; }
    const Resource<Properties>& resource() const noexcept { return resource_; }
    Operation* operation() noexcept { return operation_; }
    bool may_write() const noexcept { return may_write_; }

  private:
    static DWORD time_left(ULONGLONG start, DWORD milliseconds) noexcept {
        const ULONGLONG passed = ::GetTickCount64() - start;
        return milliseconds == INFINITE ? DWORD{INFINITE}
               : passed >= milliseconds ? DWORD{0}
                                        : static_cast<DWORD>(milliseconds - passed);
    }

    // False when the monitor answered the heartbeat with a stop.
    bool heartbeat_sent() noexcept {
        return operation_ == nullptr || operation_->until_heartbeat() != 0 ||
               operation_->progress();
    }

    Resource<Properties>& resource_;
    StopSource& stop_;
    Operation* operation_;
    bool may_write_;
    std::shared_ptr<const Text> name_;
    std::shared_ptr<const Properties> properties_;
    std::shared_ptr<Period> period_;
};

// For online and offline.
template <class Properties>
class OperationContext : public Context<Properties> {
  public:
    using Context<Properties>::Context;

    // Reports progress to the monitor, which restarts the pending timeout. False: stop at once.
    // wait_for and wait_until do this by themselves.
    bool progress() noexcept { return this->operation()->progress(); }
};

template <class Properties>
class OnlineContext
    : public OperationContext<Properties>,
      public Permissions<runs_on(kThreads<Properties>.online, RunsOn::life_cycle_call)> {
  public:
    using OperationContext<Properties>::OperationContext;
};

// For offline and terminate: why the resource goes down, CLUSTER_RESOURCE_STATE_CHANGE_REASON;
// 0 unless the type has the characteristic requires_state_change_reason.
template <class Properties>
class OfflineContext
    : public OperationContext<Properties>,
      public Permissions<runs_on(kThreads<Properties>.offline, RunsOn::life_cycle_call)> {
  public:
    using OperationContext<Properties>::OperationContext;
    DWORD state_change_reason() const noexcept { return this->resource().state_change_reason; }
};

template <class Properties>
class TerminateContext : public Context<Properties>, public Permissions<RunsOn::life_cycle_call> {
  public:
    using Context<Properties>::Context;
    DWORD state_change_reason() const noexcept { return this->resource().state_change_reason; }
};

template <class Properties>
class OpenContext : public Context<Properties>, public Permissions<RunsOn::life_cycle_call> {
  public:
    using Context<Properties>::Context;
};

template <class Properties>
class CloseContext : public Context<Properties>, public Permissions<RunsOn::life_cycle_call> {
  public:
    using Context<Properties>::Context;
};

// For looks_alive, is_alive and check_health; a resource type with check_health has no other.
template <class Properties>
class HealthContext
    : public Context<Properties>,
      public Permissions<runs_on(kThreads<Properties>.check_health, RunsOn::other_call)> {
  public:
    using Context<Properties>::Context;
};

template <class Properties>
class MonitorContext : public Context<Properties>, public Permissions<RunsOn::worker> {
  public:
    using Context<Properties>::Context;
};

// For control codes, validate, properties_changed and notified.
template <class Properties>
class ControlContext : public Context<Properties>, public Permissions<RunsOn::other_call> {
  public:
    using Context<Properties>::Context;
};

// For control codes of the resource type: there is no resource, so no log and no properties.
class TypeControlContext : public Permissions<RunsOn::other_call> {
  public:
    LPCWSTR type_name() const noexcept { return type_name_; }

  private:
    explicit TypeControlContext(LPCWSTR type_name) noexcept : type_name_(type_name) {}
    template <class Type>
    friend DWORD serve_type_control(ControlCall& call);

    LPCWSTR type_name_;
};

// An event that the cluster service tells about: a control code such as CLUSCTL_RESOURCE_DELETE.
struct Notification {
    DWORD code;
    ByteView data;
    Text text;  // the data when they are NUL-terminated text, else empty
};

}  // namespace resforge
