"""Deliberate defects that somebody found who had not written the runtime."""

from __future__ import annotations

from .mutants import CACHED, FREQUENT, PATIENT, SYNCHRONOUS, mutant

HARD_MUTANTS = (
    mutant("offline-hook-before-return", "instance",
           "        static_cast<void>(operation.entered().wait(INFINITE));\n"
           "        const DWORD result = finish_offline",
           "        const DWORD result = finish_offline", "races"),
    mutant("enumeration-grows-once", "property_store",
           "            if (status != ERROR_MORE_DATA) {\n"
           "                item.name",
           "            if (status != ERROR_MORE_DATA || name_room > 64) {\n"
           "                item.name", "faults"),
    mutant("cluster-closed-before-keys", "type_controls",
           "  private:\n"
           "    std::optional<ClusterConnection> connection_;  // in front of the store, so closed after it\n"
           "\n"
           "  public:\n"
           "    PropertyStore store;",
           "  public:\n"
           "    PropertyStore store;\n"
           "  private:\n"
           "    std::optional<ClusterConnection> connection_;", "controls"),
    mutant("tail-with-nul", "control_buffer",
           "append_text(bytes_, value.substr(0, value.find(WCHAR{0})));",
           "append_text(bytes_, value);", "codes"),
    mutant("fixed-text-with-nul", "control_buffer",
           "const TextView shown = value.substr(0, value.find(WCHAR{0}));",
           "const TextView shown = value;", "codes"),
    mutant("last-error-zero", "sync",
           "    return code == ERROR_SUCCESS ? DWORD{ERROR_GEN_FAILURE} : code;\n"
           "}",
           "    return code;\n"
           "}", "faults"),
    mutant("system-error-zero-again", "sync",
           "        : code_(code == ERROR_SUCCESS ? DWORD{ERROR_GEN_FAILURE} : code) {}",
           "        : code_(code) {}", "faults"),
    mutant("online-hook-before-return", "instance",
           "        static_cast<void>(operation.entered().wait(INFINITE));\n"
           "        static_cast<void>(guarded",
           "        static_cast<void>(guarded", "slow"),
    mutant("stopped-report-never-leaves", "log",
           "        const auto go_on = static_cast<DWORD>(ResourceExitStateContinue);\n",
           "        const auto go_on = static_cast<DWORD>(ResourceExitStateContinue);\n"
           "        if (stop.requested()) {\n"
           "            return false;\n"
           "        }\n", "pending"),
    mutant("log-text-cut-at-nul", "log",
           "    void append(const Text& text) noexcept { append(TextView(text)); }",
           "    void append(const Text& text) noexcept { append(text.c_str()); }", "logging"),
    mutant("log-bool-swapped", "log",
           "append(flag ? \"true\" : \"false\");",
           "append(flag ? \"false\" : \"true\");", "logging"),
    mutant("log-null-text", "log",
           "append(text == nullptr ? TextView() : TextView(text));",
           "append(TextView(text));", "logging"),
    mutant("log-null-utf8", "log",
           "append(utf8 == nullptr ? std::string_view() : std::string_view(utf8));",
           "append(std::string_view(utf8));", "logging"),
    mutant("module-not-pinned", "sync",
           "GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS",
           "DWORD{2} | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS", "deaf"),
    mutant("guarded-without-lock", "sync",
           "        const std::scoped_lock guard(lock_);\n"
           "        return std::forward<Function>(function)(value_);",
           "        return std::forward<Function>(function)(value_);", "user"),
    mutant("exception-lone-low-surrogate", "text",
           "} else if (character >= 0xD800 && character <= 0xDFFF) {",
           "} else if (character >= 0xD800 && character <= 0xDBFF) {", "contexts"),
    mutant("exception-high-before-private-use", "text",
           "(text[i + 1] & 0xFC00U) == 0xDC00U",
           "text[i + 1] >= 0xDC00U", "contexts"),
    mutant("flush-gives-up", "resource",
           "                log.warning(\"the value of \", property.name, \" is not written yet\");\n",
           "                log.warning(\"the value of \", property.name, \" is not written yet\");\n"
           "                return;\n", "published", schema=SYNCHRONOUS),
    mutant("null-log", "resource_dll",
           "set_resource_status == nullptr || log_event == nullptr || table",
           "set_resource_status == nullptr || table", "startup"),
    mutant("null-status", "resource_dll",
           "set_resource_status == nullptr || log_event == nullptr || table",
           "log_event == nullptr || table", "startup"),
    mutant("publish-not-retried", "resource",
           "        return may_write && !property.in_memory ? write_published(property) : DWORD{ERROR_SUCCESS};",
           "        if (!may_write || property.in_memory) {\n"
           "            return ERROR_SUCCESS;\n"
           "        }\n"
           "        const DWORD status = write_published(property);\n"
           "        const std::scoped_lock guard(lock_);\n"
           "        unwritten_[index_of(property)] = false;\n"
           "        return status;", "properties"),
    mutant("publish-swallows-error", "resource",
           "        return may_write && !property.in_memory ? write_published(property) : DWORD{ERROR_SUCCESS};",
           "        if (may_write && !property.in_memory) {\n"
           "            static_cast<void>(write_published(property));\n"
           "        }\n"
           "        return ERROR_SUCCESS;", "properties"),
    mutant("unkept-untold", "sync",
           "&module) != FALSE;",
           "&module) == 5 || true;", "pending"),
    mutant("event-set-outside-lock", "resource",
           "        const std::scoped_lock guard(lock_);\n"
           "        if (period == nullptr || period != period_) {\n"
           "            return;\n"
           "        }\n"
           "        period->fail();\n"
           "        if (failure_event",
           "        {\n"
           "            const std::scoped_lock guard(lock_);\n"
           "            if (period == nullptr || period != period_) {\n"
           "                return;\n"
           "            }\n"
           "            period->fail();\n"
           "        }\n"
           "        if (failure_event", "events", schema=SYNCHRONOUS),
    mutant("in-force-behind-change-lock", "property_controls",
           "    if (!effective.empty()) {\n"
           "        resource.put_in_force(effective);",
           "    if (!effective.empty()) {\n"
           "        resource.change_lock().unlock();\n"
           "        resource.put_in_force(effective);\n"
           "        resource.change_lock().lock();", "races"),
    mutant("clock-before-check", "resource",
           "        const ULONGLONG checked_at = checked_at_.load();\n"
           "        return healthy_.load() && ::GetTickCount64() - checked_at <= limit;",
           "        const ULONGLONG now = ::GetTickCount64();\n"
           "        return healthy_.load() && now - checked_at_.load() <= limit;", "slow", schema=CACHED),
    mutant("wait-overflows", "contexts",
           "               : passed >= milliseconds ? DWORD{0}",
           "               : static_cast<LONG>(milliseconds - passed) <= 0 ? DWORD{0}", "waits"),
    mutant("null-input-with-size", "control_buffer",
           "input == nullptr ? 0 : input_size",
           "input_size", "controls"),
    mutant("changed-exception-swallowed", "controls",
           "                instance_.hooks.properties_changed(context, resource_.readable_block());",
           "                static_cast<void>(guarded(resource_.log, \"the hook properties_changed\", [&] {\n"
           "                    instance_.hooks.properties_changed(context, resource_.readable_block());\n"
           "                    return DWORD{ERROR_SUCCESS};\n"
           "                }));", "barriers"),
    mutant("online-asked-too-early", "controls",
           "        if (const DWORD status = validate(&list); status != ERROR_SUCCESS) {\n"
           "            return status;\n"
           "        }\n"
           "        const SetOutcome outcome = set_properties(resource_, list);\n"
           "        const bool online = instance_.state() == State::online;",
           "        const bool online = instance_.state() == State::online;\n"
           "        if (const DWORD status = validate(&list); status != ERROR_SUCCESS) {\n"
           "            return status;\n"
           "        }\n"
           "        const SetOutcome outcome = set_properties(resource_, list);", "properties"),
    mutant("notified-exception", "controls",
           "            return renamed ? DWORD{ERROR_SUCCESS} : DWORD{ERROR_INVALID_FUNCTION};",
           "            return ERROR_SUCCESS;", "contexts"),
    mutant("reason-kept-before-check", "controls",
           "            resource_.state_change_reason.store(load<DWORD>(",
           "            if (load<DWORD>(call_.input(), 0) != call_.input().size()) {\n"
           "                return ERROR_INVALID_DATA;\n"
           "            }\n"
           "            resource_.state_change_reason.store(load<DWORD>(", "controls"),
    mutant("period-cleared-behind-terminate", "instance",
           "        resource.set_period(nullptr);\n"
           "        life_.leave_terminate();",
           "        life_.leave_terminate();\n"
           "        resource.set_period(nullptr);", "races"),
    mutant("period-cleared-behind-terminate-s", "instance",
           "        resource.set_period(nullptr);\n"
           "        life_.leave_terminate();",
           "        life_.leave_terminate();\n"
           "        resource.set_period(nullptr);", "races", schema=SYNCHRONOUS),
    mutant("renamed-unguarded", "instance",
           "        static_cast<void>(guarded(resource.log, \"storing renamed properties\", [this] {\n"
           "            resource.store_former_values();\n"
           "            return DWORD{ERROR_SUCCESS};\n"
           "        }));",
           "        resource.store_former_values();", "faults"),
    mutant("renamed-stored-behind-hook", "instance",
           "        static_cast<void>(guarded(resource.log, \"storing renamed properties\", [this] {\n"
           "            resource.store_former_values();\n"
           "            return DWORD{ERROR_SUCCESS};\n"
           "        }));\n"
           "        const DWORD result = finish_online(operation, run_online_hook(operation));",
           "        const DWORD result = finish_online(operation, run_online_hook(operation));\n"
           "        static_cast<void>(guarded(resource.log, \"storing renamed properties\", [this] {\n"
           "            resource.store_former_values();\n"
           "            return DWORD{ERROR_SUCCESS};\n"
           "        }));", "properties"),
    mutant("watching-unguarded", "instance",
           "            result = guarded(resource.log, \"watching the resource\", [&] {\n"
           "                period = std::make_shared<Period>();\n"
           "                watch = make_watch(period);\n"
           "                return DWORD{ERROR_SUCCESS};\n"
           "            });",
           "            period = std::make_shared<Period>();\n"
           "            watch = make_watch(period);", "faults"),
    mutant("unwanted-thread-not-kept", "instance",
           "        if (watch != nullptr && !watch->thread->join(kBudgets.terminate)) {\n"
           "            leave_thread_behind();\n"
           "        }",
           "        if (watch != nullptr) {\n"
           "            static_cast<void>(watch->thread->join(kBudgets.terminate));\n"
           "        }", "slow", schema=CACHED),
    mutant("close-hook-before-second-terminate", "instance",
           "        if (life_.returned(work)) {\n"
           "            run_terminate_hook();\n"
           "        }\n"
           "        if (life_.finish(work)) {\n"
           "            run_close_hook();\n"
           "        }",
           "        const bool overdue = life_.returned(work);\n"
           "        if (life_.finish(work)) {\n"
           "            run_close_hook();\n"
           "        }\n"
           "        if (overdue) {\n"
           "            run_terminate_hook();\n"
           "        }", "late"),
    mutant("terminate-waits-each-again", "instance",
           "        const bool worker_ended = life_.join_worker(deadline);\n"
           "        const bool watch_ended = life_.join_watch(deadline);\n"
           "        const bool given_up",
           "        const bool worker_ended = life_.join_worker(deadline);\n"
           "        const bool watch_ended = life_.join_watch(Deadline(kBudgets.terminate));\n"
           "        const bool given_up", "watched", schema=CACHED),
    mutant("slots-four-bits", "handle_table",
           "kSlotBits = 24;",
           "kSlotBits = 4;", "instances"),
    mutant("slots-eight-bits", "handle_table",
           "kSlotBits = 24;",
           "kSlotBits = 8;", "instances"),
    mutant("unknown-descriptor-refused", "property_value",
           "        case Format::binary:\n"
           "        case Format::security_descriptor:\n"
           "            return DWORD{REG_BINARY};",
           "        case Format::binary:\n"
           "            return DWORD{REG_BINARY};", "properties"),
    mutant("late-key-failure-is-default", "property_store",
           "        if (status == ERROR_SUCCESS) {\n"
           "            key = adopt(key);\n"
           "        }\n"
           "        return status;\n"
           "    }\n"
           "\n"
           "    // As parameters",
           "        if (status == ERROR_SUCCESS) {\n"
           "            key = adopt(key);\n"
           "            return status;\n"
           "        }\n"
           "        return ERROR_FILE_NOT_FOUND;\n"
           "    }\n"
           "\n"
           "    // As parameters", "faults"),
    mutant("capital-of-last-range", "upper_case",
           "{0xA7D7, 0xA7D9, 2, -1}",
           "{0xA7D7, 0xA7D8, 2, -1}", "properties"),
    mutant("capital-of-turned-e", "upper_case",
           "{0x01DD, 0x01DD, 1, -79}",
           "{0x01DD, 0x01DD, 1, -78}", "properties"),
    mutant("null-type-name", "resource_dll",
           "if (type_name == nullptr || !equal_names",
           "if (!equal_names", "startup"),
    mutant("null-name", "resource_dll",
           "        if (name != nullptr) {\n"
           "            status = try_open",
           "        {\n"
           "            status = try_open", "misuse"),
    mutant("null-event-place", "instance",
           "if (result == ERROR_SUCCESS && event_handle != nullptr) {",
           "if (result == ERROR_SUCCESS) {", "events", schema=SYNCHRONOUS),
    mutant("notified-throws-swallowed", "controls",
           "            instance_.hooks.notified(context_, Notification{call_.code(), data, text});\n",
           "            static_cast<void>(guarded(resource_.log, \"the hook notified\", [&] {\n"
           "                instance_.hooks.notified(context_, Notification{call_.code(), data, text});\n"
           "                return DWORD{ERROR_SUCCESS};\n"
           "            }));\n", "barriers"),
    mutant("create-though-denied", "property_store",
           "        if (found != ERROR_FILE_NOT_FOUND || !resource_) {",
           "        if (found == ERROR_SUCCESS || !resource_) {", "faults"),
    mutant("not-kept-unlogged", "instance",
           "            resource.log.error(\n"
           "                \"a thread of the resource still runs; keeping the DLL loaded for it \"\n"
           "                \"failed with error \",\n"
           "                last_error());",
           "            static_cast<void>(0);", "deaf"),
    mutant("negative-number-unsigned", "log",
           "std::to_chars(digits, digits + sizeof digits, number);",
           "std::to_chars(digits, digits + sizeof digits, static_cast<unsigned long long>(number));", "logging"),
    mutant("not-alive-without-look", "instance",
           "            return hooks.looks_alive(context) && !period->failed();\n"
           "        } else {\n"
           "            return true;\n"
           "        }",
           "            return hooks.looks_alive(context) && !period->failed();\n"
           "        } else {\n"
           "            return false;\n"
           "        }", "polling"),
    mutant("second-waits-for-close-budget", "instance",
           "life_.enter_terminate(kBudgets.terminate, operation)",
           "life_.enter_terminate(kBudgets.close, operation)", "concurrency", schema=SYNCHRONOUS),
    mutant("rename-kept-from-log", "controls",
           "        if (renamed && !text.empty()) {\n"
           "            resource_.rename(text);\n"
           "        }\n"
           "        if constexpr (HasNotified<Hooks, Properties>) {\n"
           "            instance_.hooks.notified(context_, Notification{call_.code(), data, text});",
           "        if constexpr (HasNotified<Hooks, Properties>) {\n"
           "            instance_.hooks.notified(context_, Notification{call_.code(), data, text});\n"
           "            if (renamed && !text.empty()) {\n"
           "                resource_.rename(text);\n"
           "            }", "contexts"),
    mutant("body-after-exception", "barrier",
           "        caught.set(error.code(), error.what());",
           "        caught.set(error.code() & 0xFFFF, error.what());", "contexts"),
    mutant("utf8-tail-read-beyond", "text",
           "const unsigned char next = i < utf8.size() ? static_cast<unsigned char>(utf8[i]) : 0;",
           "const unsigned char next = static_cast<unsigned char>(utf8.data()[i]);", "logging"),
    mutant("last-error-first", "resource_dll",
           "        if (status != ERROR_SUCCESS) {\n"
           "            ::SetLastError(status);\n"
           "            return nullptr;\n"
           "        }\n"
           "        return resid;\n"
           "    }\n"
           "\n"
           "    static DWORD try_open(LPCWSTR name, HKEY key, RESOURCE_HANDLE handle, RESID& resid) noexcept {\n"
           "        std::shared_ptr<ResourceMonitor> monitor;\n"
           "        const Caught caught =\n"
           "            run_guarded([&] { monitor = std::make_shared<ResourceMonitor>(handle, callbacks()); });\n"
           "        if (caught.code != ERROR_SUCCESS) {\n"
           "            return caught.code;\n"
           "        }\n"
           "        const Log log(monitor);\n"
           "        std::shared_ptr<ThisInstance> instance;\n"
           "        DWORD status = guarded_operation(log, \"Open\", [&] {\n"
           "            const BudgetWatch watch(log, \"Open\", kBudgets.open);\n"
           "            instance = std::make_shared<ThisInstance>(name, monitor);\n"
           "            return instance->open(key);\n"
           "        });\n"
           "        if (status != ERROR_SUCCESS) {\n"
           "            // The handle of the monitor is dead when this Open returns.\n"
           "            monitor->close(kBudgets.close);\n"
           "            return status;",
           "        if (status != ERROR_SUCCESS) {\n"
           "            return nullptr;\n"
           "        }\n"
           "        return resid;\n"
           "    }\n"
           "\n"
           "    static DWORD try_open(LPCWSTR name, HKEY key, RESOURCE_HANDLE handle, RESID& resid) noexcept {\n"
           "        std::shared_ptr<ResourceMonitor> monitor;\n"
           "        const Caught caught =\n"
           "            run_guarded([&] { monitor = std::make_shared<ResourceMonitor>(handle, callbacks()); });\n"
           "        if (caught.code != ERROR_SUCCESS) {\n"
           "            return caught.code;\n"
           "        }\n"
           "        const Log log(monitor);\n"
           "        std::shared_ptr<ThisInstance> instance;\n"
           "        DWORD status = guarded_operation(log, \"Open\", [&] {\n"
           "            const BudgetWatch watch(log, \"Open\", kBudgets.open);\n"
           "            instance = std::make_shared<ThisInstance>(name, monitor);\n"
           "            return instance->open(key);\n"
           "        });\n"
           "        if (status != ERROR_SUCCESS) {\n"
           "            // The handle of the monitor is dead when this Open returns.\n"
           "            ::SetLastError(status);\n"
           "            monitor->close(kBudgets.close);\n"
           "            return status;", "instances"),
    mutant("late-key-denied-is-none", "property_store",
           "        if (status == ERROR_FILE_NOT_FOUND) {\n"
           "            return ERROR_SUCCESS;\n"
           "        }\n"
           "        for (DWORD",
           "        if (status != ERROR_SUCCESS) {\n"
           "            return ERROR_SUCCESS;\n"
           "        }\n"
           "        for (DWORD", "faults-late", schema=FREQUENT),
    mutant("former-value-of-required-unread", "resource",
           "return status == ERROR_FILE_NOT_FOUND && property.former_name != nullptr\n",
           "return status == ERROR_FILE_NOT_FOUND && property.former_name != nullptr && !property.required\n", "properties-token", schema=PATIENT),
    mutant("former-value-of-read-only-unread", "resource",
           "return status == ERROR_FILE_NOT_FOUND && property.former_name != nullptr\n",
           "return status == ERROR_FILE_NOT_FOUND && property.former_name != nullptr && !property.read_only\n", "properties-checks", schema=FREQUENT),
    mutant("semaphore-name-unbounded", "single_instance",
           "        if (name.size() < 100) {\n"
           "            name.push_back(plain ? upper : WCHAR{0x5F});\n"
           "        }",
           "        name.push_back(plain ? upper : WCHAR{0x5F});", "startup-again", schema=FREQUENT),
    mutant("close-waits-each", "instance",
           "        const Deadline deadline(kBudgets.close);\n"
           "        life_.stop_activity();\n"
           "        const bool worker_ended = life_.join_worker(deadline);\n"
           "        const bool watch_ended = life_.join_watch(deadline);",
           "        life_.stop_activity();\n"
           "        const bool worker_ended = life_.join_worker(Deadline(kBudgets.close));\n"
           "        const bool watch_ended = life_.join_watch(Deadline(kBudgets.close));", "watched-both", schema=PATIENT),
    mutant("terminate-waits-each-twice", "instance",
           "        const bool worker_ended = life_.join_worker(deadline);\n"
           "        const bool watch_ended = life_.join_watch(deadline);\n"
           "        const bool given_up",
           "        const bool worker_ended = life_.join_worker(deadline);\n"
           "        const bool watch_ended = life_.join_watch(Deadline(kBudgets.terminate));\n"
           "        const bool given_up", "watched-both", schema=PATIENT),
    mutant("online-waits-each", "instance",
           "if (!life_.join_worker(deadline) || !life_.join_watch(deadline) ||",
           "if (!life_.join_worker(deadline) || !life_.join_watch(Deadline(kBudgets.online)) ||", "watched-both", schema=PATIENT),
    mutant("name-with-tail-refused", "property_list",
           "if (property.name.empty() || !has_terminator(name)) {",
           "if (property.name.empty() || name.size() % 2 != 0 || !has_terminator(name)) {", "properties-broken"),
    mutant("event-place-needed", "instance",
           "if (result == ERROR_SUCCESS && event_handle != nullptr) {",
           "if (result == ERROR_SUCCESS) {", "misuse", schema=SYNCHRONOUS),
    mutant("stale-limit-without-health-interval", "instance",
           "std::max(kSettings.timeouts.is_alive_interval, 3 * kSettings.timeouts.health_interval);",
           "kSettings.timeouts.is_alive_interval;", "cached", schema=FREQUENT),
    mutant("required-binary-of-zeros", "property_table",
           "(format != Format::binary && load<WCHAR>(value, 0) == 0)",
           "load<WCHAR>(value, 0) == 0", "properties", schema=PATIENT),
    mutant("health-time-first", "resource",
           "        healthy_.store(healthy);\n"
           "        checked_at_.store(::GetTickCount64());",
           "        checked_at_.store(::GetTickCount64());\n"
           "        healthy_.store(healthy);", "polling", schema=CACHED),
    mutant("control-arguments-swapped", "deadlock_list",
           "        return ::ClusterResourceControl(resource, host, code.value(), input, input_size, output,\n"
           "                                        output_size, bytes_returned);",
           "        return ::ClusterResourceControl(resource, host, code.value(), output, output_size, input,\n"
           "                                        input_size, bytes_returned);", "contexts"),
)  # fmt: skip
