// Virtual time: one task runs at a time, and the clock jumps when nothing can run.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backend.h"
#include "engine.h"
#include "strategy.h"

namespace resforge::rhs {

class Scheduler : public Engine {
  public:
    struct VirtualTask;

    // `livelock` is called for the task that runs when a command takes more than `total` steps, or
    // more than `at_once` of them without time passing; it must not return.
    struct StepLimits {
        std::uint64_t total = 0;
        std::uint64_t at_once = 0;
    };
    // `replays` makes the strategy stay, whatever schedule() asks for.
    Scheduler(std::unique_ptr<Backend> backend, std::unique_ptr<Strategy> strategy, bool replays,
              StepLimits limits, std::function<void(const Task&)> livelock);
    ~Scheduler() override;

    bool is_virtual() const override { return true; }
    Milliseconds now() override { return now_; }
    void lock() override {}
    void unlock() override {}
    std::shared_ptr<Task> start(std::string name, CallContext context,
                                std::function<void()> body) override;
    Task& current() override;
    Task* known() override;
    bool wait(const Condition& ready, Milliseconds deadline) override;
    void notify() override;
    void yield(bool give_way) override;
    TimerId start_timer(Milliseconds delay, std::function<void()> callback) override;
    void cancel_timer(TimerId timer) override;
    WatchId watch(Condition ready, std::function<void()> callback, bool external) override;
    void unwatch(WatchId watch) override;
    void settle() override;
    void finish(const Condition& done, Milliseconds limit) override;
    void advance(Milliseconds duration) override;
    void begin_together(Milliseconds delay, const std::function<void()>& issue) override;
    bool schedule(std::string_view strategy, std::uint64_t seed) override;
    bool await(const Condition& reached, Milliseconds limit) override;

    // The decisions so far, each an index among the tasks that could run.
    const std::vector<std::size_t>& choices() const { return choices_; }

    // For another thread: the task that runs now, and how many turns there have been.
    const Task* running() const;
    std::uint64_t turns() const { return turns_; }

  private:
    struct Watch {
        WatchId id = 0;
        Condition ready;
        std::function<void()> callback;
    };

    void make_runnable(VirtualTask& task);
    void count_step(const Task& task);
    VirtualTask* pick(bool give_way);
    void switch_away(bool give_way);
    void resume(VirtualTask& task);
    void run_posted();
    void run_until_idle();
    bool jump(Milliseconds limit);
    [[noreturn]] void park_foreign_thread();

    std::unique_ptr<Backend> backend_;
    std::unique_ptr<Strategy> strategy_;
    bool replays_;
    StepLimits limits_;
    std::function<void(const Task&)> livelock_;
    std::atomic<Milliseconds> now_{0};
    std::uint64_t steps_ = 0;
    std::uint64_t steps_at_once_ = 0;
    Milliseconds time_of_step_ = 0;
    std::atomic<std::uint64_t> turns_{0};
    std::uint32_t next_task_ = 1;
    std::uint64_t next_id_ = 1;
    std::unique_ptr<Task> main_;
    // Stands for a thread of the system while it starts and the libraries are told about it.
    std::unique_ptr<Task> starting_;
    std::atomic<bool> is_starting_{false};
    bool is_held_ = false;  // nothing runs until calls that begin together have all begun
    std::atomic<VirtualTask*> running_{nullptr};
    VirtualTask* next_ = nullptr;
    std::list<std::shared_ptr<VirtualTask>> tasks_;
    std::vector<VirtualTask*> runnable_;
    std::vector<std::uint32_t> candidates_;
    // Ordered by deadline, then by the order in which the timers were started.
    std::map<std::pair<Milliseconds, TimerId>, std::function<void()>> timers_;
    std::map<TimerId, Milliseconds> deadlines_;
    std::vector<Watch> watches_;
    std::vector<std::function<void()>> posted_;
    std::vector<std::size_t> choices_;
};

}  // namespace resforge::rhs
