// How tasks of virtual time get a stack of their own: operating system threads or fibers.
#pragma once

#include <functional>
#include <memory>

namespace resforge::rhs {

// A function that can be left and re-entered. Exactly one side runs at any moment.
class Coroutine {
  public:
    Coroutine() = default;
    Coroutine(const Coroutine&) = delete;
    Coroutine& operator=(const Coroutine&) = delete;
    virtual ~Coroutine() = default;

    // Called by the scheduler: runs the body until it suspends or returns.
    virtual void resume() = 0;
    // Called by the body: goes back to whoever called resume().
    virtual void suspend() = 0;
};

class Backend {
  public:
    Backend() = default;
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;
    virtual ~Backend() = default;
    virtual std::unique_ptr<Coroutine> create(std::function<void()> body) = 0;
};

// Threads passing a baton: everything that belongs to a thread (thread-local variables, exception
// state, sanitizers, debuggers) works as usual.
std::unique_ptr<Backend> make_thread_backend();

// Fibers on one thread: many times faster, but thread-local variables of the DLL are shared by
// all its threads, and on Windows the state of its exceptions too. nullptr where the platform or
// a sanitizer does not allow them.
std::unique_ptr<Backend> make_fiber_backend();

}  // namespace resforge::rhs
