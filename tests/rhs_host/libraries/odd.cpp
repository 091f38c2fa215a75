// Breaks one rule at a time: the name of the resource says which.
#include <memory>
#include <stdexcept>
#include <vector>

#include "plain.h"

namespace {

using plain::Instance;
using plain::instance_of;

bool is(const Instance& instance, LPCWSTR what) {
    return instance.name == what;
}

DWORD WINAPI silent_worker(LPVOID) {
    return 0;
}

DWORD WINAPI constant_worker(LPVOID parameter) {
    Instance& instance = instance_of(parameter);
    while (WaitForSingleObject(instance.stop, 60000) == WAIT_TIMEOUT &&
           plain::report(instance, ClusterResourceOnlinePending, 1)) {
    }
    return 0;
}

DWORD WINAPI late_worker(LPVOID parameter) {
    Instance& instance = instance_of(parameter);
    WaitForSingleObject(instance.stop, INFINITE);
    plain::report(instance, ClusterResourceOnlinePending, 1);
    plain::report(instance, ClusterResourceOnline, 2);
    return 0;
}

DWORD WINAPI event_worker(LPVOID parameter) {
    Instance& instance = instance_of(parameter);
    instance.state = ClusterResourceOnline;
    RESOURCE_STATUS status = {};
    status.ResourceState = ClusterResourceOnline;
    status.CheckPoint = 1;
    status.EventHandle = instance.failure;
    plain::set_status(instance.handle, &status);
    if (WaitForSingleObject(instance.stop, 30000) == WAIT_TIMEOUT) {
        instance.state = ClusterResourceFailed;
        SetEvent(instance.failure);
    }
    return 0;
}

DWORD WINAPI failing_worker(LPVOID parameter) {
    plain::report(instance_of(parameter), ClusterResourceFailed, 0);
    return 0;
}

DWORD WINAPI late_failure_worker(LPVOID parameter) {
    Instance& instance = instance_of(parameter);
    if (WaitForSingleObject(instance.stop, 1000) == WAIT_TIMEOUT) {
        plain::report(instance, ClusterResourceFailed, 1);
    }
    return 0;
}

DWORD WINAPI locked_worker(LPVOID parameter) {
    Instance& instance = instance_of(parameter);
    for (int round = 0; round < 5; ++round) {
        AcquireSRWLockExclusive(&instance.lock);
        const DWORD before = instance.counter;
        Sleep(1);
        instance.counter = before + 1;
        ReleaseSRWLockExclusive(&instance.lock);
        if (TryAcquireSRWLockExclusive(&instance.lock) != FALSE) {
            ReleaseSRWLockExclusive(&instance.lock);
        }
    }
    ReleaseSemaphore(instance.finished, 1, nullptr);
    return 0;
}

// Five workers share a lock, a counter and a semaphore; the counter shows a lost update.
DWORD WINAPI crowd_worker(LPVOID parameter) {
    Instance& instance = instance_of(parameter);
    HANDLE workers[5] = {};
    for (HANDLE& worker : workers) {
        worker = CreateThread(nullptr, 0, locked_worker, parameter, 0, nullptr);
    }
    WaitForMultipleObjects(5, workers, TRUE, INFINITE);
    DWORD finished = 0;
    while (WaitForSingleObject(instance.finished, 0) == WAIT_OBJECT_0) {
        ++finished;
    }
    for (const HANDLE worker : workers) {
        CloseHandle(worker);
    }
    plain::log(instance.handle, LOG_INFORMATION, RESFORGE_TEXT("counter %1!u! finished %2!u!"),
               instance.counter, finished);
    instance.state = ClusterResourceOnline;
    plain::report(instance, ClusterResourceOnline, 1);
    return 0;
}

RESID WINAPI open(LPCWSTR name, HKEY key, RESOURCE_HANDLE handle) {
    const RESID resid = plain::open(name, key, handle);
    Instance& instance = instance_of(resid);
    instance.failure = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    instance.finished = CreateSemaphoreW(nullptr, 0, 10, nullptr);
    if (is(instance, RESFORGE_TEXT("open fails")) ||
        is(instance, RESFORGE_TEXT("open fails silently"))) {
        const bool speaks = is(instance, RESFORGE_TEXT("open fails"));
        plain::close(resid);
        SetLastError(speaks ? ERROR_OBJECT_ALREADY_EXISTS : ERROR_SUCCESS);
        return nullptr;
    }
    if (is(instance, RESFORGE_TEXT("bad logs"))) {
        plain::log(handle, LOG_ERROR, RESFORGE_TEXT("%d is no insert"), 5);
        plain::log(handle, LOG_ERROR, RESFORGE_TEXT("%1"), 5);
        plain::log(handle, LOG_ERROR, RESFORGE_TEXT("%1!f!"), 1ULL);
        plain::log(nullptr, LOG_ERROR, RESFORGE_TEXT("nobody"));
        plain::log(handle, LOG_ERROR, RESFORGE_TEXT("%1!600s!"), name);
    }
    if (is(instance, RESFORGE_TEXT("logs"))) {
        plain::log(handle, LOG_WARNING,
                   RESFORGE_TEXT(
                       "%1|%2!d!|%3!08x!|%4!I64u!|%5!S!|%1!-8s!|%1!.2s!|%6!c!|%%|%n|%7!p!%0gone"),
                   name, -5, 0xBEEFU, 1ULL << 40, "narrow", WCHAR{'c'}, nullptr);
    }
    return resid;
}

VOID WINAPI close(RESID resid) {
    Instance& instance = instance_of(resid);
    if (is(instance, RESFORGE_TEXT("leaks"))) {
        LocalAlloc(LPTR, 100);
        CreateEventW(nullptr, TRUE, FALSE, nullptr);
        instance.key = nullptr;
    }
    if (is(instance, RESFORGE_TEXT("keeps memory"))) {
        static std::vector<std::unique_ptr<char[]>> kept;
        kept.push_back(std::make_unique<char[]>(100));
    }
    const RESOURCE_HANDLE handle = instance.handle;
    const bool speaks = is(instance, RESFORGE_TEXT("speaks after close"));
    CloseHandle(instance.failure);
    CloseHandle(instance.finished);
    if (is(instance, RESFORGE_TEXT("closes twice"))) {
        CloseHandle(instance.finished);
        CloseHandle(instance.handle);
    }
    plain::close(resid);
    static RESOURCE_HANDLE closed = nullptr;
    closed = handle;
    if (speaks) {
        CloseHandle(CreateThread(
            nullptr, 0,
            [](LPVOID) -> DWORD {
                Sleep(1000);
                plain::log(closed, LOG_ERROR, RESFORGE_TEXT("too late"));
                return 0;
            },
            nullptr, 0, nullptr));
    }
}

DWORD WINAPI online(RESID resid, LPHANDLE event_handle) {
    Instance& instance = instance_of(resid);
    if (is(instance, RESFORGE_TEXT("synchronous")) || is(instance, RESFORGE_TEXT("sick"))) {
        instance.state = ClusterResourceOnline;
        return ERROR_SUCCESS;
    }
    if (is(instance, RESFORGE_TEXT("late failure"))) {
        instance.state = ClusterResourceOnline;
        plain::start_worker(instance, late_failure_worker);
        return ERROR_SUCCESS;
    }
    if (is(instance, RESFORGE_TEXT("error"))) {
        return ERROR_ACCESS_DENIED;
    }
    if (is(instance, RESFORGE_TEXT("hangs"))) {
        Sleep(INFINITE);
    }
    if (is(instance, RESFORGE_TEXT("slow"))) {
        Sleep(400000);
        return ERROR_SUCCESS;
    }
    if (is(instance, RESFORGE_TEXT("throws"))) {
        throw std::runtime_error("out of Online");
    }
    if (is(instance, RESFORGE_TEXT("spins"))) {
        for (;;) {
            GetTickCount64();
        }
    }
    if (is(instance, RESFORGE_TEXT("event from online"))) {
        *event_handle = instance.failure;
        instance.state = ClusterResourceOnline;
        SetEvent(instance.failure);
        return ERROR_SUCCESS;
    }
    if (is(instance, RESFORGE_TEXT("reports inside"))) {
        plain::report(instance, ClusterResourceOnline, 0);
        return ERROR_SUCCESS;
    }
    if (is(instance, RESFORGE_TEXT("silent"))) {
        return plain::start_worker(instance, silent_worker);
    }
    if (is(instance, RESFORGE_TEXT("constant"))) {
        return plain::start_worker(instance, constant_worker);
    }
    if (is(instance, RESFORGE_TEXT("late"))) {
        return plain::start_worker(instance, late_worker);
    }
    if (is(instance, RESFORGE_TEXT("event"))) {
        ResetEvent(instance.failure);
        return plain::start_worker(instance, event_worker);
    }
    if (is(instance, RESFORGE_TEXT("fails"))) {
        return plain::start_worker(instance, failing_worker);
    }
    if (is(instance, RESFORGE_TEXT("crowd"))) {
        return plain::start_worker(instance, crowd_worker);
    }
    return plain::online(resid, event_handle);
}

VOID WINAPI terminate(RESID resid) {
    if (is(instance_of(resid), RESFORGE_TEXT("deaf terminate"))) {
        Sleep(INFINITE);
    }
    if (is(instance_of(resid), RESFORGE_TEXT("slow terminate"))) {
        Sleep(5000);
    }
    plain::terminate(resid);
}

BOOL WINAPI looks_alive(RESID resid) {
    Instance& instance = instance_of(resid);
    if (is(instance, RESFORGE_TEXT("sick"))) {
        return FALSE;
    }
    return plain::is_alive(resid);
}

BOOL WINAPI is_alive(RESID resid) {
    Instance& instance = instance_of(resid);
    if (is(instance, RESFORGE_TEXT("crashes"))) {
        volatile int* const nowhere = reinterpret_cast<int*>(instance.counter);
        return *nowhere;
    }
    if (is(instance, RESFORGE_TEXT("sick"))) {
        return ++instance.counter < 3 ? TRUE : FALSE;
    }
    return plain::is_alive(resid);
}

DWORD WINAPI control(RESID resid, DWORD code, PVOID input, DWORD input_size, PVOID output,
                     DWORD output_size, LPDWORD returned) {
    Instance& instance = instance_of(resid);
    if (is(instance, RESFORGE_TEXT("sloppy control"))) {
        if (code == 1) {
            return ERROR_SUCCESS;
        }
        static_cast<BYTE*>(output)[output_size] = 7;
        *returned = output_size + 1;
        return code == 2 ? ERROR_SUCCESS : ERROR_IO_PENDING;
    }
    if (code == 3 && input != nullptr) {
        for (DWORD index = 0; index < input_size && index < output_size; ++index) {
            static_cast<BYTE*>(output)[index] =
                static_cast<const BYTE*>(input)[input_size - 1 - index];
        }
        *returned = input_size;
        return ERROR_SUCCESS;
    }
    if (code == 4) {
        Sleep(5000);
    }
    return plain::control(resid, code, input, input_size, output, output_size, returned);
}

void change(CLRES_V1_FUNCTIONS& functions) {
    functions.Open = open;
    functions.Close = close;
    functions.Online = online;
    functions.Terminate = terminate;
    functions.LooksAlive = looks_alive;
    functions.IsAlive = is_alive;
    functions.ResourceControl = control;
}

}  // namespace

PLAIN_STARTUP(change(plain::table.V1Functions))
