// What the entry points do for one resource, and what runs beside them.
//
// Terminate waits for nothing but its own bound. Each Online and Offline is an Operation of its
// own: stopping it stops its reports too.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>

#include "resforge/contexts.h"
#include "resforge/hooks.h"
#include "resforge/life_cycle.h"
#include "resforge/single_instance.h"

namespace resforge {

// `Type` is generated: Hooks, Properties, kSettings, property_table(), control().
template <class Type>
class Instance : public std::enable_shared_from_this<Instance<Type>> {
  public:
    using Hooks = typename Type::Hooks;
    using Properties = typename Type::Properties;

    Instance(TextView name, std::shared_ptr<ResourceMonitor> monitor)
        : resource(name, Type::kSettings, Type::property_table(), std::move(monitor)) {
        if constexpr (Type::kSettings.detection == Detection::event_handle) {
            resource.failure_event = std::make_unique<Event>();
        }
    }

    Resource<Properties> resource;
    Hooks hooks;

    State state() const noexcept { return life_.state(); }
    std::shared_ptr<StopSource> activity() { return life_.activity(); }

    // A result other than 0 makes Open fail. Leaves the resource offline.
    DWORD open(HKEY resource_key) {
        if (const DWORD status = single_instance_.take(Type::kSettings); status != ERROR_SUCCESS) {
            resource.log.error("another resource of this type is open on this node");
            return status;
        }
        if (const DWORD status = resource.store.open(resource_key); status != ERROR_SUCCESS) {
            resource.log.error("opening the key Parameters failed with error ", status);
            return status;
        }
        resource.begin_with(std::make_shared<const Properties>(resource.readable_block()));
        if constexpr (HasOpen<Hooks, Properties>) {
            OpenContext<Properties> context(resource, never_, nullptr, false);
            return hooks.open(context);
        } else {
            return ERROR_SUCCESS;
        }
    }

    DWORD online(LPHANDLE event_handle) {
        const std::shared_ptr<Operation> operation =
            make_operation(ClusterResourceOnlinePending, kSettings.online_pends);
        if (!life_.begin(State::offline, State::online_pending, operation)) {
            return ERROR_INVALID_STATE;
        }
        const DWORD status =
            guarded(resource.log, "Online", [&] { return prepare_online(*operation); });
        if (status != ERROR_SUCCESS) {
            return cancel(*operation, State::offline, status);
        }
        if constexpr (kSettings.online_pends) {
            return start_worker(operation, State::offline, &Instance::run_online);
        } else {
            const DWORD result = finish_online(*operation, run_online_hook(*operation));
            if (result == ERROR_SUCCESS && event_handle != nullptr) {
                *event_handle = failure_event();
            }
            begin_period(result);
            operation->done().set();
            return result;
        }
    }

    DWORD offline() {
        if (state() == State::offline) {
            return ERROR_SUCCESS;
        }
        const std::shared_ptr<Operation> operation =
            make_operation(ClusterResourceOfflinePending, kSettings.offline_pends);
        if (!life_.begin(State::online, State::offline_pending, operation)) {
            return ERROR_INVALID_STATE;
        }
        if (!life_.join_worker(Deadline(kBudgets.offline))) {
            return cancel(*operation, State::failed, ERROR_BUSY);
        }
        if constexpr (kSettings.offline_pends) {
            return start_worker(operation, State::failed, &Instance::run_offline);
        } else {
            const DWORD result = finish_offline(*operation, run_offline_hook(*operation));
            operation->done().set();
            return result;
        }
    }

    // Idempotent and safe beside everything but Open and Close.
    void terminate() noexcept {
        std::shared_ptr<Operation> operation;
        if (!life_.enter_terminate(kBudgets.terminate, operation)) {
            silence(operation.get());
            return;
        }
        const Deadline deadline(kBudgets.terminate);
        stop_everything(operation.get());
        // First, for an Online that is about to start its worker: then there is one to join.
        const bool hook_ended =
            operation == nullptr || operation->done().wait(deadline.remaining());
        const bool worker_ended = life_.join_worker(deadline);
        const bool watch_ended = life_.join_watch(deadline);
        const bool given_up = !worker_ended || !watch_ended || !hook_ended;
        if (given_up) {
            resource.log.error("a thread of the resource did not end in time; Terminate goes on");
        }
        const bool hook_runs = given_up && life_.hook_runs();
        run_terminate_hook();
        if (hook_runs && !life_.mark_overdue()) {
            run_terminate_hook();  // the late hook has returned beside the first run
        }
        resource.set_period(nullptr);
        life_.leave_terminate();
    }

    void close() noexcept {
        if (!life_.enter_close()) {
            resource.log.warning("Close came while the resource was not offline");
            terminate();
        }
        const Deadline deadline(kBudgets.close);
        life_.stop_activity();
        const bool worker_ended = life_.join_worker(deadline);
        const bool watch_ended = life_.join_watch(deadline);
        if (!worker_ended || !watch_ended) {
            leave_thread_behind();
        }
        if (life_.leave_close()) {
            run_close_hook();
        }
        resource.monitor->close(kBudgets.close);
    }

    // LooksAlive and IsAlive; outside Online nothing is alive.
    bool looks_alive() {
        const std::shared_ptr<Period> period = alive_period();
        if (period == nullptr || period->failed()) {
            return false;
        }
        if constexpr (kSettings.detection == Detection::cached_health) {
            return period->healthy(kStaleHealth);
        } else if constexpr (HasLooksAlive<Hooks, Properties>) {
            HealthContext<Properties> context(resource, period->stop(), nullptr, false);
            return hooks.looks_alive(context) && !period->failed();
        } else {
            return true;
        }
    }

    bool is_alive() {
        const std::shared_ptr<Period> period = alive_period();
        if (period == nullptr || period->failed()) {
            return false;
        }
        if constexpr (kSettings.detection == Detection::cached_health) {
            return period->healthy(kStaleHealth);
        } else {
            HealthContext<Properties> context(resource, period->stop(), nullptr, false);
            return hooks.is_alive(context) && !period->failed();
        }
    }

  private:
    static constexpr const Settings& kSettings = Type::kSettings;
    static constexpr const Budgets& kBudgets = Type::kSettings.timeouts.budgets;

    static_assert(kThreads<Properties>.online == kSettings.online_pends &&
                      kThreads<Properties>.offline == kSettings.offline_pends &&
                      kThreads<Properties>.check_health ==
                          (kSettings.detection == Detection::cached_health),
                  "threads_of() of the generated header must say what the settings do");

    // Three checks may be missed before a silent health hook counts as a failed resource.
    static constexpr DWORD kStaleHealth =
        std::max(kSettings.timeouts.is_alive_interval, 3 * kSettings.timeouts.health_interval);

    std::shared_ptr<Operation> make_operation(CLUSTER_RESOURCE_STATE pending, bool pends) {
        return std::make_shared<Operation>(resource.monitor, pending, pends,
                                           kSettings.timeouts.heartbeat);
    }

    HANDLE failure_event() const noexcept {
        return resource.failure_event == nullptr ? nullptr : resource.failure_event->get();
    }

    DWORD cancel(Operation& operation, State to, DWORD status) noexcept {
        life_.cancel(operation, to);
        return status;
    }

    // Threads of an earlier life must be gone before hooks may run again.
    DWORD prepare_online(const Operation& operation) {
        const Deadline deadline(kBudgets.online);
        if (!life_.join_worker(deadline) || !life_.join_watch(deadline) ||
            !life_.wait_for_overdue(operation, deadline)) {
            resource.log.error("a thread of the last online period still runs");
            return ERROR_BUSY;
        }
        resource.state_change_reason.store(0);  // one that nothing followed is over
        if (resource.failure_event != nullptr) {
            resource.failure_event->reset();
        }
        return resource.put_stored_in_force();
    }

    DWORD start_worker(const std::shared_ptr<Operation>& operation, State on_failure,
                       void (Instance::*run)(Operation&)) {
        const DWORD status = guarded(resource.log, "creating the worker", [&] {
            life_.keep_worker(std::make_shared<Thread>(
                [self = this->shared_from_this(), operation, run] { ((*self).*run)(*operation); }));
            return DWORD{ERROR_SUCCESS};
        });
        if (status != ERROR_SUCCESS) {
            return cancel(*operation, on_failure, status);
        }
        operation->entered().set();
        return ERROR_IO_PENDING;
    }

    void run_online(Operation& operation) noexcept {
        static_cast<void>(operation.entered().wait(INFINITE));
        static_cast<void>(guarded(resource.log, "storing renamed properties", [this] {
            resource.store_former_values();
            return DWORD{ERROR_SUCCESS};
        }));
        const DWORD result = finish_online(operation, run_online_hook(operation));
        operation.done().set();
        operation.report_final(
            result == ERROR_SUCCESS ? ClusterResourceOnline : ClusterResourceFailed,
            result == ERROR_SUCCESS ? failure_event() : nullptr);
        begin_period(result);
    }

    void run_offline(Operation& operation) noexcept {
        static_cast<void>(operation.entered().wait(INFINITE));
        const DWORD result = finish_offline(operation, run_offline_hook(operation));
        operation.done().set();
        operation.report_final(
            result == ERROR_SUCCESS ? ClusterResourceOffline : ClusterResourceFailed, nullptr);
    }

    DWORD run_online_hook(Operation& operation) noexcept {
        if (!life_.is_current(operation)) {
            return ERROR_OPERATION_ABORTED;
        }
        return guarded_operation(resource.log, "the hook online", [&] {
            OnlineContext<Properties> context(resource, operation.stop(), &operation,
                                              operation.pends());
            return hooks.online(context);
        });
    }

    DWORD run_offline_hook(Operation& operation) noexcept {
        if (const std::shared_ptr<Period> period = resource.period(); period != nullptr) {
            period->end();
        }
        if (!life_.join_watch(Deadline(kBudgets.offline))) {
            resource.log.warning("the health thread did not end in time; Offline goes on");
            life_.mark_watch_overdue();
        }
        if (!life_.is_current(operation)) {
            return ERROR_OPERATION_ABORTED;
        }
        return guarded_operation(resource.log, "the hook offline", [&] {
            OfflineContext<Properties> context(resource, operation.stop(), &operation,
                                               operation.pends());
            return hooks.offline(context);
        });
    }

    // Enters the state that follows from the hook's result, unless Terminate came first.
    DWORD finish_online(Operation& operation, DWORD result) noexcept {
        std::shared_ptr<Period> period;
        std::shared_ptr<Watch> watch;
        if (result == ERROR_SUCCESS && !operation.stop().requested()) {
            result = guarded(resource.log, "watching the resource", [&] {
                period = std::make_shared<Period>();
                watch = make_watch(period);
                return DWORD{ERROR_SUCCESS};
            });
        }
        const State next = result == ERROR_SUCCESS ? State::online : State::failed;
        const bool current = life_.settle(operation, next, [&] {
            if (period != nullptr) {
                resource.set_period(period);
                life_.keep_watch(watch);
            }
        });
        if (current) {
            return result;
        }
        if (period != nullptr) {
            period->end();
        }
        if (watch != nullptr && !watch->thread->join(kBudgets.terminate)) {
            leave_thread_behind();
        }
        clean_up_late(operation);
        return ERROR_OPERATION_ABORTED;
    }

    DWORD finish_offline(Operation& operation, DWORD result) noexcept {
        const State next = result == ERROR_SUCCESS ? State::offline : State::failed;
        const bool current =
            life_.settle(operation, next, [this] { resource.set_period(nullptr); });
        if (!current) {
            clean_up_late(operation);
            return ERROR_OPERATION_ABORTED;
        }
        return result;
    }

    // The hook has returned. After Terminate or Offline had given up on it: whatever it started
    // goes now.
    void clean_up_late(Work& work) noexcept {
        if (life_.returned(work)) {
            run_terminate_hook();
        }
        if (life_.finish(work)) {
            run_close_hook();
        }
    }

    // Nobody waits for the thread any longer, so its code must stay, whatever the monitor unloads.
    void leave_thread_behind() noexcept {
        if (keep_module_loaded()) {
            resource.log.error("a thread of the resource still runs; the DLL stays loaded for it");
        } else {
            resource.log.error(
                "a thread of the resource still runs; keeping the DLL loaded for it "
                "failed with error ",
                last_error());
        }
    }

    // The resource is offline, but the worker of its Offline may not have reported that yet: after
    // Terminate it must not.
    void silence(Operation* operation) noexcept {
        if (operation == nullptr) {
            return;
        }
        operation->stop().request();
        static_cast<void>(life_.join_worker(Deadline(kBudgets.terminate)));
    }

    void stop_everything(Operation* operation) noexcept {
        if (operation != nullptr) {
            operation->stop().request();
        }
        if (const std::shared_ptr<Period> period = resource.period(); period != nullptr) {
            period->end();
        }
        life_.stop_activity();
    }

    void run_terminate_hook() noexcept {
        static_cast<void>(guarded(resource.log, "the hook terminate", [this] {
            TerminateContext<Properties> context(resource, never_, nullptr, false);
            hooks.terminate(context);
            return DWORD{ERROR_SUCCESS};
        }));
    }

    void run_close_hook() noexcept {
        if constexpr (HasClose<Hooks, Properties>) {
            static_cast<void>(guarded(resource.log, "the hook close", [this] {
                CloseContext<Properties> context(resource, never_, nullptr, false);
                hooks.close(context);
                return DWORD{ERROR_SUCCESS};
            }));
        }
    }

    std::shared_ptr<Period> alive_period() const noexcept {
        return life_.state() == State::online ? resource.period() : nullptr;
    }

    // The last step of Online: from now on failures may be signalled.
    void begin_period(DWORD online_result) noexcept {
        const std::shared_ptr<Period> period = resource.period();
        if (online_result == ERROR_SUCCESS && period != nullptr) {
            period->begin();
        }
    }

    // The thread of check_health or monitor, null when polling does it all.
    std::shared_ptr<Watch> make_watch(const std::shared_ptr<Period>& period) {
        if constexpr (kSettings.detection == Detection::polling) {
            return nullptr;
        } else {
            auto watch = std::make_shared<Watch>();
            watch->thread =
                std::make_unique<Thread>([self = this->shared_from_this(), period, watch] {
                    if (period->wait_for_begin()) {
                        self->run_watch(period);
                    }
                    self->clean_up_late(*watch);
                });
            return watch;
        }
    }

    void run_watch(const std::shared_ptr<Period>& period) noexcept {
        if constexpr (kSettings.detection == Detection::cached_health) {
            do {
                period->set_health(guarded_answer(resource.log, "the hook check_health", [&] {
                    HealthContext<Properties> context(resource, period->stop(), nullptr, true);
                    return hooks.check_health(context);
                }));
            } while (!period->stop().wait(kSettings.timeouts.health_interval));
        } else if constexpr (kSettings.detection == Detection::event_handle) {
            static_cast<void>(guarded(resource.log, "the hook monitor", [&] {
                MonitorContext<Properties> context(resource, period->stop(), nullptr, true);
                hooks.monitor(context);
                return DWORD{ERROR_SUCCESS};
            }));
            if (!period->stop().requested()) {
                resource.signal_failure(period);
            }
        }
    }

    SingleInstance single_instance_;
    StopSource never_;
    LifeCycle life_;
};

}  // namespace resforge
