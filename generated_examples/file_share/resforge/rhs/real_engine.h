// Real time: operating system threads, the system's clock, one lock.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "engine.h"

namespace resforge::rhs {

class RealEngine : public Engine {
  public:
    RealEngine();

    bool is_virtual() const override { return false; }
    Milliseconds now() override;
    void lock() override { mutex_.lock(); }
    void unlock() override { mutex_.unlock(); }
    std::shared_ptr<Task> start(std::string name, CallContext context,
                                std::function<void()> body) override;
    Task& current() override;
    Task* known() override;
    bool wait(const Condition& ready, Milliseconds deadline) override;
    void notify() override { changed_.notify_all(); }
    void yield(bool give_way) override;
    TimerId start_timer(Milliseconds delay, std::function<void()> callback) override;
    void cancel_timer(TimerId timer) override;
    WatchId watch(Condition ready, std::function<void()> callback, bool external) override;
    void unwatch(WatchId watch) override;
    void settle() override {}
    void begin_together(Milliseconds delay, const std::function<void()>& issue) override {
        advance(delay);
        issue();
    }
    bool schedule(std::string_view, std::uint64_t) override { return false; }
    void finish(const Condition& done, Milliseconds limit) override;
    void advance(Milliseconds duration) override;
    bool await(const Condition& reached, Milliseconds limit) override;

  private:
    struct Watch {
        WatchId id = 0;
        Condition ready;
        std::function<void()> callback;
        bool external = false;
    };

    std::chrono::steady_clock::time_point point(Milliseconds time) const;
    void keep(const std::shared_ptr<Task>& task);
    void serve();
    bool run_due_timer();
    bool run_ready_watch();
    Milliseconds next_wake();

    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<std::uint32_t> next_task_{1};
    std::mutex tasks_mutex_;
    std::vector<std::shared_ptr<Task>> tasks_;
    std::uint64_t next_id_ = 1;
    std::map<std::pair<Milliseconds, TimerId>, std::function<void()>> timers_;
    std::map<TimerId, Milliseconds> deadlines_;
    std::vector<Watch> watches_;
};

}  // namespace resforge::rhs
