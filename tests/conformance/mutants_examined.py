"""Deliberate defects of an examination from outside, which planted where nobody had."""

from __future__ import annotations

from .mutants import CACHED, EVERYTHING, PATIENT, SYNCHRONOUS, Mutant, mutant

# fmt: off
EXAMINED_MUTANTS = (
    mutant("multi-string-size-in-units", "cluster_api",
           "        *value = static_cast<LPWSTR>(static_cast<void*>(bytes));",
           "        *value = static_cast<LPWSTR>(static_cast<void*>(bytes));\n"
           "        *size /= 2;", "user"),
    mutant("signal-of-another-period", "contexts",
           "resource_.signal_failure(period_); }",
           "resource_.signal_failure(resource_.period()); }", "late", schema=SYNCHRONOUS),
    mutant("name-not-kept", "contexts",
           "TextView resource_name() const noexcept { return *name_; }",
           "TextView resource_name() const noexcept { return *resource_.name(); }", "races"),
    mutant("truth-of-one-byte", "control_buffer",
           "DWORD number = value ? 1 : 0;",
           "BYTE number = value ? 1 : 0;", "codes"),
    mutant("changed-hook-writes-late", "controls",
           "ControlContext<Properties> context(resource_, *stop_, nullptr, true);",
           "ControlContext<Properties> context(resource_, *stop_, nullptr, false);", "published"),
    mutant("worker-control-sizes-swapped", "deadlock_list",
           "::ClusterResourceControl(resource, host, code, input, input_size, output,\n"
           "                                        output_size, bytes_returned);",
           "::ClusterResourceControl(resource, host, code, input, output_size, output,\n"
           "                                        input_size, bytes_returned);", "user"),
    mutant("handle-with-failed-report", "instance",
           "result == ERROR_SUCCESS ? failure_event() : nullptr);",
           "failure_event());", "lifecycle", schema=PATIENT),
    mutant("looks-alive-deaf", "instance",
           "HealthContext<Properties> context(resource, period->stop(), nullptr, false);\n"
           "            return hooks.looks_alive",
           "HealthContext<Properties> context(resource, never_, nullptr, false);\n"
           "            return hooks.looks_alive", "late"),
    mutant("close-waits-for-log-as-terminate", "instance",
           "        resource.monitor->close(kBudgets.close);",
           "        resource.monitor->close(kBudgets.terminate);", "slow", schema=SYNCHRONOUS),
    mutant("worker-let-go-too-early", "instance",
           "            life_.keep_worker(std::make_shared<Thread>(",
           "            operation->entered().set();\n"
           "            life_.keep_worker(std::make_shared<Thread>(", "races"),
    mutant("state-beside-terminate", "life_cycle",
           "return terminating_ ? State::failed : state_;",
           "return state_;", "races"),
    mutant("activity-unlocked", "life_cycle",
           "        {\n"
           "            const std::scoped_lock guard(lock_);\n"
           "            if (!activity_->requested()) {\n"
           "                return activity_;\n"
           "            }\n"
           "        }",
           "        if (!activity_->requested()) {\n"
           "            return activity_;\n"
           "        }", "races"),
    mutant("operation-kept-behind-terminate", "life_cycle",
           "            operation_.reset();\n"
           "            terminating_ = false;",
           "            terminating_ = false;", "late"),
    mutant("terminated-told-too-early", "life_cycle",
           "    void leave_terminate() noexcept {\n"
           "        {",
           "    void leave_terminate() noexcept {\n"
           "        terminated_.set();\n"
           "        {", "concurrency"),
    mutant("torn-beyond-plane-four", "log",
           "(size_ == kLimit - 1 && is_high_surrogate(unit))",
           "(size_ == kLimit - 1 && (unit & 0xFF00U) == 0xD800U)", "logging"),
    mutant("log-line-one-too-short", "log",
           "WCHAR units_[kLimit + 1];",
           "WCHAR units_[kLimit];", "logging"),
    mutant("log-after-leaving", "log",
           "        callbacks_.log_event(handle_, level, RESFORGE_TEXT(\"%1!ws!\"), text);\n"
           "        leave();",
           "        leave();\n"
           "        callbacks_.log_event(handle_, level, RESFORGE_TEXT(\"%1!ws!\"), text);", "late"),
    mutant("log-under-the-lock", "log",
           "        if (!enter()) {\n"
           "            return;\n"
           "        }\n"
           "        callbacks_.log_event(handle_, level, RESFORGE_TEXT(\"%1!ws!\"), text);\n"
           "        leave();",
           "        const std::scoped_lock guard(lock_);\n"
           "        if (closed_) {\n"
           "            return;\n"
           "        }\n"
           "        callbacks_.log_event(handle_, level, RESFORGE_TEXT(\"%1!ws!\"), text);", "slow"),
    mutant("heartbeat-due-now-is-later", "operation",
           "next <= now ? DWORD{0}",
           "next < now ? DWORD{0}\n"
           "               : next == now ? DWORD{1}", "pending"),
    mutant("validate-sees-values-in-force", "property_controls",
           "Properties proposed = resource.readable_block();",
           "Properties proposed = *resource.in_force();", "properties"),
    mutant("set-without-change-lock", "property_controls",
           "    const std::scoped_lock changing(resource.change_lock());\n",
           "", "races"),
    mutant("late-key-leaked", "property_store",
           "        const DWORD status = open_key(resource_.get(), kParameters, kValueAccess, key);\n"
           "        if (status == ERROR_SUCCESS) {\n"
           "            key = adopt(key);\n"
           "        }\n",
           "        const DWORD status = open_key(resource_.get(), kParameters, kValueAccess, key);\n", "published"),
    mutant("empty-value-grows", "property_store",
           "value.data.resize(size == 0 ? 1 : size);",
           "value.data.resize(size);", "changes"),
    mutant("former-name-settable", "property_table",
           "        if (equal_names(property.name, name)) {",
           "        if (equal_names(property.name, name) ||\n"
           "            (property.former_name != nullptr && equal_names(property.former_name, name))) {", "properties"),
    mutant("bytes-taken-for-a-number", "property_value",
           "(format == Format::filetime && type == REG_BINARY)",
           "(number_size(format) == 8 && type == REG_BINARY)", "properties"),
    mutant("health-too-old-by-one", "resource",
           "::GetTickCount64() - checked_at <= limit;",
           "::GetTickCount64() - checked_at < limit;", "cached", schema=CACHED),
    mutant("instance-without-place-not-closed", "resource_dll",
           "        if (status != ERROR_SUCCESS) {\n"
           "            instance->close();\n"
           "        }\n"
           "        return status;",
           "        return status;", "faults"),
    mutant("name-before-version", "resource_dll",
           "        if (minimum_version > CLRES_VERSION_V1_00 || maximum_version < CLRES_VERSION_V1_00) {\n"
           "            return ERROR_REVISION_MISMATCH;\n"
           "        }\n"
           "        if (type_name == nullptr || !equal_names(type_name, Type::kSettings.type_name)) {\n"
           "            return ERROR_CLUSTER_RESNAME_NOT_FOUND;\n"
           "        }",
           "        if (type_name == nullptr || !equal_names(type_name, Type::kSettings.type_name)) {\n"
           "            return ERROR_CLUSTER_RESNAME_NOT_FOUND;\n"
           "        }\n"
           "        if (minimum_version > CLRES_VERSION_V1_00 || maximum_version < CLRES_VERSION_V1_00) {\n"
           "            return ERROR_REVISION_MISMATCH;\n"
           "        }", "startup"),
    mutant("body-of-no-thread-kept", "sync",
           "&Thread::run, owned.get(), 0, nullptr",
           "&Thread::run, owned.release(), 0, nullptr", "faults"),
    mutant("last-cyrillic-letter", "upper_case",
           "{0x0430, 0x044F, 1, -32}",
           "{0x0430, 0x044E, 1, -32}", "properties"),
    Mutant("g-raw-output-limit", "everything_type.g.cpp",
           "check_size(output, {0, 64});",
           "check_size(output, {0, 65});", EVERYTHING, ("codes",)),
    Mutant("g-former-name-of-another", "everything_type.g.h",
           "const DWORD& old_count = count;",
           "const DWORD& old_count = any_count;", EVERYTHING, ("user",)),
)

REFUSED_MUTANTS = (
    mutant("partial-online-is-failed", "cluster_api",
           "    ClusterGroupFailed = 2,\n"
           "    ClusterGroupPartialOnline = 3,",
           "    ClusterGroupPartialOnline = 2,\n"
           "    ClusterGroupFailed = 3,", "user"),
    mutant("group-id-code", "cluster_control_abi",
           "CLUSCTL_GROUP_GET_ID = 0x03000039",
           "CLUSCTL_GROUP_GET_ID = 0x03000035", "user"),
    mutant("align-adds-four", "cluster_property_abi",
           "return (size + 3U) & ~3U;",
           "return (size + 4U) & ~3U;", "user"),
    mutant("qword-written-anywhere", "deadlock_list",
           "RESFORGE_WRITE(ResUtilSetQwordValue)\n"
           "#define ResUtilSetQwordValue resforge_ResUtilSetQwordValue\n",
           "", "user"),
    mutant("crypto-checkpoint-stays", "deadlock_list",
           "            case 44:   // DELETE_CRYPTO_CHECKPOINT\n",
           "", "user"),
    mutant("validate-of-any-type", "hooks",
           "{ hooks.validate(context, proposed) } -> std::same_as<DWORD>;",
           "{ hooks.validate(context, proposed) } -> std::convertible_to<DWORD>;", "user"),
    mutant("token-kept", "permissions",
           "    void operator&() const = delete;  // a token that is kept outlives its hook\n",
           "", "user"),
    mutant("upgrade-sent-from-anywhere", "deadlock_list",
           "            case 47:   // ADD_REGISTRY",
           "            case 46:   // UPGRADE_DLL\n"
           "            case 47:   // ADD_REGISTRY", "user"),
    mutant("is-alive-of-any-type", "hooks",
           "{ hooks.is_alive(context) } -> std::same_as<bool>;",
           "{ hooks.is_alive(context) } -> std::convertible_to<bool>;", "user"),
    mutant("call-may-write", "permissions",
           "return worker ? RunsOn::worker : otherwise;",
           "return worker ? RunsOn::worker\n"
           "           : otherwise == RunsOn::worker ? otherwise : RunsOn::other_call;", "user", schema=SYNCHRONOUS),
)
# fmt: on
"""They make the scripted DLL fail to compile, since it asks whether mistakes are refused."""
