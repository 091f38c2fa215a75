// The scheduler of virtual time.
#include "scheduler.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "record.h"

namespace resforge::rhs {

struct Scheduler::VirtualTask : Task {
    std::unique_ptr<Coroutine> coroutine;
    const Condition* ready = nullptr;  // what a blocked task waits for
    bool is_runnable = false;
    bool timed_out = false;
    bool finished = false;
};

namespace {

thread_local Task* current_task = nullptr;

}  // namespace

Scheduler::Scheduler(std::unique_ptr<Backend> backend, std::unique_ptr<Strategy> strategy,
                     bool replays, StepLimits limits, std::function<void(const Task&)> livelock)
    : backend_(std::move(backend)),
      strategy_(std::move(strategy)),
      replays_(replays),
      limits_(limits),
      livelock_(std::move(livelock)),
      main_(std::make_unique<Task>()),
      starting_(std::make_unique<Task>()) {
    current_task = main_.get();
}

Scheduler::~Scheduler() = default;

Task* Scheduler::known() {
    return current_task == nullptr && is_starting_ ? starting_.get() : current_task;
}

Task& Scheduler::current() {
    Task* const task = known();
    if (task == nullptr) {
        park_foreign_thread();
    }
    return *task;
}

// A thread that the scheduler did not start would run beside the one task that may run.
void Scheduler::park_foreign_thread() {
    static Task foreign;
    foreign.context.thread = "foreign";
    current_task = &foreign;
    violation("foreign-thread",
              "a thread that was not started through CreateThread called the host; virtual time "
              "cannot schedule it, use --time real");
    for (;;) {
        std::this_thread::sleep_for(std::chrono::hours(1));
    }
}

std::shared_ptr<Task> Scheduler::start(std::string name, CallContext context,
                                       std::function<void()> body) {
    auto task = std::make_shared<VirtualTask>();
    task->number = next_task_++;
    task->context = std::move(context);
    task->context.thread = std::move(name);
    VirtualTask* const raw = task.get();
    is_starting_ = true;
    task->coroutine = backend_->create([this, raw, body = std::move(body)] {
        current_task = raw;
        body();
        raw->finished = true;
        notify();
    });
    is_starting_ = false;
    tasks_.push_back(task);
    make_runnable(*task);
    return task;
}

void Scheduler::make_runnable(VirtualTask& task) {
    if (!task.is_runnable && !task.finished) {
        task.is_runnable = true;
        runnable_.push_back(&task);
    }
}

const Task* Scheduler::running() const {
    return running_;
}

void Scheduler::count_step(const Task& task) {
    ++turns_;
    if (std::exchange(time_of_step_, now_) != now_) {
        steps_at_once_ = 0;
    }
    if (++steps_ > limits_.total || ++steps_at_once_ > limits_.at_once) {
        livelock_(task);
    }
}

Scheduler::VirtualTask* Scheduler::pick(bool give_way) {
    if (runnable_.empty()) {
        return nullptr;
    }
    if (runnable_.size() == 1) {
        return runnable_.front();
    }
    candidates_.clear();
    std::size_t current = runnable_.size();
    for (std::size_t index = 0; index < runnable_.size(); ++index) {
        candidates_.push_back(runnable_[index]->number);
        current = runnable_[index] == running_.load() ? index : current;
    }
    const std::size_t chosen = strategy_->choose({candidates_, current, give_way});
    choices_.push_back(chosen);
    return runnable_[chosen];
}

void Scheduler::switch_away(bool give_way) {
    VirtualTask* const self = running_;
    count_step(*self);
    next_ = posted_.empty() ? pick(give_way) : nullptr;
    if (next_ != self) {
        self->coroutine->suspend();
    }
    next_ = nullptr;
}

void Scheduler::yield(bool give_way) {
    Task& task = current();
    if (&task == main_.get() || &task == starting_.get()) {
        return;
    }
    if (give_way && runnable_.size() > 1) {
        const auto self = std::find(runnable_.begin(), runnable_.end(), running_.load());
        std::rotate(self, self + 1, runnable_.end());
    }
    switch_away(give_way);
}

bool Scheduler::wait(const Condition& ready, Milliseconds deadline) {
    if (&current() == starting_.get()) {
        return ready();
    }
    if (&current() == main_.get()) {
        return ready() || await(ready, deadline > now_ ? deadline - now_ : 0);
    }
    VirtualTask& task = *running_.load();
    task.timed_out = deadline <= now_;
    TimerId timeout = 0;
    if (!task.timed_out && deadline != kForever && !ready()) {
        timeout = start_timer(deadline - now_, [this, &task] {
            task.timed_out = true;
            make_runnable(task);
        });
    }
    bool is_ready = ready();
    while (!is_ready && !task.timed_out) {
        task.ready = &ready;
        task.is_runnable = false;
        std::erase(runnable_, &task);
        switch_away(false);
        task.ready = nullptr;
        is_ready = ready();
    }
    cancel_timer(timeout);
    return is_ready;
}

void Scheduler::notify() {
    for (const std::shared_ptr<VirtualTask>& task : tasks_) {
        if (task->ready != nullptr && !task->is_runnable && (*task->ready)()) {
            make_runnable(*task);
        }
    }
    for (std::size_t index = 0; index < watches_.size();) {
        if (watches_[index].ready()) {
            posted_.push_back(std::move(watches_[index].callback));
            watches_.erase(watches_.begin() + static_cast<std::ptrdiff_t>(index));
        } else {
            ++index;
        }
    }
}

TimerId Scheduler::start_timer(Milliseconds delay, std::function<void()> callback) {
    const TimerId id = next_id_++;
    const Milliseconds deadline = now_ + std::min(delay, kForever - now_ - 1);
    timers_.emplace(std::pair(deadline, id), std::move(callback));
    deadlines_.emplace(id, deadline);
    return id;
}

void Scheduler::cancel_timer(TimerId timer) {
    const auto found = deadlines_.find(timer);
    if (found != deadlines_.end()) {
        timers_.erase({found->second, timer});
        deadlines_.erase(found);
    }
}

WatchId Scheduler::watch(Condition ready, std::function<void()> callback, bool /*external*/) {
    const WatchId id = next_id_++;
    watches_.push_back({id, std::move(ready), std::move(callback)});
    notify();
    return id;
}

void Scheduler::unwatch(WatchId watch) {
    std::erase_if(watches_, [watch](const Watch& other) { return other.id == watch; });
}

void Scheduler::resume(VirtualTask& task) {
    running_ = &task;
    Task* const before = current_task;
    current_task = &task;
    task.coroutine->resume();
    current_task = before;
    running_ = nullptr;
    if (task.finished) {
        std::erase(runnable_, &task);
        std::erase_if(tasks_, [&task](const auto& other) { return other.get() == &task; });
    }
}

void Scheduler::run_posted() {
    while (!posted_.empty()) {
        const std::function<void()> callback = std::move(posted_.front());
        posted_.erase(posted_.begin());
        callback();
    }
}

void Scheduler::run_until_idle() {
    for (;;) {
        run_posted();
        VirtualTask* const task = next_ != nullptr ? next_ : pick(false);
        if (task == nullptr) {
            if (posted_.empty()) {
                return;
            }
            continue;
        }
        next_ = nullptr;
        count_step(*task);
        resume(*task);
    }
}

// Moves the clock to the next timer and runs it; false when none is due by `limit`.
bool Scheduler::jump(Milliseconds limit) {
    if (timers_.empty() || timers_.begin()->first.first > limit) {
        return false;
    }
    const auto first = timers_.begin();
    now_ = first->first.first;
    const std::function<void()> callback = std::move(first->second);
    deadlines_.erase(first->first.second);
    timers_.erase(first);
    callback();
    notify();
    return true;
}

void Scheduler::settle() {
    steps_ = 0;
    steps_at_once_ = 0;
    notify();
    if (!is_held_) {
        run_until_idle();
    }
}

void Scheduler::begin_together(Milliseconds delay, const std::function<void()>& issue) {
    struct Hold {
        explicit Hold(bool& held) : held_(held) { held_ = true; }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;
        ~Hold() { held_ = false; }
        bool& held_;
    };
    if (delay != 0) {
        advance(delay - 1);
    }
    {
        const Hold hold(is_held_);
        const Milliseconds moment = now_ + (delay != 0 ? 1 : 0);
        while (jump(moment)) {
        }
        now_ = moment;
        issue();
    }
    settle();
}

bool Scheduler::schedule(std::string_view strategy, std::uint64_t seed) {
    std::unique_ptr<Strategy> chosen = make_strategy(strategy, seed);
    if (chosen == nullptr) {
        return false;
    }
    if (!replays_) {
        strategy_ = std::move(chosen);
    }
    return true;
}

void Scheduler::finish(const Condition& /*done*/, Milliseconds /*limit*/) {
    settle();
}

void Scheduler::advance(Milliseconds duration) {
    const Milliseconds target = now_ + std::min(duration, kForever - now_ - 1);
    settle();
    while (jump(target)) {
        run_until_idle();
    }
    now_ = target;
    notify();
    run_until_idle();
}

bool Scheduler::await(const Condition& reached, Milliseconds limit) {
    const Milliseconds target = now_ + std::min(limit, kForever - now_ - 1);
    settle();
    while (!reached()) {
        if (!jump(target)) {
            now_ = target;
            notify();
            run_until_idle();
            return reached();
        }
        run_until_idle();
    }
    return true;
}

}  // namespace resforge::rhs
