"""Deliberate defects in what hooks are given, in races, in the log, and in generated code."""

from __future__ import annotations

from .mutants import CACHED, EVERYTHING, SYNCHRONOUS, Mutant, mutant

__all__ = ["MORE_MUTANTS"]


def generated(name: str, file: str, old: str, new: str, *hint: str, schema: str) -> Mutant:
    """Make one mutant of a generated source."""
    return Mutant(name, file, old, new, schema, hint)


_HOOKS = (
    # What hooks are given.
    mutant("open-sees-defaults", "instance",
           "        resource.begin_with(std::make_shared<const Properties>(resource.readable_block()));\n",
           "", "contexts"),
    mutant("latest-values-old", "contexts", "latest_properties() const { return resource_.in_force(); }",
           "latest_properties() const { return properties_; }", "contexts"),
    mutant("proposed-values-old", "property_controls",
           "            decode_property(*item.property, item.value, proposed);",
           "            static_cast<void>(proposed);", "properties"),
    mutant("changed-values-of-the-period", "controls", "properties_changed(context, resource_.readable_block())",
           "properties_changed(context, *resource_.in_force())", "properties"),
    mutant("notification-without-text", "controls", "Notification{call_.code(), data, text}",
           "Notification{call_.code(), data, Text()}", "contexts"),
    mutant("notification-swallowed", "controls", "            instance_.hooks.notified(context_,",
           "            if (renamed) instance_.hooks.notified(context_,", "contexts"),
    mutant("wait-until-deaf", "contexts", "            if (stop_requested()) {\n                return Wait::stopped;",
           "            if (false) {\n                return Wait::stopped;", "contexts"),
    mutant("wait-until-overshoots", "contexts", "wait_for(std::min(left, std::max(interval, DWORD{1})))",
           "wait_for(std::max(interval, DWORD{1}))", "contexts"),
    mutant("wait-until-gives-up-early", "contexts", "            if (left == 0) {", "            if (left <= interval) {",
           "contexts"),
    mutant("short-waits-deaf", "contexts", "if (stop_.wait(std::min(left, heartbeat)) || !heartbeat_sent()) {",
           "if ((left < 20'000 ? (::Sleep(left), false) : stop_.wait(std::min(left, heartbeat))) ||\n"
           "                !heartbeat_sent()) {", "pending"),
    mutant("heartbeat-tires", "operation", "if (!pends_ ||", "if (!pends_ || checkpoint_ > 20 ||",
           "pending"),
    mutant("publish-changes-any", "resource", "        if (!property.read_only) {\n            return ERROR_INVALID_PARAMETER;",
           "        if (false) {\n            return ERROR_INVALID_PARAMETER;", "contexts"),
    mutant("terminate-spares-controls", "instance", "            period->end();\n        }\n        life_.stop_activity();",
           "            period->end();\n        }", "contexts"),
    mutant("close-spares-controls", "instance",
           "        const Deadline deadline(kBudgets.close);\n        life_.stop_activity();",
           "        const Deadline deadline(kBudgets.close);", "contexts"),
    # Results of hooks.
    mutant("io-pending-from-hook", "barrier", "    if (result != ERROR_IO_PENDING) {", "    if (true) {", "contexts"),
    mutant("io-pending-from-control", "control_buffer", "return status == ERROR_IO_PENDING || no_size ?",
           "return no_size ?", "codes"),
    mutant("more-data-from-control", "control_buffer", "return status == ERROR_IO_PENDING || no_size ?",
           "return status == ERROR_IO_PENDING ?", "codes"),
    mutant("exception-text-lost", "barrier", "            text[i] = what[i];", "            text[i] = 0;", "contexts"),
    mutant("exception-text-overflows", "barrier", "i + 1 < sizeof text", "i < sizeof text", "contexts"),
    mutant("system-error-zero", "sync", "code_(code == ERROR_SUCCESS ? DWORD{ERROR_GEN_FAILURE} : code)",
           "code_(code)", "contexts"),
    # Log.
    mutant("spurious-error", "instance", "        if (given_up) {", "        if (true) {", "lifecycle"),
    mutant("no-warning-at-close", "instance",
           '            resource.log.warning("Close came while the resource was not offline");\n', "", "misuse"),
    mutant("budget-off-by-one", "resource_dll", "        if (taken > budget_) {", "        if (taken >= budget_) {", "contexts"),
    mutant("budget-not-watched", "resource_dll", "        if (taken > budget_) {", "        if (false) {", "contexts"),
    mutant("failed-write-not-logged", "property_controls",
           '            resource.log.error("storing the property ", item.name, " failed with error ",\n'
           "                               outcome.status);\n", "", "faults"),
    # Order of things.
    mutant("identifier-reused-later", "handle_table", "        slots_[slot] = {++generation_, std::move(item)};",
           "        generation_ = generation_ % 100 + 1;\n        slots_[slot] = {generation_, std::move(item)};",
           "misuse"),
    mutant("online-beside-old-hook", "instance", "            return ERROR_BUSY;\n        }\n        resource.state_change_reason",
           "        }\n        resource.state_change_reason", "pending"),
    mutant("close-hook-lost", "life_cycle", "        operation.finished = !operation.overdue;\n", "", "lifecycle"),
    mutant("close-hook-lost-after-failure", "life_cycle", "            operation.finished = true;\n", "", "faults"),
    mutant("offline-beside-terminate", "life_cycle", "if (state_ != from || terminating_ || closing_)",
           "if (state_ != from || closing_)", "concurrency"),
    mutant("terminate-hook-too-early", "instance", "        stop_everything(operation.get());\n        // First,",
           "        run_terminate_hook();\n        stop_everything(operation.get());\n        // First,",
           "pending"),
    mutant("worker-joined-before-it-starts", "instance",
           "        const bool hook_ended =\n            operation == nullptr || operation->done().wait(deadline.remaining());\n"
           "        const bool worker_ended = life_.join_worker(deadline);\n",
           "        const bool worker_ended = life_.join_worker(deadline);\n"
           "        const bool hook_ended =\n            operation == nullptr || operation->done().wait(deadline.remaining());\n",
           "races"),
    mutant("only-1-means-stop", "log", "return answer == go_on;", "return answer != ResourceExitStateTerminate;",
           "pending"),
    mutant("arbitrates", "resource_dll", "&is_alive, nullptr, nullptr,",
           "&is_alive, [](RESID, PQUORUM_RESOURCE_LOST) noexcept -> DWORD { return 0; },\n"
           "         [](RESID) noexcept -> DWORD { return 0; },",
           "startup"),
    mutant("late-offline-forgotten", "instance", "        if (!current) {\n            clean_up_late(operation);",
           "        if (!current) {", "pending"),
    mutant("offline-reports-after-terminate", "instance",
           "        operation->stop().request();\n        static_cast<void>(life_.join_worker(Deadline(kBudgets.terminate)));\n",
           "", "races"),
    mutant("change-lost-beside-online", "resource", "        const std::scoped_lock changing(change_lock_);\n", "", "races"),
    mutant("former-value-not-moved", "instance", "            resource.store_former_values();\n", "", "properties"),
    mutant("former-value-not-moved-by-reading", "resource", "    void flush_published() {\n        store_former_values();",
           "    void flush_published() {", "properties"),
    mutant("health-thread-lazy", "instance", "period->stop().wait(kSettings.timeouts.health_interval)",
           "period->stop().wait(2 * kSettings.timeouts.health_interval)", "polling", schema=CACHED),
    mutant("failed-write-forgotten", "property_controls", "                               outcome.status);\n            break;",
           "                               outcome.status);", "faults"),
    mutant("damaged-number-accepted-code", "resource", "(status != ERROR_SUCCESS || !given ||", "(!given ||",
           "properties", schema=SYNCHRONOUS),
    mutant("module-not-kept", "sync", "&module) != FALSE;", "&module) == FALSE;", "pending"),
    mutant("empty-value-at-the-end", "property_list", "list_.size() - offset_ >= 4 && load<DWORD>(list_, offset_) == 0",
           "list_.size() - offset_ >= 5 && load<DWORD>(list_, offset_) == 0", "properties"),
    mutant("empty-unknown-texts", "property_table", "static_cast<Format>(number) == Format::multi_sz && value.size()",
           "static_cast<Format>(number) != Format::multi_sz && value.size()", "properties"),
    mutant("late-online-forgotten", "instance", "        clean_up_late(operation);\n        return ERROR_OPERATION_ABORTED;\n    }\n\n    DWORD finish_offline",
           "        return ERROR_OPERATION_ABORTED;\n    }\n\n    DWORD finish_offline", "concurrency", schema=SYNCHRONOUS),
)  # fmt: skip

_EVERY = "everything_type.g"
_SYNC = "synchronous_type.g"

_GENERATED = (
    generated("members-swapped", f"{_EVERY}.h", ".member = &Properties::any_count,", ".member = &Properties::restarts,",
              "properties", schema=EVERYTHING),
    generated("member-of-another-text", f"{_EVERY}.h", ".member = &Properties::command_line,",
              ".member = &Properties::state_text,", "properties", schema=EVERYTHING),
    generated("default-value", f"{_EVERY}.h", "LONG any_level = 0;", "LONG any_level = 1;", "properties", schema=EVERYTHING),
    generated("name-in-another-case", f"{_EVERY}.h", 'RESFORGE_TEXT("AnyLevel")', 'RESFORGE_TEXT("Anylevel")',
              "controls", schema=EVERYTHING),
    generated("takes-effect-later", f"{_EVERY}.h",
              ".member = &Properties::enabled,\n        .range = resforge::range<DWORD>(0, 1),\n"
              "        .takes_effect = resforge::TakesEffect::immediately,",
              ".member = &Properties::enabled,\n        .range = resforge::range<DWORD>(0, 1),",
              "properties", schema=EVERYTHING),
    generated("function-number", f"{_EVERY}.h", "kPingCode = 0x012FFFFC", "kPingCode = 0x012FFFF8", "codes", schema=EVERYTHING),
    generated("codes-swapped", f"{_EVERY}.cpp", "return serve_ping(hooks, context, call);",
              "return serve_dump(hooks, context, call);", "codes", schema=EVERYTHING),
    generated("allowed-in-fewer-states", f"{_EVERY}.cpp",
              "            case kPingCode:\n                return resforge::allowed::kOffline | ",
              "            case kPingCode:\n                return ", "codes", schema=EVERYTHING),
    generated("not-allowed-offlining", f"{_EVERY}.cpp",
              "            case kPingCode:\n                return resforge::allowed::kOffline | resforge::allowed::kOnlinePending |\n"
              "                       resforge::allowed::kOnline | resforge::allowed::kOfflinePending;",
              "            case kPingCode:\n                return resforge::allowed::kOffline | resforge::allowed::kOnlinePending |\n"
              "                       resforge::allowed::kOnline;", "codes", schema=EVERYTHING),
    generated("subclass", f"{_EVERY}.cpp", ".subclass = 0x00000005", ".subclass = 0x00000004", "controls", schema=EVERYTHING),
    generated("heartbeat", f"{_EVERY}.cpp", ".heartbeat = 60000", ".heartbeat = 60001", "pending", schema=EVERYTHING),
    generated("budget-of-terminate", f"{_SYNC}.cpp", ".terminate = 200", ".terminate = 199", "concurrency", schema=SYNCHRONOUS),
    generated("budget-of-control", f"{_SYNC}.cpp", ".control = 180", ".control = 181", "contexts", schema=SYNCHRONOUS),
    generated("single-instance", f"{_SYNC}.cpp", ".single_instance_per_node = true", ".single_instance_per_node = false",
              "instances", schema=SYNCHRONOUS),
)  # fmt: skip

MORE_MUTANTS = (*_HOOKS, *_GENERATED)
