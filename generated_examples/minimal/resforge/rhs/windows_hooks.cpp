// Windows only: the functions beside the common ones that a DLL's imports are redirected to.
#include "import_patch.h"

#ifdef _WIN32

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "crash.h"
#include "emulated_win32.h"
#include "engine.h"
#include "kernel.h"
#include "module.h"
#include "record.h"

namespace resforge::rhs {
namespace {

// --- Virtual time ---

std::wstring wide_name(LPCSTR name) {
    std::wstring wide;
    for (; name != nullptr && *name != 0; ++name) {
        wide += static_cast<wchar_t>(static_cast<unsigned char>(*name));
    }
    return wide;
}

LPCWSTR name_or_null(LPCSTR name, const std::wstring& wide) {
    return name == nullptr ? nullptr : wide.c_str();
}

// MinGW's C library makes these for each thread that throws or locks, through the functions for
// narrow text, and frees them when the thread detaches.
HANDLE of_c_library(HANDLE handle) {
    const Guard guard;
    kernel().leave_to_c_library(handle);
    return handle;
}

HANDLE WINAPI create_event_a(LPSECURITY_ATTRIBUTES attributes, BOOL manual, BOOL initial,
                             LPCSTR name) {
    const std::wstring wide = wide_name(name);
    return of_c_library(
        emulated::CreateEventW(attributes, manual, initial, name_or_null(name, wide)));
}

HANDLE WINAPI create_event_ex_w(LPSECURITY_ATTRIBUTES attributes, LPCWSTR name, DWORD flags,
                                DWORD) {
    return emulated::CreateEventW(attributes, (flags & CREATE_EVENT_MANUAL_RESET) != 0,
                                  (flags & CREATE_EVENT_INITIAL_SET) != 0, name);
}

HANDLE WINAPI create_semaphore_a(LPSECURITY_ATTRIBUTES attributes, LONG initial, LONG maximum,
                                 LPCSTR name) {
    const std::wstring wide = wide_name(name);
    return of_c_library(
        emulated::CreateSemaphoreW(attributes, initial, maximum, name_or_null(name, wide)));
}

HANDLE WINAPI create_mutex_a(LPSECURITY_ATTRIBUTES attributes, BOOL owned, LPCSTR name) {
    const std::wstring wide = wide_name(name);
    return emulated::CreateMutexW(attributes, owned, name_or_null(name, wide));
}

DWORD WINAPI wait_single_ex(HANDLE handle, DWORD milliseconds, BOOL) {
    return emulated::WaitForSingleObject(handle, milliseconds);
}

DWORD WINAPI wait_multiple_ex(DWORD count, const HANDLE* handles, BOOL all, DWORD milliseconds,
                              BOOL) {
    return emulated::WaitForMultipleObjects(count, handles, all, milliseconds);
}

DWORD WINAPI sleep_ex(DWORD milliseconds, BOOL) {
    emulated::Sleep(milliseconds);
    return 0;
}

DWORD WINAPI get_tick_count() {
    return static_cast<DWORD>(emulated::GetTickCount64());
}

// Beginning of 2020, so that every run shows the same dates.
constexpr std::uint64_t kStartOfTime = 132223104000000000ULL;

VOID WINAPI get_system_time(LPFILETIME time) {
    const std::uint64_t value = kStartOfTime + engine().now() * 10000;
    time->dwLowDateTime = static_cast<DWORD>(value);
    time->dwHighDateTime = static_cast<DWORD>(value >> 32);
}

BOOL WINAPI query_counter(LARGE_INTEGER* counter) {
    LARGE_INTEGER frequency = {};
    ::QueryPerformanceFrequency(&frequency);
    counter->QuadPart = static_cast<LONGLONG>(engine().now()) * frequency.QuadPart / 1000;
    return TRUE;
}

BOOL WINAPI duplicate_handle(HANDLE from_process, HANDLE handle, HANDLE to_process, LPHANDLE target,
                             DWORD access, BOOL inherit, DWORD options) {
    const Guard guard;
    std::shared_ptr<KernelObject> object = kernel().find(handle);
    if (handle == ::GetCurrentThread()) {
        object = kernel().thread_of(engine().current().number);
    }
    if (object == nullptr) {
        return ::DuplicateHandle(from_process, handle, to_process, target, access, inherit,
                                 options);
    }
    if ((options & DUPLICATE_CLOSE_SOURCE) != 0) {
        kernel().close(handle);
    }
    if (target != nullptr) {
        *target = kernel().add(std::move(object));
        kernel().leave_to_c_library(*target);
    }
    return TRUE;
}

DWORD WINAPI resume_thread(HANDLE thread) {
    const Guard guard;
    const std::shared_ptr<KernelObject> object = kernel().find(thread);
    if (object == nullptr) {
        return ::ResumeThread(thread);
    }
    const int before = object->suspended;
    object->suspended = before > 0 ? before - 1 : 0;
    engine().notify();
    return static_cast<DWORD>(before);
}

BOOL WINAPI set_thread_priority(HANDLE thread, int priority) {
    const Guard guard;
    return kernel().knows(thread) ? TRUE : ::SetThreadPriority(thread, priority);
}

int WINAPI get_thread_priority(HANDLE thread) {
    const Guard guard;
    return kernel().knows(thread) ? THREAD_PRIORITY_NORMAL : ::GetThreadPriority(thread);
}

BOOL WINAPI get_exit_code_thread(HANDLE thread, LPDWORD code) {
    const Guard guard;
    const std::shared_ptr<KernelObject> object = kernel().find(thread);
    if (object == nullptr) {
        return ::GetExitCodeThread(thread, code);
    }
    *code = object->exit_code;
    return TRUE;
}

DWORD WINAPI get_thread_id(HANDLE thread) {
    if (thread == ::GetCurrentThread()) {
        return emulated::GetCurrentThreadId();
    }
    const Guard guard;
    const std::shared_ptr<KernelObject> object = kernel().find(thread);
    return object == nullptr ? ::GetThreadId(thread) : object->task;
}

BOOL WINAPI get_handle_information(HANDLE handle, LPDWORD flags) {
    const Guard guard;
    if (kernel().find(handle) == nullptr) {
        return ::GetHandleInformation(handle, flags);
    }
    *flags = 0;
    return TRUE;
}

using RuntimeThread = unsigned(__stdcall*)(void*);

std::uintptr_t begin_thread_ex(void*, unsigned, RuntimeThread start, void* parameter,
                               unsigned flags, unsigned* thread_id) {
    DWORD id = 0;
    const HANDLE handle = emulated::CreateThread(
        nullptr, 0, reinterpret_cast<LPTHREAD_START_ROUTINE>(start), parameter, flags, &id);
    if (thread_id != nullptr) {
        *thread_id = id;
    }
    return reinterpret_cast<std::uintptr_t>(handle);
}

// A thread that ends itself in the middle leaves its stack to the process, as long as it lives.
[[noreturn]] void end_thread_early(DWORD exit_code) {
    Task& task = engine().current();
    {
        const Guard guard;
        if (const std::shared_ptr<KernelObject> thread = kernel().thread_of(task.number)) {
            kernel().end_thread(*thread, exit_code);
            write_thread_record(*thread, "end");
        }
        engine().notify();
        for (;;) {
            engine().wait([] { return false; }, kForever);
        }
    }
}

VOID WINAPI exit_thread(DWORD exit_code) {
    end_thread_early(exit_code);
}

void end_thread_ex(unsigned exit_code) {
    end_thread_early(exit_code);
}

[[noreturn]] void on_abort() {
    report_crash("SIGABRT");
}

void on_exit(int) {
    report_exit();
}

VOID WINAPI exit_process(UINT) {
    report_exit();
}

BOOL WINAPI terminate_process(HANDLE process, UINT exit_code) {
    if (::GetProcessId(process) == ::GetCurrentProcessId()) {
        report_exit();
    }
    return ::TerminateProcess(process, exit_code);
}

BOOL WINAPI get_module_handle_ex_w(DWORD flags, LPCWSTR name, HMODULE* module) {
    return get_module_handle(flags, name, module);
}

const std::array kVirtualHooks = {
    hook("GetModuleHandleExW", get_module_handle_ex_w),
    hook("CreateEventW", emulated::CreateEventW),
    hook("CreateEventA", create_event_a),
    hook("CreateEventExW", create_event_ex_w),
    hook("SetEvent", emulated::SetEvent),
    hook("ResetEvent", emulated::ResetEvent),
    hook("CreateSemaphoreW", emulated::CreateSemaphoreW),
    hook("CreateSemaphoreA", create_semaphore_a),
    hook("ReleaseSemaphore", emulated::ReleaseSemaphore),
    hook("CreateMutexW", emulated::CreateMutexW),
    hook("CreateMutexA", create_mutex_a),
    hook("ReleaseMutex", emulated::ReleaseMutex),
    hook("CreateThread", emulated::CreateThread),
    hook("GetCurrentThreadId", emulated::GetCurrentThreadId),
    hook("GetThreadId", get_thread_id),
    hook("_beginthreadex", begin_thread_ex),
    hook("_endthreadex", end_thread_ex),
    hook("ExitThread", exit_thread),
    hook("ResumeThread", resume_thread),
    hook("SetThreadPriority", set_thread_priority),
    hook("GetThreadPriority", get_thread_priority),
    hook("GetExitCodeThread", get_exit_code_thread),
    hook("GetHandleInformation", get_handle_information),
    hook("DuplicateHandle", duplicate_handle),
    hook("CloseHandle", emulated::CloseHandle),
    hook("WaitForSingleObject", emulated::WaitForSingleObject),
    hook("WaitForSingleObjectEx", wait_single_ex),
    hook("WaitForMultipleObjects", emulated::WaitForMultipleObjects),
    hook("WaitForMultipleObjectsEx", wait_multiple_ex),
    hook("Sleep", emulated::Sleep),
    hook("SleepEx", sleep_ex),
    hook("GetTickCount64", emulated::GetTickCount64),
    hook("GetTickCount", get_tick_count),
    hook("GetSystemTimeAsFileTime", get_system_time),
    hook("GetSystemTimePreciseAsFileTime", get_system_time),
    hook("QueryPerformanceCounter", query_counter),
    hook("abort", on_abort),
    hook("exit", on_exit),
    hook("_exit", on_exit),
    hook("ExitProcess", exit_process),
    hook("TerminateProcess", terminate_process),
};

// --- Real time: the system does the work, the host keeps names, faults and leaks ---

struct RealThread {
    LPTHREAD_START_ROUTINE start = nullptr;
    LPVOID parameter = nullptr;
    std::shared_ptr<KernelObject> object;
};

DWORD WINAPI run_real_thread(LPVOID parameter) {
    const std::unique_ptr<RealThread> thread(static_cast<RealThread*>(parameter));
    prepare_thread_for_crash();
    CallContext& context = call_context();
    context.thread = thread->object->thread;
    context.resource = thread->object->resource;
    context.is_worker = true;
    write_thread_record(*thread->object, "start");
    const DWORD exit_code = thread->start(thread->parameter);
    const Guard guard;
    kernel().end_thread(*thread->object, exit_code);
    write_thread_record(*thread->object, "end");
    return exit_code;
}

HANDLE WINAPI create_real_thread(LPSECURITY_ATTRIBUTES attributes, SIZE_T stack,
                                 LPTHREAD_START_ROUTINE start, LPVOID parameter, DWORD flags,
                                 LPDWORD thread_id) {
    static std::atomic<unsigned> count{0};
    if (const DWORD error = take_fault("CreateThread")) {
        ::SetLastError(error);
        return nullptr;
    }
    auto thread = std::make_unique<RealThread>();
    thread->start = start;
    thread->parameter = parameter;
    thread->object = std::make_shared<KernelObject>();
    thread->object->kind = ObjectKind::kThread;
    thread->object->resource = call_context().resource;
    thread->object->thread = "dll-" + std::to_string(++count);
    {
        const Guard guard;
        kernel().add_live_thread(thread->object);
    }
    const HANDLE handle =
        ::CreateThread(attributes, stack, run_real_thread, thread.get(), flags, thread_id);
    if (handle != nullptr) {
        static_cast<void>(thread.release());
    }
    return handle;
}

HANDLE WINAPI create_real_event(LPSECURITY_ATTRIBUTES attributes, BOOL manual, BOOL initial,
                                LPCWSTR name) {
    if (const DWORD error = take_fault("CreateEventW")) {
        ::SetLastError(error);
        return nullptr;
    }
    return ::CreateEventW(attributes, manual, initial, name);
}

BOOL WINAPI close_real_handle(HANDLE handle) {
    bool is_ours = false;
    {
        const Guard guard;
        is_ours = kernel().knows(handle);
    }
    if (is_ours) {
        violation("invalid-handle", "CloseHandle got a RESOURCE_HANDLE");
        ::SetLastError(ERROR_INVALID_HANDLE);
        return FALSE;
    }
    const BOOL closed = ::CloseHandle(handle);
    if (closed == FALSE) {
        const DWORD error = ::GetLastError();
        violation("invalid-handle", "CloseHandle failed with error " + std::to_string(error));
        ::SetLastError(error);
    }
    return closed;
}

const std::array kRealHooks = {
    hook("GetModuleHandleExW", get_module_handle_ex_w),
    hook("CreateThread", create_real_thread),
    hook("CreateEventW", create_real_event),
    hook("CloseHandle", close_real_handle),
    hook("abort", on_abort),
    hook("exit", on_exit),
    hook("_exit", on_exit),
    hook("ExitProcess", exit_process),
    hook("TerminateProcess", terminate_process),
};

}  // namespace

std::span<const Hook> virtual_hooks() {
    return kVirtualHooks;
}

std::span<const Hook> real_hooks() {
    return kRealHooks;
}

}  // namespace resforge::rhs

#endif
