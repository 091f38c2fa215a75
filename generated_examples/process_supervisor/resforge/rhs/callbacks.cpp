// Callbacks of the DLL: status, log, and the table for StartupEx.
#include "callbacks.h"

#include <cstdarg>
#include <string>
#include <string_view>

#include "emulated_win32.h"
#include "engine.h"
#include "format_message.h"
#include "handles_text.h"
#include "kernel.h"
#include "record.h"
#include "rhs.h"

namespace resforge::rhs {
namespace {

// What GetLastError says behind a call that owes nothing about it: code of RHS ran meanwhile.
constexpr DWORD kLeftBehind = 0x2000BAD0;  // bit 29: no code of Windows (winerror.h)

constexpr std::size_t kLogLimit = 500;  // nc-resapi-plog_event_routine

std::string text_of(LPCWSTR text) {
    return text == nullptr ? std::string()
                           : utf8_from_utf16(reinterpret_cast<const char16_t*>(text));
}

void check_log(const FormattedText& text, const ResourcePointer& resource, HANDLE handle) {
    const std::string name = resource != nullptr ? resource->name : std::string();
    if (handle == nullptr) {
        violation("null-log-handle", "LogEvent was called without a RESOURCE_HANDLE");
    } else if (resource == nullptr && rhs().was_closed(handle)) {
        violation("callback-after-close", "LogEvent for a resource that was closed");
    } else if (resource == nullptr) {
        violation("invalid-handle", "LogEvent got no RESOURCE_HANDLE");
    }
    for (const std::string& problem : text.problems) {
        violation("bad-log-format", problem, name);
    }
    if (text.characters > kLogLimit) {
        violation("log-too-long",
                  "a log entry has " + std::to_string(text.characters) + " characters", name);
    }
}

// Callbacks that the host records and otherwise ignores.
DWORD note(HANDLE handle, const char* callback) {
    yield_point();
    const Guard guard;
    Json fields = Json::object();
    if (const ResourcePointer resource = rhs().by_handle(handle)) {
        fields.set("resource", Json(resource->name));
    }
    fields.set("callback", Json(callback));
    write_record("callback", fields);
    return ERROR_SUCCESS;
}

DWORD WINAPI set_resource_status_ex(RESOURCE_HANDLE handle, PRESOURCE_STATUS_EX status) {
    yield_point();
    const Guard guard;
    return rhs().report(
        handle, {status->ResourceState, status->CheckPoint, status->WaitHint, status->EventHandle});
}

DWORD WINAPI set_locked_mode(RESOURCE_HANDLE handle, BOOL, DWORD) {
    return note(handle, "SetResourceLockedMode");
}

DWORD WINAPI signal_failure(RESOURCE_HANDLE handle, FAILURE_TYPE kind, DWORD application_error) {
    yield_point();
    const Guard guard;
    return rhs().signal_failure(handle, kind, application_error);
}

DWORD WINAPI set_in_memory_properties(RESOURCE_HANDLE handle, BYTE*, DWORD) {
    return note(handle, "SetResourceInMemoryNodeLocalProperties");
}

DWORD WINAPI end_control_call(RES_CTL_CTX context, DWORD status) {
    yield_point();
    const Guard guard;
    return rhs().end_control(static_cast<LONGLONG>(context), status);
}

DWORD WINAPI extend_control_call(RES_CTL_CTX context, DWORD milliseconds) {
    yield_point();
    const Guard guard;
    return rhs().extend_control(static_cast<LONGLONG>(context), milliseconds);
}

DWORD WINAPI raise_type_notification(LPCWSTR, PBYTE, DWORD) {
    return note(nullptr, "RaiseResTypeNotification");
}

DWORD WINAPI change_process_for_dumps(RESOURCE_HANDLE handle, LPCWSTR, DWORD, BOOL) {
    return note(handle, "ChangeResourceProcessForDumps");
}

DWORD WINAPI change_type_process_for_dumps(LPCWSTR, LPCWSTR, DWORD, BOOL) {
    return note(nullptr, "ChangeResTypeProcessForDumps");
}

DWORD WINAPI set_internal_state(RESOURCE_HANDLE handle, CLUSTER_RESOURCE_APPLICATION_STATE, BOOL) {
    return note(handle, "SetInternalState");
}

DWORD WINAPI set_locked_mode_ex(RESOURCE_HANDLE handle, BOOL, DWORD, DWORD) {
    return note(handle, "SetResourceLockedModeEx");
}

DWORD WINAPI request_dump(RESOURCE_HANDLE handle, BOOL, DWORD) {
    return note(handle, "RequestDump");
}

DWORD WINAPI set_wpr_policy(RESOURCE_HANDLE handle, DWORD) {
    return note(handle, "SetResourceWprPolicy");
}

DWORD WINAPI arm_wpr_watchdog(RESOURCE_HANDLE handle, ULONGLONG) {
    return note(handle, "ArmWprWatchdogForCurrentResourceCall");
}

void write_log(RESOURCE_HANDLE handle, LOG_LEVEL level, LPCWSTR format, const FormattedText& text) {
    const Guard guard;
    const ResourcePointer resource = rhs().by_handle(handle);
    Json fields = Json::object();
    if (resource != nullptr) {
        fields.set("resource", Json(resource->name));
    }
    fields.set("level", Json(static_cast<std::int32_t>(level)));
    fields.set("format", Json(text_of(format))).set("text", Json(text.text));
    write_record("log", fields);
    check_log(text, resource, handle);
}

void report_kept_callback(const char* callback) {
    yield_point();
    const Guard guard;
    violation("refused-callback",
              std::string(callback) + " is the one of a Startup that was refused");
}

}  // namespace

DWORD WINAPI set_resource_status(RESOURCE_HANDLE handle, PRESOURCE_STATUS status) {
    yield_point();
    take_time("SetResourceStatus");
    DWORD answer = 0;
    {
        const Guard guard;
        answer = rhs().report(handle, {status->ResourceState, status->CheckPoint, status->WaitHint,
                                       status->EventHandle});
    }
    take_time("SetResourceStatusReturn");
    emulated::SetLastError(kLeftBehind);
    return answer;
}

VOID log_event(RESOURCE_HANDLE handle, LOG_LEVEL level, LPCWSTR format, ...) {
    yield_point();
    std::va_list arguments;
    va_start(arguments, format);
    const FormattedText text = format_message(format, arguments);
    va_end(arguments);
    take_time("LogEvent");
    write_log(handle, level, format, text);
    take_time("LogEventReturn");
    emulated::SetLastError(kLeftBehind);
}

DWORD WINAPI set_resource_status_of_refused(RESOURCE_HANDLE handle, PRESOURCE_STATUS status) {
    report_kept_callback("SetResourceStatus");
    return set_resource_status(handle, status);
}

VOID log_event_of_refused(RESOURCE_HANDLE handle, LOG_LEVEL level, LPCWSTR format, ...) {
    report_kept_callback("LogEvent");
    std::va_list arguments;
    va_start(arguments, format);
    const FormattedText text = format_message(format, arguments);
    va_end(arguments);
    write_log(handle, level, format, text);
}

VOID WINAPI quorum_resource_lost(RESOURCE_HANDLE handle) {
    note(handle, "LostQuorumResource");
}

PCLRES_CALLBACK_FUNCTION_TABLE callback_table() {
    static CLRES_CALLBACK_FUNCTION_TABLE table = {
        log_event,
        set_resource_status_ex,
        set_locked_mode,
        signal_failure,
        set_in_memory_properties,
        end_control_call,
        end_control_call,
        extend_control_call,
        extend_control_call,
        raise_type_notification,
        change_process_for_dumps,
        change_type_process_for_dumps,
        set_internal_state,
        set_locked_mode_ex,
        request_dump,
        set_wpr_policy,
        arm_wpr_watchdog,
    };
    return &table;
}

}  // namespace resforge::rhs
