"""Deliberate defects that no scenario noticed at first: second times, late ends, failing calls."""

from __future__ import annotations

from .mutants import CACHED, PATIENT, SYNCHRONOUS, mutant

JUDGED_MUTANTS = (
    mutant("late-return-beside-terminate-hook", "instance",
           "if (hook_runs && !life_.mark_overdue()) {",
           "if (hook_runs) life_.mark_overdue();\n"
           "        if (false) {", "races"),
    mutant("period-kept-behind-terminate", "instance",
           "        resource.set_period(nullptr);\n"
           "        life_",
           "        life_", "watched", schema=SYNCHRONOUS),
    mutant("period-kept-behind-offline", "instance",
           "[this] { resource.set_period(nullptr); });",
           "[] {});", "watched", schema=SYNCHRONOUS),
    mutant("silence-with-other-budget", "instance",
           "static_cast<void>(life_.join_worker(Deadline(kBudgets.terminate)));",
           "static_cast<void>(life_.join_worker(Deadline(kBudgets.offline)));", "watched", schema=PATIENT),
    mutant("watch-unfinished-when-never-begun", "instance",
           "                        self->run_watch(period);\n"
           "                    }\n"
           "                    self->clean_up_late(*watch);",
           "                        self->run_watch(period);\n"
           "                        self->clean_up_late(*watch);\n"
           "                    }", "watched", schema=CACHED),
    mutant("terminated-not-reset", "life_cycle",
           "                terminated_.reset();\n",
           "", "concurrency"),
    mutant("close-of-failed-without-terminate", "life_cycle",
           "        closing_ = true;\n"
           "        return state_ == State::offline;",
           "        closing_ = true;\n"
           "        return state_ == State::offline || state_ == State::failed;", "misuse", schema=SYNCHRONOUS),
    mutant("stored-code-outside-online", "controls",
           "const bool online = instance_.state() == State::online;",
           "const bool online = instance_.state() != State::offline;", "properties"),
    mutant("changed-untold-behind-failed-write", "controls",
           "            if (outcome.changed) {",
           "            if (outcome.changed && outcome.status == ERROR_SUCCESS) {", "properties"),
    mutant("stored-code-hides-failed-write", "controls",
           "if (outcome.status == ERROR_SUCCESS && outcome.waits_online && online) {",
           "if (outcome.waits_online && online) {", "properties"),
    mutant("unreadable-required-is-missing", "resource",
           "const bool was_read = status == ERROR_SUCCESS || given;",
           "const bool was_read = true;", "faults"),
    mutant("database-error-is-default", "resource",
           "        if (status == ERROR_FILE_NOT_FOUND) {\n"
           "            value = encode",
           "        if (status != ERROR_SUCCESS) {\n"
           "            value = encode", "faults"),
    mutant("open-swallows-denied-key", "property_store",
           "        if (status != ERROR_FILE_NOT_FOUND) {\n"
           "            return status;\n"
           "        }\n"
           "        const DWORD own",
           "        if (status == ERROR_SUCCESS) {\n"
           "            return status;\n"
           "        }\n"
           "        const DWORD own", "faults"),
    mutant("failed-write-of-published-forgotten", "resource",
           "        if (status == ERROR_SUCCESS) {\n"
           "            const std::scoped_lock guard(lock_);\n"
           "            unwritten_[index_of(property)] = encode",
           "        {\n"
           "            const std::scoped_lock guard(lock_);\n"
           "            unwritten_[index_of(property)] = encode", "properties"),
    mutant("older-late-hook-forgotten", "life_cycle",
           "if (runs(operation_) && !runs(overdue_)) {",
           "if (runs(operation_)) {", "races", schema=SYNCHRONOUS),
    mutant("failed-write-of-a-type-hidden", "type_controls",
           "for (std::size_t i = 0; status == ERROR_SUCCESS && i <",
           "for (std::size_t i = 0; (status == ERROR_SUCCESS || i > 0) && i <", "faults"),
    mutant("first-failed-write-of-a-type-hidden", "type_controls",
           "for (std::size_t i = 0; status == ERROR_SUCCESS && i <",
           "for (std::size_t i = 0; i <", "faults"),
    mutant("unknown-of-any-value-type", "property_table",
           "if ((listed.syntax & 0xFFFF0000) != kListValueType || !registry_type(number)) {",
           "if (!registry_type(number)) {", "properties"),
    mutant("pending-from-open", "resource_dll",
           'guarded_operation(log, "Open", [&] {',
           'guarded(log, "Open", [&] {', "contexts"),
    mutant("pending-states-mixed-up", "controls",
           "            return allowed::kOfflinePending;",
           "            return allowed::kOnlinePending;", "codes", schema=SYNCHRONOUS),
    mutant("empty-entry", "log",
           "        if (size_ != 0) {\n",
           "        {\n", "logging"),
    mutant("idle-before-close", "log",
           "if (--inside_ == 0 && closed_) {",
           "if (--inside_ == 0) {", "watched"),
    mutant("unknown-place-is-taken", "single_instance",
           "            return last_error();",
           "            return ERROR_OBJECT_ALREADY_EXISTS;", "instances", schema=SYNCHRONOUS),
    mutant("next-heartbeat-behind-the-answer", "operation",
           "        const bool go_on = monitor_->report(status, stop_);\n",
           "        const bool go_on = monitor_->report(status, stop_);\n"
           "        next_report_.store(::GetTickCount64() + heartbeat_);\n", "slow"),
    mutant("values-in-force-copied-too-early", "resource",
           "        const std::scoped_lock guard(lock_);\n"
           "        *changed = *in_force_;\n"
           "        for (const Change& change : changes) {",
           "        *changed = *in_force();\n"
           "        const std::scoped_lock guard(lock_);\n"
           "        for (const Change& change : changes) {", "races"),
)  # fmt: skip
