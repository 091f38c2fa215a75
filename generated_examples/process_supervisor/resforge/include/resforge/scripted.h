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
    ScriptRun(const ScriptRun&) = delete;
    ScriptRun& operator=(const ScriptRun&) = delete;
    ~ScriptRun() { report("leave"); }

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

// Whether the next output of a control code is asked for with texts that leave no room for NUL.
inline std::atomic<bool> full_texts{false};

inline void fill_when_asked(Text& text, std::size_t length) {
    if (full_texts) {
        text.resize(length, WCHAR{0x78});
    }
}

inline ByteView step_bytes(const RESFORGE_SCRIPT_STEP& step) noexcept {
    return {step.bytes, step.bytes == nullptr ? 0 : step.size};
}

inline Text step_text(const RESFORGE_SCRIPT_STEP& step) {
    Text text;
    for (std::size_t offset = 0; offset + 2 <= step.size; offset += 2) {
        text.push_back(load<WCHAR>(step_bytes(step), offset));
    }
    return text;
}

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
            throw std::runtime_error(to_utf8(step_text(step)));
        case kStepThrowSystem:
            throw SystemError(step.value);
        case kStepThrowUnknown:
            throw 1;
        case kStepOutOfMemory:
            throw std::bad_alloc();
        case kStepFullTexts:
            full_texts = true;
            return true;
        default:
            return false;
    }
}

// Base of the generated class of scripted hooks, which adds the control codes. `kMembers` holds the
// member that belongs to each row of the table: what hooks see is reported without its help.
template <class Properties, auto& kTable, auto& kMembers>
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
    DWORD validate(ControlContext<Properties>& context, const Properties& proposed) {
        const Bytes given = list_members(proposed);
        return run("validate", context, ERROR_SUCCESS, &given);
    }
    void properties_changed(ControlContext<Properties>& context, const Properties& stored) {
        const Bytes given = list_members(stored);
        run("properties_changed", context, ERROR_SUCCESS, &given);
    }
    void notified(ControlContext<Properties>& context, const Notification& notification) {
        Bytes given;
        append_number(given, notification.code);
        append_text(given, notification.text);
        given.insert(given.end(), notification.data.begin(), notification.data.end());
        run("notified", context, ERROR_SUCCESS, &given);
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
            if (has_stopped(script, step, context)) {
                result = ERROR_OPERATION_ABORTED;
                break;
            }
            if (step.kind == kStepOutput && output != nullptr) {
                output->assign(step_bytes(step).begin(), step_bytes(step).end());
            }
            run_step(script, step, context);
        }
        return result;
    }

    // The steps that wait; true when the stop request came first.
    template <class AnyContext>
    static bool has_stopped(const ScriptRun& script, const RESFORGE_SCRIPT_STEP& step,
                            AnyContext& context) {
        switch (step.kind) {
            case kStepWait:
                return context.wait_for(step.value) == Wait::stopped;
            case kStepWaitEvent:
                return wait_for_event(script, step.value, context);
            case kStepWaitUntil:
                return wait_twice(script, step.value, context);
            default:
                return false;
        }
    }

    // Waits twice, for the event stays signalled, and the request must have been made before.
    template <class AnyContext>
    static bool wait_for_event(const ScriptRun& script, DWORD milliseconds, AnyContext& context) {
        if (::WaitForSingleObject(context.stop_event(), milliseconds) != WAIT_OBJECT_0) {
            return false;
        }
        if (!context.stop_requested()) {
            script.report("stop_not_requested");
        }
        return ::WaitForSingleObject(context.stop_event(), INFINITE) == WAIT_OBJECT_0;
    }

    // Asks every `interval` ms: in vain until two and a half intervals are over, then until the
    // fifth answer is yes. Reports how both waits ended, and how often each has asked.
    template <class AnyContext>
    static bool wait_twice(const ScriptRun& script, DWORD interval, AnyContext& context) {
        DWORD asked = 0;
        const DWORD limit = 2 * interval + interval / 2;
        Bytes waited;
        const auto note = [&](Wait wait) {
            append_number(waited, static_cast<DWORD>(wait));
            append_number(waited, std::exchange(asked, 0));
            return wait == Wait::stopped;
        };
        const bool stopped =
            note(context.wait_until([&] { return ++asked == 0; }, limit, interval)) ||
            note(context.wait_until([&] { return ++asked == 5; }, INFINITE, interval));
        append_number(waited, DWORD{context.stop_requested() ? 1U : 0U});
        script.report("waited", waited);
        return stopped;
    }

    static Bytes list_members(const Properties& properties) {
        PropertyListWriter list;
        for (std::size_t i = 0; i < kTable.size(); ++i) {
            std::visit(
                [&](auto member) {
                    list.add(kTable[i].name, kTable[i].format, encode_value(properties.*member));
                },
                kMembers[i]);
        }
        return list.take();
    }

    template <class AnyContext>
    static void run_step(const ScriptRun& script, const RESFORGE_SCRIPT_STEP& step,
                         AnyContext& context) {
        switch (step.kind) {
            case kStepProgress:
                if constexpr (requires { context.progress(); }) {
                    if (!context.progress()) {
                        script.report("told_to_stop");
                    }
                }
                break;
            case kStepProgressBeside:
                if constexpr (requires { context.progress(); }) {
                    progress_beside(step.value, context);
                }
                break;
            case kStepSignalFailure:
                context.signal_failure();
                break;
            case kStepLog:
                context.log.information(step_text(step));
                break;
            case kStepLogBytes:
                context.log.information(std::string_view(reinterpret_cast<const char*>(step.bytes),
                                                         step_bytes(step).size()));
                break;
            case kStepLogLater:
                log_later(context.log, step);
                break;
            case kStepReportProperties:
                script.report("properties_in_force", list_members(context.properties()));
                break;
            case kStepReportLatest:
                script.report("properties_latest", list_members(*context.latest_properties()));
                break;
            case kStepReportReason:
                if constexpr (requires { context.state_change_reason(); }) {
                    Bytes reason;
                    append_number(reason, context.state_change_reason());
                    script.report("state_change_reason", reason);
                }
                break;
            case kStepSetReadOnly:
                publish_list(script, context, step_bytes(step));
                break;
            default:
                run_plain_step(step);
        }
    }

    template <class AnyContext>
    static void progress_beside(DWORD milliseconds, AnyContext& context) {
        const Thread thread([&context, milliseconds] {
            ::Sleep(milliseconds);
            static_cast<void>(context.progress());
        });
        static_cast<void>(context.progress());
        static_cast<void>(thread.join(INFINITE));
    }

    // The thread is on its own, as one of a hook that does not wait for its threads.
    static void log_later(const Log& log, const RESFORGE_SCRIPT_STEP& step) {
        const Thread thread([log, text = step_text(step), milliseconds = step.value] {
            ::Sleep(milliseconds);
            log.information(text);
        });
    }

    // Publishes each value and reports what publish() answered.
    template <class AnyContext>
    static void publish_list(const ScriptRun& script, AnyContext& context, ByteView bytes) {
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
            Bytes answer;
            std::visit(
                [&](auto member) {
                    append_number(answer, context.publish(member, values.*member));
                },
                kMembers[static_cast<std::size_t>(property - kTable.data())]);
            script.report("published", answer);
        }
    }
};

}  // namespace resforge
