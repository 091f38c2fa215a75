"""Deliberate defects of small things: what is left behind, waits, reports, answers to a stop."""

from __future__ import annotations

from .mutants import CACHED, SYNCHRONOUS, mutant

SMALL_MUTANTS = (
    mutant("callbacks-of-refused-startup", "resource_dll",
           "        if (minimum_version > CLRES",
           "        {\n"
           "            const std::scoped_lock guard(callbacks_lock_);\n"
           "            callbacks_ = {set_resource_status, log_event};\n"
           "        }\n"
           "        if (minimum_version > CLRES", "startup"),
    mutant("table-not-looked-at", "resource_dll",
           "log_event == nullptr || table == nullptr) {",
           "log_event == nullptr) {", "startup"),
    mutant("full-text-accepted", "control_buffer",
           "if (shown.size() >= length) {",
           "if (shown.size() > length) {", "codes"),
    mutant("grown-value-lost", "property_store",
           "            if (status != ERROR_MORE_DATA) {\n"
           "                value.data.resize(size);",
           "            if (true) {\n"
           "                value.data.resize(size);", "faults"),
    mutant("log-after-failed-open", "resource_dll",
           "            monitor->close(kBudgets.close);\n",
           "", "logging"),
    mutant("second-terminate-does-not-wait", "life_cycle",
           "        static_cast<void>(terminated_.wait(milliseconds));\n",
           "", "concurrency"),
    mutant("second-synchronous-terminate-does-not-wait", "life_cycle",
           "        static_cast<void>(terminated_.wait(milliseconds));\n",
           "", "races", schema=SYNCHRONOUS),
    mutant("deadline-too-short", "sync",
           "end_(::GetTickCount64() + milliseconds)",
           "end_(::GetTickCount64() + milliseconds - 1)", "pending"),
    mutant("deadline-too-long", "sync",
           "end_(::GetTickCount64() + milliseconds)",
           "end_(::GetTickCount64() + milliseconds + 1)", "pending"),
    mutant("success-though-stopped", "life_cycle",
           "state_ = operation.stop().requested() ? State::failed : to;",
           "state_ = to;", "pending"),
    mutant("set-name-untold", "controls",
           "            instance_.hooks.notified(context_, ",
           "            if (!renamed) instance_.hooks.notified(context_, ", "contexts"),
    mutant("case-sensitive-list", "property_controls",
           "places_.try_emplace(upper_case(item.name), items.size())",
           "places_.try_emplace(item.name, items.size())", "properties"),
    mutant("watched-though-stopped", "instance",
           "if (result == ERROR_SUCCESS && !operation.stop().requested()) {",
           "if (result == ERROR_SUCCESS) {", "pending", schema=CACHED),
    mutant("late-signal-accepted", "resource",
           "period == nullptr || period != period_",
           "period == nullptr", "watched", schema=SYNCHRONOUS),
    mutant("offline-waits-as-online", "instance",
           "if (!life_.join_watch(Deadline(kBudgets.offline))) {",
           "if (!life_.join_watch(Deadline(kBudgets.online))) {", "watched", schema=SYNCHRONOUS),
    mutant("online-waits-as-open", "instance",
           "        const Deadline deadline(kBudgets.online);",
           "        const Deadline deadline(kBudgets.open);", "watched", schema=SYNCHRONOUS),
    mutant("close-waits-as-terminate", "instance",
           "        const Deadline deadline(kBudgets.close);",
           "        const Deadline deadline(kBudgets.terminate);", "watched", schema=SYNCHRONOUS),
    mutant("terminate-waits-as-close", "instance",
           "        const Deadline deadline(kBudgets.terminate);",
           "        const Deadline deadline(kBudgets.close);", "watched", schema=SYNCHRONOUS),
    mutant("given-up-thread-unlogged", "instance",
           '            resource.log.warning("the health thread did not end in time; Offline goes on");\n',
           "", "watched", schema=CACHED),
    mutant("given-up-thread-forgotten", "instance",
           "            life_.mark_watch_overdue();\n",
           "", "watched", schema=CACHED),
    mutant("online-beside-health-thread", "instance",
           "if (!life_.join_worker(deadline) || !life_.join_watch(deadline) ||",
           "if (!life_.join_worker(deadline) ||", "watched", schema=CACHED),
    mutant("online-beside-monitor", "instance",
           "if (!life_.join_worker(deadline) || !life_.join_watch(deadline) ||",
           "if (!life_.join_worker(deadline) ||", "watched", schema=SYNCHRONOUS),
    mutant("module-not-kept-for-health-thread", "instance",
           "        if (!worker_ended || !watch_ended) {\n"
           "            leave_thread_behind();",
           "        if (!worker_ended) {\n"
           "            leave_thread_behind();", "watched", schema=CACHED),
    mutant("close-beside-health-thread", "instance",
           "        const bool watch_ended = life_.join_watch(deadline);\n"
           "        if (!worker_ended",
           "        const bool watch_ended = true;\n"
           "        if (!worker_ended", "watched", schema=CACHED),
    mutant("module-not-kept-for-worker", "instance",
           "        if (!worker_ended || !watch_ended) {\n"
           "            leave_thread_behind();\n"
           "        }\n"
           "        if (life_.leave_close",
           "        if (life_.leave_close", "pending"),
    mutant("close-beside-worker", "instance",
           "        const bool worker_ended = life_.join_worker(deadline);\n"
           "        const bool watch_ended = life_.join_watch(deadline);\n"
           "        if (!worker_ended",
           "        const bool worker_ended = true;\n"
           "        const bool watch_ended = life_.join_watch(deadline);\n"
           "        if (!worker_ended", "pending"),
    mutant("looks-alive-after-signal-of-check", "instance",
           "        if (period == nullptr || period->failed()) {\n"
           "            return false;\n"
           "        }\n"
           "        if constexpr (kSettings.detection == Detection::cached_health) {\n"
           "            return period->healthy(kStaleHealth);\n"
           "        } else if",
           "        if (period == nullptr) {\n"
           "            return false;\n"
           "        }\n"
           "        if constexpr (kSettings.detection == Detection::cached_health) {\n"
           "            return period->healthy(kStaleHealth);\n"
           "        } else if", "watched", schema=CACHED),
    mutant("is-alive-after-signal-of-check", "instance",
           "        if (period == nullptr || period->failed()) {\n"
           "            return false;\n"
           "        }\n"
           "        if constexpr (kSettings.detection == Detection::cached_health) {\n"
           "            return period->healthy(kStaleHealth);\n"
           "        } else {",
           "        if (period == nullptr) {\n"
           "            return false;\n"
           "        }\n"
           "        if constexpr (kSettings.detection == Detection::cached_health) {\n"
           "            return period->healthy(kStaleHealth);\n"
           "        } else {", "watched", schema=CACHED),
    mutant("online-beside-late-hook", "instance",
           " ||\n"
           "            !life_.wait_for_overdue(operation, deadline)) {",
           ") {", "races", schema=SYNCHRONOUS),
    mutant("late-offline-succeeds", "instance",
           "            clean_up_late(operation);\n"
           "            return ERROR_OPERATION_ABORTED;",
           "            clean_up_late(operation);\n"
           "            return ERROR_SUCCESS;", "concurrency", schema=SYNCHRONOUS),
    mutant("late-online-succeeds", "instance",
           "        clean_up_late(operation);\n"
           "        return ERROR_OPERATION_ABORTED;\n"
           "    }\n"
           "\n"
           "    DWORD finish_offline",
           "        clean_up_late(operation);\n"
           "        return ERROR_SUCCESS;\n"
           "    }\n"
           "\n"
           "    DWORD finish_offline", "concurrency", schema=SYNCHRONOUS),
    mutant("online-without-worker", "instance",
           "start_worker(operation, State::failed, &Instance::run_offline)",
           "start_worker(operation, State::online, &Instance::run_offline)", "faults"),
    mutant("offline-without-worker", "instance",
           "start_worker(operation, State::failed, &Instance::run_offline)",
           "start_worker(operation, State::offline, &Instance::run_offline)", "faults"),
    mutant("failed-without-worker", "instance",
           "start_worker(operation, State::offline, &Instance::run_online)",
           "start_worker(operation, State::failed, &Instance::run_online)", "faults"),
    mutant("failed-before-online", "instance",
           "            return cancel(*operation, State::offline, status);\n"
           "        }\n"
           "        if constexpr (kSettings.online_pends)",
           "            return cancel(*operation, State::failed, status);\n"
           "        }\n"
           "        if constexpr (kSettings.online_pends)", "properties"),
    mutant("busy-unlogged", "instance",
           '            resource.log.error("a thread of the last online period still runs");\n',
           "", "pending"),
    mutant("stop-event-reset", "sync",
           "::CreateEventW(nullptr, TRUE,",
           "::CreateEventW(nullptr, FALSE,", "contexts"),
    mutant("online-after-close", "life_cycle",
           "        closing_ = true;\n",
           "", "races"),
    mutant("synchronous-online-after-close", "life_cycle",
           "        closing_ = true;\n",
           "", "races", schema=SYNCHRONOUS),
    mutant("online-while-closing", "life_cycle",
           "if (state_ != from || terminating_ || closing_)",
           "if (state_ != from || terminating_)", "races"),
    mutant("in-memory-value-written", "resource",
           "unwritten_[index_of(property)] = !property.in_memory;\n"
           "        in_force_ = std::move(changed);",
           "unwritten_[index_of(property)] = true;\n"
           "        in_force_ = std::move(changed);", "properties"),
    mutant("published-value-not-kept", "resource",
           "        published_[index_of(property)] = true;\n",
           "", "properties"),
    mutant("terminate-writes", "instance",
           "TerminateContext<Properties> context(resource, never_, nullptr, false);",
           "TerminateContext<Properties> context(resource, never_, nullptr, true);", "properties"),
    mutant("open-writes", "instance",
           "OpenContext<Properties> context(resource, never_, nullptr, false);",
           "OpenContext<Properties> context(resource, never_, nullptr, true);", "properties"),
    mutant("close-writes", "instance",
           "CloseContext<Properties> context(resource, never_, nullptr, false);",
           "CloseContext<Properties> context(resource, never_, nullptr, true);", "properties"),
    mutant("monitor-writes-late", "instance",
           "MonitorContext<Properties> context(resource, period->stop(), nullptr, true);",
           "MonitorContext<Properties> context(resource, period->stop(), nullptr, false);", "properties", schema=SYNCHRONOUS),
    mutant("online-writes-in-call", "instance",
           "OnlineContext<Properties> context(resource, operation.stop(), &operation,\n"
           "                                              operation.pends());",
           "OnlineContext<Properties> context(resource, operation.stop(), &operation,\n"
           "                                              true);", "properties", schema=SYNCHRONOUS),
    mutant("published-value-never-written", "resource",
           "unwritten_[index_of(property)] = !property.in_memory;\n"
           "        in_force_ = std::move(changed);",
           "unwritten_[index_of(property)] = false;\n"
           "        in_force_ = std::move(changed);", "properties"),
    mutant("in-memory-value-flushed", "resource",
           "            if (!unwritten_[index_of(property)]) {",
           "            if (!unwritten_[index_of(property)] && !property.in_memory) {", "properties"),
    mutant("close-does-not-wait-for-log", "log",
           "            static_cast<void>(idle_.wait(milliseconds));",
           "", "watched"),
    mutant("close-waits-no-time-for-log", "instance",
           "resource.monitor->close(kBudgets.close);",
           "resource.monitor->close(0);", "watched"),
    mutant("end-of-log-untold", "log",
           "            idle_.set();",
           "            static_cast<void>(idle_);", "watched"),
    mutant("offline-beside-report", "instance",
           "        if (!life_.join_worker(Deadline(kBudgets.offline))) {\n"
           "            return cancel(*operation, State::failed, ERROR_BUSY);\n"
           "        }\n",
           "", "watched"),
    mutant("busy-offline-code", "instance",
           "return cancel(*operation, State::failed, ERROR_BUSY);",
           "return cancel(*operation, State::failed, ERROR_INVALID_STATE);", "watched"),
    mutant("terminate-beside-last-report", "instance",
           "        operation->stop().request();\n"
           "        static_cast<void>(life_.join_worker(Deadline(kBudgets.terminate)));",
           "        operation->stop().request();", "watched"),
    mutant("health-thread-before-report", "instance",
           "        operation.done().set();\n"
           "        operation.report_final(\n"
           "            result == ERROR_SUCCESS ? ClusterResourceOnline",
           "        operation.done().set();\n"
           "        begin_period(result);\n"
           "        operation.report_final(\n"
           "            result == ERROR_SUCCESS ? ClusterResourceOnline", "watched", schema=CACHED),
    mutant("wrong-entry-in-log", "resource_dll",
           'call(resid, "Offline", kBudgets.offline',
           'call(resid, "Online", kBudgets.offline', "contexts", schema=SYNCHRONOUS),
    mutant("offline-hook-after-terminate", "instance",
           "        if (!life_.is_current(operation)) {\n"
           "            return ERROR_OPERATION_ABORTED;\n"
           "        }\n"
           '        return guarded_operation(resource.log, "the hook offline"',
           '        return guarded_operation(resource.log, "the hook offline"', "watched", schema=CACHED),
    mutant("second-instance-unlogged", "instance",
           '            resource.log.error("another resource of this type is open on this node");\n',
           "", "instances", schema=SYNCHRONOUS),
    mutant("wrong-hook-in-log", "instance",
           '"the hook online"',
           '"the hook offline"', "barriers"),
    mutant("capital-of-capitals", "upper_case",
           "(unit - range->first) % range->step != 0",
           "false", "properties"),
    mutant("fullwidth-letters-forgotten", "upper_case",
           "    {0xFF41, 0xFF5A, 1, -32},\n",
           "", "properties"),
    mutant("last-letter-forgotten", "upper_case",
           "unit <= 0x7A;",
           "unit < 0x7A;", "properties"),
    mutant("semaphore-of-a-spelling", "single_instance",
           "const WCHAR upper = upper_case(unit);",
           "const WCHAR upper = unit;", "instances", schema=SYNCHRONOUS),
    mutant("semaphore-of-a-logon", "single_instance",
           '"Global\\\\resforge', '"Local\\\\resforge', "instances", schema=SYNCHRONOUS),
    mutant("semaphore-without-hash", "single_instance",
           "for (int shift = 60; shift >= 0;", "for (int shift = 60; shift >= 64;",
           "instances", schema=SYNCHRONOUS),
    mutant("semaphore-kept", "single_instance",
           "            ::ReleaseSemaphore(semaphore_.get(), 1, nullptr);\n",
           "            static_cast<void>(semaphore_);\n", "instances", schema=SYNCHRONOUS),
    mutant("progress-says-go-on", "operation",
           "            return !stop_.requested();\n", "            return true;\n", "pending"),
    mutant("synchronous-progress", "operation",
           "if (!pends_ || reporting_", "if (reporting_", "lifecycle",
           schema=SYNCHRONOUS),
    mutant("log-control-character", "log", "unit < 0x20 ||", "unit < 0x1F ||", "logging"),
    mutant("empty-required-value", "resource",
           "|| !given || is_empty_value(property.format, value))", "|| !given)", "properties"),
    mutant("stored-range-ignored", "resource",
           "if (status == ERROR_SUCCESS && !fits(property, value, given)) {", "if (false) {",
           "properties"),
    mutant("stored-range-code", "resource",
           "                status = ERROR_INVALID_PARAMETER;\n            }\n"
           "            if (status != ERROR_SUCCESS) {\n                log.error",
           "                status = ERROR_INVALID_DATA;\n            }\n"
           "            if (status != ERROR_SUCCESS) {\n                log.error", "properties"),
    mutant("enumeration-error-swallowed", "property_store",
           "return status == ERROR_NO_MORE_ITEMS ? DWORD{ERROR_SUCCESS} : status;",
           "return DWORD{ERROR_SUCCESS};", "faults"),
)  # fmt: skip
