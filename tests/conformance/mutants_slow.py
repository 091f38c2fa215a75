"""Deliberate defects that show when a thread is held up, when time is long, or in memory."""

from __future__ import annotations

from .mutants import CACHED, PATIENT, SYNCHRONOUS, mutant

SLOW_MUTANTS = (
    mutant("stop-event-before-request", "sync",
           "        requested_.store(true);\n"
           "        event_.set();",
           "        event_.set();\n"
           "        requested_.store(true);", "slow"),
    mutant("reports-beside-each-other", "operation",
           "reporting_.exchange(true)",
           "(reporting_.store(true), false)", "slow"),
    mutant("progress-after-close-goes-on", "log",
           "        if (!enter()) {\n"
           "            return false;",
           "        if (!enter()) {\n"
           "            return true;", "pending"),
    mutant("unwanted-watch-not-joined", "instance",
           "        if (watch != nullptr && !watch->thread->join(kBudgets.terminate)) {\n"
           "            leave_thread_behind();\n"
           "        }\n",
           "", "slow", schema=CACHED),
    mutant("close-hook-may-run-twice", "life_cycle",
           "return !std::exchange(close_hook_taken_, true);",
           "return true;", "slow", schema=CACHED),
    mutant("check-of-a-period-that-is-over", "resource",
           "begun_.wait(INFINITE) && !stop_.requested();",
           "begun_.wait(INFINITE);", "slow", schema=CACHED),
    mutant("monitor-of-a-period-that-is-over", "resource",
           "begun_.wait(INFINITE) && !stop_.requested();",
           "begun_.wait(INFINITE);", "slow", schema=SYNCHRONOUS),
    mutant("online-waits-for-itself", "life_cycle",
           " || overdue.get() == &operation ||",
           " ||", "slow", schema=SYNCHRONOUS),
    mutant("no-event-with-the-last-report", "operation",
           "        status.EventHandle = event;\n",
           "", "events", schema=PATIENT),
    mutant("cancelled-online-beside-the-next", "life_cycle",
           "            if (operation_.get() == &operation && !terminating_) {\n"
           "                state_ = to;",
           "            if (!terminating_) {\n"
           "                state_ = to;", "slow"),
    mutant("cancelled-online-beside-close", "life_cycle",
           "            if (operation_.get() == &operation && !terminating_) {\n"
           "                state_ = to;",
           "            if (operation_.get() == &operation) {\n"
           "                state_ = to;", "slow", schema=SYNCHRONOUS),
    mutant("bad-health-at-first", "resource",
           "healthy_{true};",
           "healthy_{false};", "polling", schema=CACHED),
    mutant("first-health-too-old", "resource",
           "checked_at_{::GetTickCount64()};",
           "checked_at_{0};", "polling", schema=CACHED),
    mutant("activity-renewed-beside-terminate", "life_cycle",
           "if (!terminating_ && !closing_ && activity_->requested()) {",
           "if (activity_->requested()) {", "races"),
    mutant("endless-wait-ends", "contexts",
           "milliseconds == INFINITE ? DWORD{INFINITE}\n"
           "               : passed",
           "passed", "contexts", schema=SYNCHRONOUS),
    mutant("wait-without-pause-spins", "contexts",
           "std::max(interval, DWORD{1})",
           "interval", "contexts"),
    mutant("long-form-accepted", "text",
           "character < kSmallest[size] || ",
           "", "logging"),
    mutant("other-replacement-character", "text",
           "kReplacementCharacter = 0xFFFD",
           "kReplacementCharacter = 0x3F", "logging"),
    mutant("first-astral-character", "text",
           "        } else if (character < 0x10000) {\n"
           "            utf8 +=",
           "        } else if (character <= 0x10000) {\n"
           "            utf8 +=", "contexts"),
    mutant("semaphore-of-two-places", "single_instance",
           "::CreateSemaphoreW(nullptr, 1, 1, name.c_str())",
           "::CreateSemaphoreW(nullptr, 1, 2, name.c_str())", "instances", schema=SYNCHRONOUS),
    mutant("places-never-used-again", "handle_table",
           "        std::size_t slot = 0;",
           "        std::size_t slot = slots_.size();", "instances"),
    mutant("places-kept-behind-the-last-close", "handle_table",
           "            std::vector<Slot>().swap(slots_);",
           "            static_cast<void>(slots_);", "instances"),
    mutant("body-of-threads-kept", "sync",
           "        const std::unique_ptr<std::function<void()>> body(\n"
           "            static_cast<std::function<void()>*>(parameter));",
           "        auto* const body = static_cast<std::function<void()>*>(parameter);", "instances"),
)  # fmt: skip
