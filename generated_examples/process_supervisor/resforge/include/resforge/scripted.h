// Hooks that a host steers step by step, for the scripted variant of a resource DLL.
#pragma once

#include <atomic>
#include <limits>
#include <new>
#include <stdexcept>

#include "resforge/hooks.h"
#include "resforge/property_controls.h"
#include "resforge/script_abi.h"
#include "resforge/scripted_cluster.h"
#include "resforge/scripted_numbers.h"
#include "resforge/scripted_refusals.h"

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

// How the script wants the texts in the next output of a control code.
enum class Texts { as_given, full, split };
inline std::atomic<Texts> wanted_texts{Texts::as_given};

// `length` is that of a field in WCHARs, 0 for text that runs to the end of the output.
inline void shape_text(Text& text, std::size_t length) {
    const Texts wanted = wanted_texts;
    if (wanted == Texts::full && length != 0) {
        text.resize(length, WCHAR{0x78});  // no room for its NUL
    } else if (wanted == Texts::split) {
        text += {WCHAR{0}, WCHAR{0x78}};
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
            wanted_texts = Texts::full;
            return true;
        case kStepSplitTexts:
            wanted_texts = Texts::split;
            return true;
        default:
            return false;
    }
}

// A scripted DLL serves a second type, which has the required hooks only.
constexpr LPCWSTR kRequiredHooks = RESFORGE_TEXT("resforge: required hooks only");

constexpr Settings named_required(Settings settings) noexcept {
    settings.type_name = kRequiredHooks;
    return settings;
}

inline bool is_named_required(LPCWSTR type_name) noexcept {
    return type_name != nullptr && equal_names(type_name, kRequiredHooks);
}

// The generated header of a type with renamed properties knows better.
template <class Properties>
constexpr bool former_names_agree(const Properties&) noexcept {
    return true;
}

// The hooks that every type must have; a table's row and the member at its place in `kMembers`
// belong together, so that what hooks see is reported without the help of the generated class.
template <class Properties, auto& kTable, auto& kMembers>
class RequiredScriptedHooks {
  public:
    DWORD online(OnlineContext<Properties>& context) { return run("online", context); }
    DWORD offline(OfflineContext<Properties>& context) { return run("offline", context); }
    void terminate(TerminateContext<Properties>& context) { run("terminate", context); }
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

    static Bytes list_members(const Properties& properties) {
        if (!former_names_agree(properties)) {
            return {};
        }
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

  private:
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
            case kStepProgressOften:
                if constexpr (requires { context.progress(); }) {
                    for (DWORD i = 0; i < step.value && context.progress(); ++i) {
                    }
                }
                break;
            case kStepProgressBeside:
                if constexpr (requires { context.progress(); }) {
                    if (!progress_beside(step.value, context)) {
                        script.report("told_to_stop");
                    }
                }
                break;
            case kStepSignalFailure:
                context.signal_failure();
                break;
            case kStepLog:
                context.log.information(step_text(step));
                break;
            case kStepLogBytes:
                log_bytes(context.log, step_bytes(step));
                break;
            case kStepLogParts:
                log_parts(context.log, step_text(step));
                break;
            case kStepCheckpoint:
                script.report("checkpoint",
                              add_checkpoint(context.resource_name(), step_text(step)));
                break;
            case kStepClusterName:
                if constexpr (AnyContext::kMayWork) {
                    script.report("cluster_name", name_in_cluster(context));
                }
                break;
            case kStepReadTexts:
                script.report("texts", read_texts(context.resource_name(), step_text(step)));
                break;
            case kStepKeepName:
                report_later_name(script, context.resource_name(), step.value);
                break;
            case kStepGuarded:
                shared_.with([](DWORD& count) { ++count; });
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

    // What the other thread is told.
    template <class AnyContext>
    static bool progress_beside(DWORD milliseconds, AnyContext& context) {
        bool go_on = false;
        const Thread thread([&context, &go_on, milliseconds] {
            ::Sleep(milliseconds);
            go_on = context.progress();
        });
        static_cast<void>(context.progress());
        static_cast<void>(thread.join(INFINITE));
        return go_on;
    }

    // The name that the hook was given is what it was, whatever happens to the resource meanwhile.
    static void report_later_name(const ScriptRun& script, TextView name, DWORD milliseconds) {
        ::Sleep(milliseconds);
        Bytes text;
        append_text(text, name);
        script.report("kept_name", text);
    }

    // Bytes that could go on with the last character stand behind the text.
    static void log_bytes(const Log& log, ByteView bytes) {
        std::string text(bytes.begin(), bytes.end());
        text += "\x80\x80\x80";
        log.information(std::string_view(text).substr(0, bytes.size()));
    }

    // Text of three kinds and none, truth values, the smallest and the largest numbers.
    static void log_parts(const Log& log, const Text& text) {
        constexpr LPCWSTR kNoText = nullptr;
        constexpr const char* kNoUtf8 = nullptr;
        using Signed = std::numeric_limits<LONGLONG>;
        using Unsigned = std::numeric_limits<ULONGLONG>;
        log.warning(text, "|", TextView(text), "|", text.c_str(), "|", kNoText, "|", kNoUtf8, "|",
                    true, "|", false, "|", Signed::min(), "|", Signed::max(), "|", Unsigned::max(),
                    "|", short{-1}, "|", WORD{65535});
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

    static inline Guarded<DWORD> shared_;
};

// All hooks that a type can have; the generated class adds the control codes.
template <class Properties, auto& kTable, auto& kMembers>
class ScriptedHooks : public RequiredScriptedHooks<Properties, kTable, kMembers> {
    using Required = RequiredScriptedHooks<Properties, kTable, kMembers>;

  public:
    DWORD open(OpenContext<Properties>& context) { return Required::run("open", context); }
    void close(CloseContext<Properties>& context) { Required::run("close", context); }
    bool looks_alive(HealthContext<Properties>& context) {
        return Required::run("looks_alive", context, TRUE) != 0;
    }
    DWORD validate(ControlContext<Properties>& context, const Properties& proposed) {
        const Bytes given = Required::list_members(proposed);
        return Required::run("validate", context, ERROR_SUCCESS, &given);
    }
    void properties_changed(ControlContext<Properties>& context, const Properties& stored) {
        const Bytes given = Required::list_members(stored);
        Required::run("properties_changed", context, ERROR_SUCCESS, &given);
    }
    void notified(ControlContext<Properties>& context, const Notification& notification) {
        Bytes given;
        append_number(given, notification.code);
        append_text(given, notification.text);
        given.insert(given.end(), notification.data.begin(), notification.data.end());
        Required::run("notified", context, ERROR_SUCCESS, &given);
    }
};

}  // namespace resforge
