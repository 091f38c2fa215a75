// Hooks that a host steers step by step, for the scripted variant of a resource DLL.
#pragma once

#include <atomic>
#include <new>
#include <stdexcept>

#include "resforge/hooks.h"
#include "resforge/property_controls.h"
#include "resforge/script_abi.h"

namespace resforge {

// The table that ResforgeSetScript was given.
inline std::atomic<const RESFORGE_SCRIPT_TABLE*> script_table{nullptr};

// One call of one hook: reports it and follows its script.
class ScriptRun {
  public:
    ScriptRun(LPCWSTR resource_name, const char* hook) : name_(resource_name), hook_(hook) {
        report("enter");
    }

    void report(const char* what) const { send(what, nullptr, 0); }

    // No bytes are something else than nothing to tell, so the pointer is never null here.
    void report(const char* what, ByteView bytes) const {
        constexpr BYTE kNone = 0;
        send(what, bytes.empty() ? &kNone : bytes.data(), static_cast<DWORD>(bytes.size()));
    }

    // False: no script is left.
    bool next(RESFORGE_SCRIPT_STEP& step) const {
        const RESFORGE_SCRIPT_TABLE* table = script_table.load();
        return table != nullptr && table->next_step(name_, hook_, &step) != FALSE;
    }

  private:
    void send(const char* what, const BYTE* bytes, DWORD size) const {
        if (const RESFORGE_SCRIPT_TABLE* table = script_table.load()) {
            table->report(name_, hook_, what, bytes, size);
        }
    }

    LPCWSTR name_;
    const char* hook_;
};

// Steps that need no context. True when the step was one of them.
inline bool run_plain_step(const RESFORGE_SCRIPT_STEP& step) {
    switch (step.kind) {
        case kStepSleep:
            ::Sleep(step.value);
            return true;
        case kStepHang:
            ::Sleep(INFINITE);
            return true;
        case kStepThrow:
            throw std::runtime_error("scripted exception");
        case kStepThrowUnknown:
            throw 1;
        case kStepOutOfMemory:
            throw std::bad_alloc();
        default:
            return false;
    }
}

inline ByteView step_bytes(const RESFORGE_SCRIPT_STEP& step) noexcept {
    return {step.bytes, step.bytes == nullptr ? 0 : step.size};
}

// Base of the generated class of scripted hooks, which adds the control codes.
template <class Properties, auto& kTable>
class ScriptedHooks {
  public:
    DWORD open(OpenContext<Properties>& context) { return run("open", context); }
    void close(CloseContext<Properties>& context) { run("close", context); }
    DWORD online(OnlineContext<Properties>& context) { return run("online", context); }
    DWORD offline(OfflineContext<Properties>& context) { return run("offline", context); }
    void terminate(TerminateContext<Properties>& context) { run("terminate", context); }
    bool looks_alive(HealthContext<Properties>& context) {
        return run("looks_alive", context, TRUE) != 0;
    }
    bool is_alive(HealthContext<Properties>& context) {
        return run("is_alive", context, TRUE) != 0;
    }
    bool check_health(HealthContext<Properties>& context) {
        return run("check_health", context, TRUE) != 0;
    }
    // Without a script the monitor watches until it is stopped.
    void monitor(MonitorContext<Properties>& context) {
        const DWORD unscripted = WAIT_TIMEOUT;
        if (run("monitor", context, unscripted) == unscripted) {
            static_cast<void>(context.wait_for(INFINITE));
        }
    }
    DWORD validate(ControlContext<Properties>& context, const Properties&) {
        return run("validate", context);
    }
    void properties_changed(ControlContext<Properties>& context, const Properties&) {
        run("properties_changed", context);
    }

  protected:
    // A control code: `input` as the host shall see it, `output` as the script set it.
    template <class AnyContext>
    DWORD run_control(const char* hook, AnyContext& context, const Bytes& input, Bytes& output) {
        return run(hook, context, ERROR_SUCCESS, &input, &output);
    }

    static DWORD run_type_control(const char* hook, const TypeControlContext& context,
                                  const Bytes& input, Bytes& output) {
        const ScriptRun script(context.type_name(), hook);
        script.report("input", input);
        RESFORGE_SCRIPT_STEP step{};
        DWORD result = ERROR_SUCCESS;
        while (script.next(step)) {
            if (step.kind == kStepReturn) {
                result = step.value;
                break;
            }
            if (step.kind == kStepOutput) {
                output.assign(step_bytes(step).begin(), step_bytes(step).end());
            } else if (step.kind == kStepWait) {
                ::Sleep(step.value);
            } else {
                run_plain_step(step);
            }
        }
        script.report("leave");
        return result;
    }

  private:
    template <class AnyContext>
    DWORD run(const char* hook, AnyContext& context, DWORD result = ERROR_SUCCESS,
              const Bytes* input = nullptr, Bytes* output = nullptr) {
        const Text name(context.resource_name());
        const ScriptRun script(name.c_str(), hook);
        if (input != nullptr) {
            script.report("input", *input);
        }
        RESFORGE_SCRIPT_STEP step{};
        while (script.next(step)) {
            if (step.kind == kStepReturn) {
                result = step.value;
                break;
            }
            if (step.kind == kStepWait && context.wait_for(step.value) == Wait::stopped) {
                result = ERROR_OPERATION_ABORTED;
                break;
            }
            if (step.kind == kStepOutput && output != nullptr) {
                output->assign(step_bytes(step).begin(), step_bytes(step).end());
            }
            run_step(script, step, context);
        }
        script.report("leave");
        return result;
    }

    template <class AnyContext>
    static void run_step(const ScriptRun& script, const RESFORGE_SCRIPT_STEP& step,
                         AnyContext& context) {
        switch (step.kind) {
            case kStepProgress:
                if constexpr (requires { context.progress(); }) {
                    static_cast<void>(context.progress());
                }
                break;
            case kStepSignalFailure:
                context.signal_failure();
                break;
            case kStepLog:
                context.log.information(units_of(step_bytes(step)));
                break;
            case kStepReportProperties:
                script.report(
                    "properties_in_force",
                    list_properties(PropertyTable<Properties>(kTable), context.properties()));
                break;
            case kStepReportReason:
                if constexpr (requires { context.state_change_reason(); }) {
                    Bytes reason;
                    append_number(reason, context.state_change_reason());
                    script.report("state_change_reason", reason);
                }
                break;
            case kStepSetReadOnly:
                publish_list(context, step_bytes(step));
                break;
            default:
                run_plain_step(step);
        }
    }

    static Text units_of(ByteView bytes) {
        Text text;
        for (std::size_t offset = 0; offset + 2 <= bytes.size(); offset += 2) {
            text.push_back(load<WCHAR>(bytes, offset));
        }
        return text;
    }

    template <class AnyContext>
    static void publish_list(AnyContext& context, ByteView bytes) {
        PropertyListReader reader(bytes);
        ListedProperty listed;
        DWORD status = reader.open();
        while (status == ERROR_SUCCESS && !reader.at_end()) {
            status = reader.next(listed);
            const Property<Properties>* property =
                find_property(PropertyTable<Properties>(kTable), listed.name);
            Properties values;
            Bytes value;
            if (status != ERROR_SUCCESS || property == nullptr ||
                canonical_value(property->format, listed.data, value) != ERROR_SUCCESS) {
                continue;
            }
            decode_property(*property, value, values);
            std::visit([&](auto member) { context.publish(member, values.*member); },
                       property->member);
        }
    }
};

}  // namespace resforge
