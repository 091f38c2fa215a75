"""Deliberate defects that show only under a condition: an empty value, a second resource, a failure."""

from __future__ import annotations

from .mutants import CACHED, EVERYTHING, SYNCHRONOUS, Mutant, mutant

# fmt: off
CONDITIONAL_MUTANTS = (
    mutant("thrown-pending-passed-on", "barrier",
           "    const DWORD result = guarded(log, where, std::forward<Function>(function));\n"
           "    if (result != ERROR_IO_PENDING) {",
           "    bool returned = false;\n"
           "    const DWORD result = guarded(log, where, [&] {\n"
           "        const DWORD status = std::forward<Function>(function)();\n"
           "        returned = true;\n"
           "        return status;\n"
           "    });\n"
           "    if (!returned || result != ERROR_IO_PENDING) {", "contexts", schema=SYNCHRONOUS),
    mutant("wait-of-no-time-deaf", "contexts",
           "            const DWORD left = time_left(start, milliseconds);\n"
           "            const DWORD heartbeat",
           "            const DWORD left = time_left(start, milliseconds);\n"
           "            if (left == 0) {\n"
           "                return Wait::timed_out;\n"
           "            }\n"
           "            const DWORD heartbeat", "contexts"),
    mutant("rubbish-behind-fixed-text", "control_buffer",
           "        take_text(offset, length * sizeof(WCHAR), value);",
           "        if (status_ == ERROR_SUCCESS &&\n"
           "            load<WCHAR>(bytes_, offset + (length - 1) * sizeof(WCHAR)) != 0) {\n"
           "            status_ = ERROR_INVALID_DATA;\n"
           "        }\n"
           "        take_text(offset, length * sizeof(WCHAR), value);", "codes"),
    mutant("no-bytes-need-a-buffer", "control_buffer",
           "        if (bytes.size() > output_size_) {",
           "        if (output_ == nullptr || bytes.size() > output_size_) {", "codes"),
    mutant("no-counter-no-more-data", "control_buffer",
           "status == ERROR_MORE_DATA && counted_ == 0;",
           "status == ERROR_MORE_DATA &&\n"
           "                             (bytes_returned_ == nullptr || *bytes_returned_ == 0);", "controls"),
    mutant("thrown-refusal-passed-on", "controls",
           "                status = refusal(guarded(resource_.log, \"the hook validate\", [&] {\n"
           "                    return instance_.hooks.validate(context_, proposed_block(resource_, list));\n"
           "                }));",
           "                status = guarded(resource_.log, \"the hook validate\", [&] {\n"
           "                    return refusal(\n"
           "                        instance_.hooks.validate(context_, proposed_block(resource_, list)));\n"
           "                });", "properties"),
    mutant("renamed-to-nothing", "controls",
           "if (renamed && !text.empty()) {",
           "if (renamed && has_terminator(data)) {", "controls"),
    mutant("reason-while-online-only", "controls",
           "            resource_.state_change_reason.store(load<DWORD>(",
           "            if (instance_.state() != State::online) {\n"
           "                return ERROR_SUCCESS;\n"
           "            }\n"
           "            resource_.state_change_reason.store(load<DWORD>(", "lifecycle"),
    mutant("online-asked-behind-hook", "controls",
           "        const bool online = instance_.state() == State::online;\n"
           "        if constexpr (HasPropertiesChanged<Hooks, Properties>) {\n"
           "            if (outcome.changed) {\n"
           "                ControlContext<Properties> context(resource_, *stop_, nullptr, true);\n"
           "                instance_.hooks.properties_changed(context, resource_.readable_block());\n"
           "            }\n"
           "        }\n",
           "        if constexpr (HasPropertiesChanged<Hooks, Properties>) {\n"
           "            if (outcome.changed) {\n"
           "                ControlContext<Properties> context(resource_, *stop_, nullptr, true);\n"
           "                instance_.hooks.properties_changed(context, resource_.readable_block());\n"
           "            }\n"
           "        }\n"
           "        const bool online = instance_.state() == State::online;\n", "properties"),
    mutant("failed-place-counted", "handle_table",
           "        std::size_t slot = 0;\n"
           "        while (slot < slots_.size() && slots_[slot].item != nullptr) {\n"
           "            ++slot;\n"
           "        }\n"
           "        if (slot == slots_.size()) {\n"
           "            slots_.emplace_back();\n"
           "        }\n"
           "        slots_[slot] = {++generation_, std::move(item)};\n"
           "        ++live_;\n",
           "        ++live_;\n"
           "        std::size_t slot = 0;\n"
           "        while (slot < slots_.size() && slots_[slot].item != nullptr) {\n"
           "            ++slot;\n"
           "        }\n"
           "        if (slot == slots_.size()) {\n"
           "            slots_.emplace_back();\n"
           "        }\n"
           "        slots_[slot] = {++generation_, std::move(item)};\n", "faults"),
    mutant("close-counts-terminate", "instance",
           "        if (!life_.enter_close()) {\n"
           "            resource.log.warning(\"Close came while the resource was not offline\");\n"
           "            terminate();\n"
           "        }\n"
           "        const Deadline deadline(kBudgets.close);\n",
           "        const Deadline deadline(kBudgets.close);\n"
           "        if (!life_.enter_close()) {\n"
           "            resource.log.warning(\"Close came while the resource was not offline\");\n"
           "            terminate();\n"
           "        }\n", "races"),
    mutant("close-hook-of-failed-open", "instance",
           "            return hooks.open(context);",
           "            const DWORD status = hooks.open(context);\n"
           "            if (status != ERROR_SUCCESS) {\n"
           "                run_close_hook();\n"
           "            }\n"
           "            return status;", "barriers"),
    mutant("key-failure-without-code", "instance",
           "resource.log.error(\"opening the key Parameters failed with error \", status);",
           "resource.log.error(\"opening the key Parameters failed\");", "faults"),
    mutant("activity-renewed-offline-only", "life_cycle",
           "        if (!terminating_ && !closing_ && activity_->requested()) {",
           "        if (state_ == State::offline && !terminating_ && !closing_ && activity_->requested()) {", "contexts"),
    mutant("first-out-is-idle", "log",
           "        if (--inside_ == 0 && closed_) {",
           "        --inside_;\n"
           "        if (closed_) {", "watched"),
    mutant("stop-looked-at-too-early", "log",
           "        if (!enter()) {\n"
           "            return false;\n"
           "        }\n"
           "        const auto go_on = static_cast<DWORD>(ResourceExitStateContinue);\n"
           "        const DWORD answer =\n"
           "            stop.requested() ? ~go_on",
           "        const bool stopped = stop.requested();\n"
           "        if (!enter()) {\n"
           "            return false;\n"
           "        }\n"
           "        const auto go_on = static_cast<DWORD>(ResourceExitStateContinue);\n"
           "        const DWORD answer =\n"
           "            stopped ? ~go_on", "races"),
    mutant("heartbeat-clock-wraps", "operation",
           "        const ULONGLONG now = ::GetTickCount64();\n"
           "        const ULONGLONG next = next_report_.load();\n"
           "        return !pends_ ? DWORD{INFINITE} : next <= now ? DWORD{0} : static_cast<DWORD>(next - now);",
           "        const auto now = static_cast<DWORD>(::GetTickCount64());\n"
           "        const auto next = static_cast<DWORD>(next_report_.load());\n"
           "        return !pends_ ? DWORD{INFINITE} : next <= now ? DWORD{0} : next - now;", "pending"),
    mutant("checkpoint-of-16-bits", "operation",
           "std::atomic<DWORD> checkpoint_{0};",
           "std::atomic<WORD> checkpoint_{0};", "pending"),
    mutant("reporting-of-all", "operation",
           "std::atomic<bool> reporting_{false};",
           "static inline std::atomic<bool> reporting_{false};", "instances"),
    mutant("format-of-the-first", "property_controls",
           "            items[place->second] = std::move(item);",
           "            Item& kept = items[place->second];\n"
           "            kept.name = std::move(item.name);\n"
           "            kept.value = std::move(item.value);", "properties"),
    mutant("failed-write-nameless", "property_controls",
           "resource.log.error(\"storing the property \", item.name, \" failed with error \",\n"
           "                               outcome.status);",
           "resource.log.error(\"storing a property failed with error \", outcome.status);", "faults"),
    mutant("type-of-the-first-read", "property_store",
           "            status = read(key, name, value.type, value.data.data(), size);",
           "            DWORD type_again = REG_NONE;\n"
           "            status = read(key, name, type_again, value.data.data(), size);", "properties"),
    mutant("late-key-for-reading", "property_store",
           "        const DWORD status = open_key(resource_.get(), kParameters, kValueAccess, key);\n",
           "        const DWORD status = open_key(resource_.get(), kParameters, KEY_QUERY_VALUE, key);\n", "properties"),
    mutant("created-key-closed-twice", "property_store",
           "            resource_.get(), kParameters, 0, kValueAccess, nullptr, &key, &disposition));\n"
           "        if (status == ERROR_SUCCESS) {\n"
           "            key = adopt(key);\n"
           "        }",
           "            resource_.get(), kParameters, 0, kValueAccess, nullptr, &key, &disposition));\n"
           "        if (status == ERROR_SUCCESS) {\n"
           "            const HKEY kept = adopt(key);\n"
           "            if (kept != key) {\n"
           "                ::ClusterRegCloseKey(key);\n"
           "            }\n"
           "            key = kept;\n"
           "        }", "races", schema=CACHED),
    mutant("unknown-word-stored", "property_value",
           "        case Format::long_:\n"
           "            return DWORD{REG_DWORD};",
           "        case Format::long_:\n"
           "        case Format::word:\n"
           "            return DWORD{REG_DWORD};", "properties"),
    mutant("published-forgotten-by-online", "resource",
           "                decode_property(property, encode_property(property, stored_), *block);\n"
           "            }\n"
           "        }\n"
           "        in_force_ = std::move(block);",
           "                decode_property(property, encode_property(property, stored_), *block);\n"
           "            }\n"
           "        }\n"
           "        published_.assign(table.size(), false);\n"
           "        in_force_ = std::move(block);", "properties", schema=SYNCHRONOUS),
    mutant("unusable-property-nameless", "resource",
           "log.error(\"the property \", property.name, \" cannot be used (error \", status, \")\");",
           "log.error(\"a property cannot be used (error \", status, \")\");", "properties"),
    mutant("change-lock-of-all", "resource",
           "    Lock change_lock_;\n",
           "    static inline Lock change_lock_;\n", "instances"),
    mutant("poll-borrows-instance", "resource_dll",
           "        const std::shared_ptr<ThisInstance> instance = instances().find(resid);\n"
           "        if (instance == nullptr) {\n"
           "            return FALSE;",
           "        ThisInstance* const instance = instances().find(resid).get();\n"
           "        if (instance == nullptr) {\n"
           "            return FALSE;", "races"),
    mutant("removed-behind-close", "resource_dll",
           "        if (const std::shared_ptr<ThisInstance> instance = instances().remove(resid)) {\n"
           "            instance->close();",
           "        if (const std::shared_ptr<ThisInstance> instance = instances().find(resid)) {\n"
           "            instance->close();\n"
           "            static_cast<void>(instances().remove(resid));", "races"),
    mutant("type-code-throws-pending", "resource_dll",
           "        return control.checked(caught.code == ERROR_SUCCESS ? status : caught.code);",
           "        return caught.code == ERROR_SUCCESS ? control.checked(status) : caught.code;", "codes"),
    mutant("deadline-wraps", "sync",
           "    explicit Deadline(DWORD milliseconds) noexcept : end_(::GetTickCount64() + milliseconds) {}\n"
           "    DWORD remaining() const noexcept {\n"
           "        const ULONGLONG now = ::GetTickCount64();\n"
           "        return now >= end_ ? 0 : static_cast<DWORD>(end_ - now);\n"
           "    }\n"
           "\n"
           "  private:\n"
           "    ULONGLONG end_;",
           "    explicit Deadline(DWORD milliseconds) noexcept\n"
           "        : end_(static_cast<DWORD>(::GetTickCount64()) + milliseconds) {}\n"
           "    DWORD remaining() const noexcept {\n"
           "        const auto now = static_cast<DWORD>(::GetTickCount64());\n"
           "        return now >= end_ ? 0 : end_ - now;\n"
           "    }\n"
           "\n"
           "  private:\n"
           "    DWORD end_;", "deaf"),
    mutant("type-value-written-again", "type_controls",
           "            type.store.write_changed(item.name.c_str(), {*registry_type(item.format), item.value});",
           "            type.store.write(item.name.c_str(), {*registry_type(item.format), item.value});", "controls"),
    mutant("division-is-multiplication", "upper_case",
           "{0x00E0, 0x00F6, 1, -32},    {0x00F8, 0x00FE, 1, -32},",
           "{0x00E0, 0x00FE, 1, -32},", "properties"),
    Mutant("g-output-of-failed-hook", "everything_type.g.cpp",
           "        return status == ERROR_SUCCESS ? call.answer(output) : status;",
           "        const DWORD answered = call.answer(output);\n"
           "        return status == ERROR_SUCCESS ? answered : status;", EVERYTHING, ("codes",)),
    Mutant("g-output-of-the-last-call", "everything_type.g.cpp",
           "        RotateOutput output;\n",
           "        static RotateOutput output;\n", EVERYTHING, ("codes",)),
    Mutant("g-copy-forgets-memory", "cached_type.g.h",
           "        slot = other.slot;\n",
           "", CACHED, ("properties",)),
)
# fmt: on
