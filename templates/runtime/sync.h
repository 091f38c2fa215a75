// Locks, events, threads and stop requests over Win32; each owns what it creates.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "resforge/win32.h"

namespace resforge {

// A Win32 error as an exception. Thrown from a hook, its code becomes the result of the hook; no
// code of an exception is 0, which would mean success.
class SystemError : public std::exception {
  public:
    explicit SystemError(DWORD code) noexcept
        : code_(code == ERROR_SUCCESS ? DWORD{ERROR_GEN_FAILURE} : code) {}
    DWORD code() const noexcept { return code_; }
    const char* what() const noexcept override { return "a Win32 function failed"; }

  private:
    DWORD code_;
};

// The error that made a function fail; never 0, whatever GetLastError says.
inline DWORD last_error() noexcept {
    const DWORD code = ::GetLastError();
    return code == ERROR_SUCCESS ? DWORD{ERROR_GEN_FAILURE} : code;
}

// Usable with std::scoped_lock. Never held while a hook, a callback or a join runs.
class Lock {
  public:
    Lock() = default;
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    void lock() noexcept { ::AcquireSRWLockExclusive(&lock_); }
    void unlock() noexcept { ::ReleaseSRWLockExclusive(&lock_); }

  private:
    SRWLOCK lock_ = SRWLOCK_INIT;
};

// A value that hooks on several threads share: guarded.with([](auto& value) { ... }).
template <class Value>
class Guarded {
  public:
    template <class Function>
    decltype(auto) with(Function&& function) {
        const std::scoped_lock guard(lock_);
        return std::forward<Function>(function)(value_);
    }

  private:
    Lock lock_;
    Value value_{};
};

// Owner of a kernel object.
class Handle {
  public:
    Handle() = default;
    explicit Handle(HANDLE handle) noexcept : handle_(handle) {}
    Handle(Handle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~Handle() {
        if (handle_ != nullptr) {
            ::CloseHandle(handle_);
        }
    }
    HANDLE get() const noexcept { return handle_; }
    explicit operator bool() const noexcept { return handle_ != nullptr; }

  private:
    HANDLE handle_ = nullptr;
};

// A manual-reset event. Throws SystemError when it cannot be created.
class Event {
  public:
    Event() : handle_(::CreateEventW(nullptr, TRUE, FALSE, nullptr)) {
        if (!handle_) {
            throw SystemError(::GetLastError());
        }
    }
    void set() noexcept { ::SetEvent(handle_.get()); }
    void reset() noexcept { ::ResetEvent(handle_.get()); }
    // True when the event was set within the time.
    bool wait(DWORD milliseconds) const noexcept {
        return ::WaitForSingleObject(handle_.get(), milliseconds) == WAIT_OBJECT_0;
    }
    HANDLE get() const noexcept { return handle_.get(); }

  private:
    Handle handle_;
};

// A request to stop: stays made, and wakes every wait at once.
class StopSource {
  public:
    void request() noexcept {
        requested_.store(true);
        event_.set();
    }
    bool requested() const noexcept { return requested_.load(); }
    bool wait(DWORD milliseconds) const noexcept {
        return requested() || event_.wait(milliseconds);
    }
    HANDLE event() const noexcept { return event_.get(); }

  private:
    std::atomic<bool> requested_{false};
    Event event_;
};

// A thread that runs `body`, which must not throw. The owner may go away before the thread ends:
// whatever the thread needs is owned by `body`.
class Thread {
  public:
    explicit Thread(std::function<void()> body) {
        auto owned = std::make_unique<std::function<void()>>(std::move(body));
        handle_ = Handle(::CreateThread(nullptr, 0, &Thread::run, owned.get(), 0, nullptr));
        if (!handle_) {
            throw SystemError(::GetLastError());
        }
        static_cast<void>(owned.release());
    }
    // True when the thread has ended within the time.
    bool join(DWORD milliseconds) const noexcept {
        return ::WaitForSingleObject(handle_.get(), milliseconds) == WAIT_OBJECT_0;
    }

  private:
    static DWORD WINAPI run(LPVOID parameter) noexcept {
        const std::unique_ptr<std::function<void()>> body(
            static_cast<std::function<void()>*>(parameter));
        (*body)();
        return 0;
    }

    Handle handle_;
};

// Keeps the library that this code belongs to in memory until the process ends. False with
// GetLastError when that fails (page nf-libloaderapi-getmodulehandleexw).
inline bool keep_module_loaded() noexcept {
    HMODULE module = nullptr;
    return ::GetModuleHandleExW(
               GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
               reinterpret_cast<LPCWSTR>(&keep_module_loaded), &module) != FALSE;
}

// Time left until a moment, for waits that share one bound.
class Deadline {
  public:
    explicit Deadline(DWORD milliseconds) noexcept : end_(::GetTickCount64() + milliseconds) {}
    DWORD remaining() const noexcept {
        const ULONGLONG now = ::GetTickCount64();
        return now >= end_ ? 0 : static_cast<DWORD>(end_ - now);
    }

  private:
    ULONGLONG end_;
};

}  // namespace resforge
