// One Online or Offline: its number, its stop request, its checkpoints and its final report.
#pragma once

#include <atomic>
#include <memory>

#include "resforge/log.h"
#include "resforge/sync.h"

namespace resforge {

// A hook that Terminate or Close may have to give up on. Both flags are guarded by the lock of the
// instance. Overdue: Terminate gave up waiting for it, so its end needs another clean-up; finished:
// it has returned, and that has happened too.
struct Work {
    bool overdue = false;
    bool finished = false;
};

// A report of an operation that was replaced or stopped never leaves: each operation has its own
// object. Rules: reference pages implementing-pending-operations, ns-resapi-resource_status.
class Operation : public Work {
  public:
    Operation(std::shared_ptr<ResourceMonitor> monitor, CLUSTER_RESOURCE_STATE pending_state,
              bool pends, DWORD heartbeat)
        : monitor_(std::move(monitor)),
          pending_state_(pending_state),
          pends_(pends),
          heartbeat_(heartbeat),
          next_report_(::GetTickCount64() + heartbeat) {}

    // Tells the monitor that work goes on; false means stop. Only a pending operation reports,
    // and a rising checkpoint is what makes the report count.
    bool progress() noexcept {
        if (!pends_ || reporting_.exchange(true)) {
            return !stop_.requested();
        }
        next_report_.store(::GetTickCount64() + heartbeat_);
        RESOURCE_STATUS status{};
        status.ResourceState = pending_state_;
        status.CheckPoint = ++checkpoint_;
        const bool go_on = monitor_->report(status, stop_);
        reporting_.store(false);
        if (!go_on) {
            stop_.request();
        }
        return go_on;
    }

    // Milliseconds until the next heartbeat is due; INFINITE when there is none to send.
    DWORD until_heartbeat() const noexcept {
        const ULONGLONG now = ::GetTickCount64();
        const ULONGLONG next = next_report_.load();
        return !pends_ ? DWORD{INFINITE} : next <= now ? DWORD{0} : static_cast<DWORD>(next - now);
    }

    // The last thing a worker does, with no lock held.
    void report_final(CLUSTER_RESOURCE_STATE state, HANDLE event) noexcept {
        RESOURCE_STATUS status{};
        status.ResourceState = state;
        status.CheckPoint = ++checkpoint_;
        status.EventHandle = event;
        static_cast<void>(monitor_->report(status, stop_));
    }

    StopSource& stop() noexcept { return stop_; }

    // Set as the entry point returns, so that a worker does not report before it.
    Event& entered() noexcept { return entered_; }

    // Set when the hook has returned and everything that follows from it is done.
    Event& done() noexcept { return done_; }

    bool pends() const noexcept { return pends_; }

  private:
    std::shared_ptr<ResourceMonitor> monitor_;
    const CLUSTER_RESOURCE_STATE pending_state_;
    const bool pends_;
    const DWORD heartbeat_;
    std::atomic<ULONGLONG> next_report_;
    std::atomic<DWORD> checkpoint_{0};
    std::atomic<bool> reporting_{false};
    StopSource stop_;
    Event entered_;
    Event done_;
};

}  // namespace resforge
