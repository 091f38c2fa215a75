// The engine of real time.
#include "real_engine.h"

#include <algorithm>
#include <thread>

#include "crash.h"

namespace resforge::rhs {
namespace {

// How often conditions outside the host (a kernel object, a process) are looked at.
constexpr Milliseconds kPollInterval = 20;

// Tasks outlive their threads: what a library does while its thread ends still asks for one.
thread_local Task* current_real_task = nullptr;

}  // namespace

RealEngine::RealEngine() {
    current();
    std::thread([this] { serve(); }).detach();
}

Milliseconds RealEngine::now() {
    const auto passed = std::chrono::steady_clock::now() - start_;
    return static_cast<Milliseconds>(
        std::chrono::duration_cast<std::chrono::milliseconds>(passed).count());
}

std::chrono::steady_clock::time_point RealEngine::point(Milliseconds time) const {
    // A year is as good as for ever and keeps the arithmetic of the clock in range.
    constexpr Milliseconds kYear = 365ULL * 24 * 3600 * 1000;
    return start_ + std::chrono::milliseconds(std::min(time, kYear));
}

std::shared_ptr<Task> RealEngine::start(std::string name, CallContext context,
                                        std::function<void()> body) {
    auto task = std::make_shared<Task>();
    task->number = next_task_++;
    task->context = std::move(context);
    task->context.thread = std::move(name);
    keep(task);
    std::thread([task = task.get(), body = std::move(body)] {
        prepare_thread_for_crash();
        current_real_task = task;
        body();
    }).detach();
    return task;
}

Task* RealEngine::known() {
    return current_real_task;
}

// Threads that the host did not start (the author's own) get a name when they first call it.
Task& RealEngine::current() {
    if (current_real_task == nullptr) {
        const auto task = std::make_shared<Task>();
        const std::uint32_t number = next_task_++;
        task->number = number;
        if (number != 1) {
            task->context.thread = "own-" + std::to_string(number);
            task->context.is_worker = true;
        }
        keep(task);
        current_real_task = task.get();
    }
    return *current_real_task;
}

void RealEngine::keep(const std::shared_ptr<Task>& task) {
    const std::lock_guard guard(tasks_mutex_);
    tasks_.push_back(task);
}

bool RealEngine::wait(const Condition& ready, Milliseconds deadline) {
    std::unique_lock guard(mutex_, std::adopt_lock);
    const bool is_ready = changed_.wait_until(guard, point(deadline), ready);
    guard.release();
    return is_ready;
}

void RealEngine::yield(bool give_way) {
    if (give_way) {
        std::this_thread::yield();
    }
}

TimerId RealEngine::start_timer(Milliseconds delay, std::function<void()> callback) {
    const TimerId id = next_id_++;
    const Milliseconds start = now();
    const Milliseconds deadline = start + std::min(delay, kForever - start - 1);
    timers_.emplace(std::pair(deadline, id), std::move(callback));
    deadlines_.emplace(id, deadline);
    notify();
    return id;
}

void RealEngine::cancel_timer(TimerId timer) {
    const auto found = deadlines_.find(timer);
    if (found != deadlines_.end()) {
        timers_.erase({found->second, timer});
        deadlines_.erase(found);
    }
}

WatchId RealEngine::watch(Condition ready, std::function<void()> callback, bool external) {
    const WatchId id = next_id_++;
    watches_.push_back({id, std::move(ready), std::move(callback), external});
    notify();
    return id;
}

void RealEngine::unwatch(WatchId watch) {
    std::erase_if(watches_, [watch](const Watch& other) { return other.id == watch; });
}

bool RealEngine::run_due_timer() {
    if (timers_.empty() || timers_.begin()->first.first > now()) {
        return false;
    }
    const auto first = timers_.begin();
    const std::function<void()> callback = std::move(first->second);
    deadlines_.erase(first->first.second);
    timers_.erase(first);
    callback();
    return true;
}

bool RealEngine::run_ready_watch() {
    const auto found = std::find_if(watches_.begin(), watches_.end(),
                                    [](const Watch& watch) { return watch.ready(); });
    if (found == watches_.end()) {
        return false;
    }
    const std::function<void()> callback = std::move(found->callback);
    watches_.erase(found);
    callback();
    return true;
}

Milliseconds RealEngine::next_wake() {
    Milliseconds wake = timers_.empty() ? kForever : timers_.begin()->first.first;
    for (const Watch& watch : watches_) {
        if (watch.external) {
            wake = std::min(wake, now() + kPollInterval);
        }
    }
    return wake;
}

void RealEngine::serve() {
    current().context.thread = "main";
    std::unique_lock guard(mutex_);
    for (;;) {
        while (run_ready_watch() || run_due_timer()) {
        }
        changed_.wait_until(guard, point(next_wake()));
    }
}

void RealEngine::finish(const Condition& done, Milliseconds limit) {
    std::unique_lock guard(mutex_);
    changed_.wait_until(guard, point(now() + limit), done);
}

void RealEngine::advance(Milliseconds duration) {
    std::this_thread::sleep_for(std::chrono::milliseconds(duration));
}

bool RealEngine::await(const Condition& reached, Milliseconds limit) {
    std::unique_lock guard(mutex_);
    const Milliseconds start = now();
    return changed_.wait_until(guard, point(limit > kForever - start ? kForever : start + limit),
                               reached);
}

}  // namespace resforge::rhs
