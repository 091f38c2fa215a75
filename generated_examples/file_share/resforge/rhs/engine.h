// Time and threads of the host: one interface, with a virtual and a real implementation.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "call_context.h"

namespace resforge::rhs {

using Milliseconds = std::uint64_t;
inline constexpr Milliseconds kForever = ~Milliseconds{0};

// A thread of execution as the simulated process sees it.
struct Task {
    Task() = default;
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    virtual ~Task() = default;

    std::uint32_t number = 0;  // what GetCurrentThreadId answers; never used twice
    std::uint32_t last_error = 0;
    CallContext context;
};

using TimerId = std::uint64_t;  // 0 is no timer
using WatchId = std::uint64_t;  // 0 is no watch
using Condition = std::function<bool()>;

// State shared by several tasks is touched only under lock(). Virtual time runs one task at a
// time and switches only inside wait() and yield(), so its lock is free.
class Engine {
  public:
    Engine() = default;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    virtual ~Engine() = default;

    virtual bool is_virtual() const = 0;
    // Milliseconds since the start of the host.
    virtual Milliseconds now() = 0;

    virtual void lock() = 0;
    virtual void unlock() = 0;

    // Starts a task; its name also becomes the `thread` of its records.
    virtual std::shared_ptr<Task> start(std::string name, CallContext context,
                                        std::function<void()> body) = 0;
    virtual Task& current() = 0;
    // The same without any effect, also in a signal handler: nullptr on a thread that the engine
    // has not seen yet.
    virtual Task* known() = 0;

    // Blocks the current task until ready() holds (true) or `deadline` has come (false). The lock
    // is held on entry and on return; ready() is asked under it.
    virtual bool wait(const Condition& ready, Milliseconds deadline) = 0;
    // To be called, under the lock, after a change that some ready() may be waiting for.
    virtual void notify() = 0;
    // Lets other tasks run; `give_way` asks to be run last. The lock is not held.
    virtual void yield(bool give_way) = 0;

    // Runs the callback once, under the lock, on the host's own thread.
    virtual TimerId start_timer(Milliseconds delay, std::function<void()> callback) = 0;
    virtual void cancel_timer(TimerId timer) = 0;
    // Runs the callback once, under the lock, as soon as ready() holds. A condition that looks at
    // things outside the host (`external`) is polled.
    virtual WatchId watch(Condition ready, std::function<void()> callback, bool external) = 0;
    virtual void unwatch(WatchId watch) = 0;

    // For the thread that serves commands; the lock is not held. settle() lets everything run
    // that needs no time to pass; finish() also waits, in real time, until done() holds.
    virtual void settle() = 0;
    virtual void finish(const Condition& done, Milliseconds limit) = 0;
    virtual void advance(Milliseconds duration) = 0;
    // Calls issue() in `delay` milliseconds, before anything else that is due then has run: what
    // issue() starts begins at the same moment.
    virtual void begin_together(Milliseconds delay, const std::function<void()>& issue) = 0;
    // Chooses differently from now on; false when nothing is chosen, or not in this way.
    virtual bool schedule(std::string_view strategy, std::uint64_t seed) = 0;
    // Lets time pass until reached() holds (true) or `limit` milliseconds are over (false).
    virtual bool await(const Condition& reached, Milliseconds limit) = 0;
};

// The engine of this process, created by main before anything else runs.
Engine& engine();
void set_engine(std::unique_ptr<Engine> engine);

// Holds the engine's lock for a scope.
class Guard {
  public:
    Guard() { engine().lock(); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    ~Guard() { engine().unlock(); }
};

}  // namespace resforge::rhs
