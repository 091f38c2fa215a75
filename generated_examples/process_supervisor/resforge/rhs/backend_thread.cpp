// Coroutines on operating system threads that pass a baton.
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "backend.h"
#include "crash.h"

namespace resforge::rhs {
namespace {

class Baton {
  public:
    void give() {
        {
            const std::lock_guard guard(mutex_);
            given_ = true;
        }
        changed_.notify_one();
    }

    void take() {
        std::unique_lock guard(mutex_);
        changed_.wait(guard, [this] { return given_; });
        given_ = false;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool given_ = false;
};

// A thread of the system that runs one body after the other. It never ends: code that a library
// runs when a thread starts or ends would run beside the one task that may run.
class Runner {
  public:
    static Runner& start() {
        auto* const runner = new Runner();
        std::thread([runner] { runner->run(); }).detach();
        runner->scheduler_.take();
        return *runner;
    }

    void set_body(std::function<void()> body) { body_ = std::move(body); }

    void resume() {
        inside_.give();
        scheduler_.take();
    }

    void suspend() {
        scheduler_.give();
        inside_.take();
    }

  private:
    void run() {
        prepare_thread_for_crash();
        for (;;) {
            suspend();
            body_();
            body_ = nullptr;
        }
    }

    std::function<void()> body_;
    Baton inside_;
    Baton scheduler_;
};

using Runners = std::vector<Runner*>;

class ThreadCoroutine : public Coroutine {
  public:
    ThreadCoroutine(std::shared_ptr<Runners> idle, std::function<void()> body)
        : idle_(std::move(idle)), runner_(take_runner(*idle_)) {
        runner_.set_body(std::move(body));
    }
    // The scheduler destroys only coroutines whose body has returned.
    ~ThreadCoroutine() override { idle_->push_back(&runner_); }

    void resume() override { runner_.resume(); }
    void suspend() override { runner_.suspend(); }

  private:
    static Runner& take_runner(Runners& idle) {
        if (idle.empty()) {
            return Runner::start();
        }
        Runner& runner = *idle.back();
        idle.pop_back();
        return runner;
    }

    std::shared_ptr<Runners> idle_;
    Runner& runner_;
};

class ThreadBackend : public Backend {
  public:
    std::unique_ptr<Coroutine> create(std::function<void()> body) override {
        return std::make_unique<ThreadCoroutine>(idle_, std::move(body));
    }

  private:
    std::shared_ptr<Runners> idle_ = std::make_shared<Runners>();
};

}  // namespace

std::unique_ptr<Backend> make_thread_backend() {
    return std::make_unique<ThreadBackend>();
}

}  // namespace resforge::rhs
