// The state of one resource: which operation is current, what must be stopped, what runs late.
//
// One lock guards all of it and is never held while a hook, a callback or a join runs.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "resforge/operation.h"

namespace resforge {

enum class State {
    offline,
    online_pending,  // Online runs, inside the entry point or on its worker
    online,
    offline_pending,  // Offline runs
    failed,           // Online or Offline failed, or Terminate runs
};

// The thread of check_health or monitor in one online period.
struct Watch : Work {
    std::unique_ptr<Thread> thread;
};

class LifeCycle {
  public:
    LifeCycle() : activity_(std::make_shared<StopSource>()) {}

    State state() const noexcept {
        const std::scoped_lock guard(lock_);
        return terminating_ ? State::failed : state_;
    }

    // Makes an operation the current one; false when the resource is in another state.
    bool begin(State from, State to, const std::shared_ptr<Operation>& operation) noexcept {
        const std::scoped_lock guard(lock_);
        if (state_ != from || terminating_ || closing_) {
            return false;
        }
        state_ = to;
        operation_ = operation;
        return true;
    }

    // False when Terminate came before the hook could run.
    bool is_current(const Operation& operation) const noexcept {
        const std::scoped_lock guard(lock_);
        return operation_.get() == &operation && !terminating_;
    }

    // The operation ends before its hook ran.
    void cancel(Operation& operation, State to) noexcept {
        {
            const std::scoped_lock guard(lock_);
            operation.finished = true;
            if (operation_.get() == &operation && !terminating_) {
                state_ = to;
            }
        }
        operation.done().set();
    }

    // The hook has returned: enters the next state, calls on_entry() under the lock, and says
    // whether the operation was still wanted.
    template <class Function>
    bool settle(Operation& operation, State to, Function on_entry) noexcept {
        const std::scoped_lock guard(lock_);
        operation.finished = !operation.overdue;
        if (operation_.get() != &operation || terminating_) {
            return false;
        }
        state_ = operation.stop().requested() ? State::failed : to;
        on_entry();
        return true;
    }

    // Terminate begins. False: there is nothing to terminate, or another Terminate has just done
    // it, for which this call waited. `operation` receives the current or last one, if any.
    bool enter_terminate(DWORD milliseconds, std::shared_ptr<Operation>& operation) noexcept {
        {
            const std::scoped_lock guard(lock_);
            if (!terminating_) {
                operation = operation_;
                if (state_ == State::offline) {
                    return false;
                }
                terminating_ = true;
                terminated_.reset();
                return true;
            }
        }
        static_cast<void>(terminated_.wait(milliseconds));
        return false;
    }

    void leave_terminate() noexcept {
        {
            const std::scoped_lock guard(lock_);
            state_ = State::offline;
            operation_.reset();
            terminating_ = false;
        }
        terminated_.set();
    }

    // Whether a hook of Online, Offline, check_health or monitor has not returned yet. One that is
    // overdue does not count: what it started goes when it returns.
    bool hook_runs() const noexcept {
        const std::scoped_lock guard(lock_);
        return runs(operation_) || runs(watch_);
    }

    // Terminate gives up waiting for the hooks that still run; false when none does any more. As
    // long as an older operation runs late the current one waits for that and never runs its own
    // hook, so the older one stays the overdue one.
    bool mark_overdue() noexcept {
        const std::scoped_lock guard(lock_);
        if (runs(watch_)) {
            watch_->overdue = true;
        }
        if (runs(operation_) && !runs(overdue_)) {
            operation_->overdue = true;
            overdue_ = operation_;
        }
        return runs(overdue_) || runs(watch_);
    }

    // Offline gives up waiting for the health thread.
    void mark_watch_overdue() noexcept {
        const std::scoped_lock guard(lock_);
        if (runs(watch_)) {
            watch_->overdue = true;
        }
    }

    // The hook has returned; true when it is overdue.
    bool returned(Work& work) noexcept {
        const std::scoped_lock guard(lock_);
        work.finished = !work.overdue;
        return work.overdue;
    }

    // All that follows from the hook's return is done; true when Close left its own hook to the
    // last of them and this is the one.
    bool finish(Work& work) noexcept {
        const std::scoped_lock guard(lock_);
        work.finished = true;
        return take_close_hook();
    }

    // False when another overdue hook still runs at the deadline. Terminate may have given up on
    // `operation` itself, before its hook has begun.
    bool wait_for_overdue(const Operation& operation, const Deadline& deadline) const noexcept {
        const std::shared_ptr<Operation> overdue = held(overdue_);
        return overdue == nullptr || overdue.get() == &operation ||
               overdue->done().wait(deadline.remaining());
    }

    // Close begins, and no operation does any more. False when there is something to terminate.
    bool enter_close() noexcept {
        const std::scoped_lock guard(lock_);
        closing_ = true;
        return state_ == State::offline;
    }

    // Close ends. True when the hook close must be run here, false when a thread whose hook has not
    // returned will run it.
    bool leave_close() noexcept {
        const std::scoped_lock guard(lock_);
        closed_ = true;
        return take_close_hook();
    }

    void keep_worker(std::shared_ptr<Thread> worker) noexcept {
        const std::scoped_lock guard(lock_);
        worker_.swap(worker);
    }

    // With the lock held: from settle() only.
    void keep_watch(std::shared_ptr<Watch>& watch) noexcept { watch_.swap(watch); }

    // The last worker and the last health thread; true when they have ended.
    bool join_worker(const Deadline& deadline) const noexcept {
        const std::shared_ptr<Thread> worker = held(worker_);
        return worker == nullptr || worker->join(deadline.remaining());
    }
    bool join_watch(const Deadline& deadline) const noexcept {
        const std::shared_ptr<Watch> watch = held(watch_);
        return watch == nullptr || watch->thread->join(deadline.remaining());
    }

    // The stop request for hooks of control codes: made by Terminate and Close.
    std::shared_ptr<StopSource> activity() {
        {
            const std::scoped_lock guard(lock_);
            if (!activity_->requested()) {
                return activity_;
            }
        }
        auto fresh = std::make_shared<StopSource>();
        const std::scoped_lock guard(lock_);
        if (!terminating_ && !closing_ && activity_->requested()) {
            activity_ = std::move(fresh);
        }
        return activity_;
    }

    // While Terminate or Close runs: activity() changes nothing then, so no lock is needed.
    void stop_activity() noexcept { activity_->request(); }

  private:
    static bool runs(const std::shared_ptr<const Work>& work) noexcept {
        return work != nullptr && !work->finished;
    }

    // With the lock held. True once: when Close has come and no hook runs any more.
    bool take_close_hook() noexcept {
        if (!closed_ || runs(operation_) || runs(overdue_) || runs(watch_)) {
            return false;
        }
        return !std::exchange(close_hook_taken_, true);
    }

    template <class Item>
    std::shared_ptr<Item> held(const std::shared_ptr<Item>& member) const noexcept {
        const std::scoped_lock guard(lock_);
        return member;
    }

    mutable Lock lock_;
    State state_ = State::offline;
    bool terminating_ = false;
    bool closing_ = false;
    bool closed_ = false;
    bool close_hook_taken_ = false;
    std::shared_ptr<Operation>
        operation_;  // kept after its end, so that Terminate can stop its report
    std::shared_ptr<Operation> overdue_;  // the last one that Terminate gave up on
    std::shared_ptr<Thread> worker_;
    std::shared_ptr<Watch> watch_;
    std::shared_ptr<StopSource> activity_;
    Event terminated_;
};

}  // namespace resforge
