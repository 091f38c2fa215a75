// The callbacks of the Resource Monitor: log entries and status reports of one resource.
#pragma once

#include <charconv>
#include <concepts>
#include <memory>
#include <string_view>

#include "resforge/cluster_abi.h"
#include "resforge/sync.h"
#include "resforge/text.h"

namespace resforge {

// What Startup received; valid for the life of the load (page nc-resapi-pstartup_routine).
struct Callbacks {
    PSET_RESOURCE_STATUS_ROUTINE set_resource_status = nullptr;
    PLOG_EVENT_ROUTINE log_event = nullptr;
};

// The way from one resource to its monitor. After close() nothing passes any more, so that a
// thread that outlives Close cannot use the dead handle.
class ResourceMonitor {
  public:
    ResourceMonitor(RESOURCE_HANDLE handle, const Callbacks& callbacks)
        : handle_(handle), callbacks_(callbacks) {}

    // Nothing is reported once `stop` was requested; looked at as late as possible. True when the
    // monitor wants the work to go on: any other answer than Continue means stop.
    bool report(RESOURCE_STATUS status, const StopSource& stop) noexcept {
        if (!enter()) {
            return false;
        }
        const auto go_on = static_cast<DWORD>(ResourceExitStateContinue);
        const DWORD answer =
            stop.requested() ? ~go_on : callbacks_.set_resource_status(handle_, &status);
        leave();
        return answer == go_on;
    }

    // `text` ends with NUL. It is an insert, never the format: it may hold percent signs.
    void log(LOG_LEVEL level, LPCWSTR text) noexcept {
        if (!enter()) {
            return;
        }
        callbacks_.log_event(handle_, level, RESFORGE_TEXT("%1!ws!"), text);
        leave();
    }

    void close(DWORD milliseconds) noexcept {
        bool busy = false;
        {
            const std::scoped_lock guard(lock_);
            closed_ = true;
            busy = inside_ != 0;
        }
        if (busy) {
            static_cast<void>(idle_.wait(milliseconds));
        }
    }

  private:
    bool enter() noexcept {
        const std::scoped_lock guard(lock_);
        inside_ += closed_ ? 0U : 1U;
        return !closed_;
    }

    void leave() noexcept {
        const std::scoped_lock guard(lock_);
        if (--inside_ == 0 && closed_) {
            idle_.set();
        }
    }

    RESOURCE_HANDLE handle_;
    Callbacks callbacks_;
    Lock lock_;
    bool closed_ = false;
    unsigned inside_ = 0;
    Event idle_;
};

// One log message, cut into entries of at most 500 units (page nc-resapi-plog_event_routine);
// a surrogate pair is never torn apart, and control characters become spaces. Allocates nothing.
class LogLine {
  public:
    LogLine(ResourceMonitor& monitor, LOG_LEVEL level) noexcept
        : monitor_(monitor), level_(level) {}

    void append(TextView text) noexcept {
        for (const WCHAR unit : text) {
            put(unit);
        }
    }
    void append(const Text& text) noexcept { append(TextView(text)); }
    void append(LPCWSTR text) noexcept { append(text == nullptr ? TextView() : TextView(text)); }
    void append(std::string_view utf8) noexcept {
        while (!utf8.empty()) {
            put_utf16(take_utf8_character(utf8), [this](WCHAR unit) { put(unit); });
        }
    }
    void append(const char* utf8) noexcept {
        append(utf8 == nullptr ? std::string_view() : std::string_view(utf8));
    }
    template <std::same_as<bool> Flag>  // no pointer becomes a bool
    void append(Flag flag) noexcept {
        append(flag ? "true" : "false");
    }
    template <std::integral Number>
        requires(!std::same_as<Number, bool>)
    void append(Number number) noexcept {
        char digits[24];
        const std::to_chars_result end = std::to_chars(digits, digits + sizeof digits, number);
        append(std::string_view(digits, static_cast<std::size_t>(end.ptr - digits)));
    }
    void flush() noexcept {
        if (size_ != 0) {
            units_[size_] = 0;
            monitor_.log(level_, units_);
            size_ = 0;
        }
    }

  private:
    static constexpr std::size_t kLimit = 500;

    void put(WCHAR unit) noexcept {
        if (size_ == kLimit || (size_ == kLimit - 1 && is_high_surrogate(unit))) {
            flush();
        }
        units_[size_++] = unit < 0x20 || unit == 0x7F ? WCHAR{0x20} : unit;
    }

    ResourceMonitor& monitor_;
    LOG_LEVEL level_;
    std::size_t size_ = 0;
    WCHAR units_[kLimit + 1];
};

// Writes to the cluster log: log.error("starting ", name, " failed with error ", code).
// Parts are UTF-16 text, UTF-8 text, whole numbers or truth values; a null pointer is no text. The
// monitor adds type and resource name.
class Log {
  public:
    explicit Log(std::shared_ptr<ResourceMonitor> monitor) noexcept
        : monitor_(std::move(monitor)) {}

    template <class... Parts>
    void information(const Parts&... parts) const noexcept {
        write(LOG_INFORMATION, parts...);
    }
    template <class... Parts>
    void warning(const Parts&... parts) const noexcept {
        write(LOG_WARNING, parts...);
    }
    template <class... Parts>
    void error(const Parts&... parts) const noexcept {
        write(LOG_ERROR, parts...);
    }

  private:
    template <class... Parts>
    void write(LOG_LEVEL level, const Parts&... parts) const noexcept {
        LogLine line(*monitor_, level);
        (line.append(parts), ...);
        line.flush();
    }

    std::shared_ptr<ResourceMonitor> monitor_;
};

}  // namespace resforge
