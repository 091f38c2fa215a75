// A resource DLL that does everything with threads, events and waits of its own, for two types.
// With DEFECT it has one known mistake.
#include <cstddef>
#include <initializer_list>
#include <new>

#include "resforge/cluster_api.h"

#ifndef DEFECT
#define DEFECT 0
#endif
#define FREES_UNDER_THE_WORKER 1
#define SLOW_TERMINATE 2
#define CLOSES_THE_WORKER_TWICE 3
#define TERMINATE_FORGETS_PENDING 4
#define MILLISECONDS_TAKEN_FOR_SECONDS 5

#ifdef _WIN32
#define EXPORTED extern "C" __declspec(dllexport)
#else
#define EXPORTED extern "C" __attribute__((visibility("default")))
#endif

namespace {

constexpr DWORD kStopTimeout = 400;  // milliseconds

class Lock {
  public:
#ifdef _WIN32
    Lock() { InitializeCriticalSection(&section_); }
    ~Lock() { DeleteCriticalSection(&section_); }
    void enter() { EnterCriticalSection(&section_); }
    void leave() { LeaveCriticalSection(&section_); }

  private:
    CRITICAL_SECTION section_;
#else
    void enter() { AcquireSRWLockExclusive(&lock_); }
    void leave() { ReleaseSRWLockExclusive(&lock_); }

  private:
    SRWLOCK lock_ = SRWLOCK_INIT;
#endif
};

struct Service {
    RESOURCE_HANDLE handle = nullptr;
    HANDLE stop = nullptr;     // manual reset
    HANDLE stopped = nullptr;  // the application says that it has stopped
    HANDLE worker = nullptr;
    Lock lock;
    CLUSTER_RESOURCE_STATE state = ClusterResourceOffline;
    DWORD padding[8] = {};
};

PSET_RESOURCE_STATUS_ROUTINE set_status = nullptr;
PLOG_EVENT_ROUTINE log_event = nullptr;

bool report(Service& service, CLUSTER_RESOURCE_STATE state, DWORD checkpoint) {
    RESOURCE_STATUS status = {};
    status.ResourceState = state;
    status.CheckPoint = checkpoint;
    return set_status(service.handle, &status) == ResourceExitStateContinue;
}

void set_state(Service& service, CLUSTER_RESOURCE_STATE state) {
    service.lock.enter();
    service.state = state;
    service.lock.leave();
}

CLUSTER_RESOURCE_STATE state_of(Service& service) {
    service.lock.enter();
    const CLUSTER_RESOURCE_STATE state = service.state;
    service.lock.leave();
    return state;
}

DWORD WINAPI bring_online(LPVOID parameter) {
    auto& service = *static_cast<Service*>(parameter);
    for (DWORD step = 1; step <= 5; ++step) {
        const DWORD waited = WaitForSingleObject(service.stop, 1'000);
        if (waited == WAIT_OBJECT_0 || !report(service, ClusterResourceOnlinePending, step)) {
            return 0;
        }
    }
    set_state(service, ClusterResourceOnline);
    report(service, ClusterResourceOnline, 6);
    return 0;
}

DWORD WINAPI take_offline(LPVOID parameter) {
    auto& service = *static_cast<Service*>(parameter);
    const HANDLE either[] = {service.stop, service.stopped};
    const DWORD unit = DEFECT == MILLISECONDS_TAKEN_FOR_SECONDS ? 1'000 : 1;
    const DWORD waited = WaitForMultipleObjects(2, either, FALSE, kStopTimeout * unit);
    if (waited != WAIT_OBJECT_0) {
        set_state(service, ClusterResourceOffline);
        report(service, ClusterResourceOffline, 1);
    }
    return 0;
}

HANDLE take_worker(Service& service) {
    service.lock.enter();
    const HANDLE worker = service.worker;
    if (DEFECT != CLOSES_THE_WORKER_TWICE) {
        service.worker = nullptr;
    }
    service.lock.leave();
    return worker;
}

void end_worker(Service& service) {
    const HANDLE worker = take_worker(service);
    if (worker == nullptr) {
        return;
    }
    SetEvent(service.stop);
    WaitForSingleObject(worker, INFINITE);
    CloseHandle(worker);
#if DEFECT == CLOSES_THE_WORKER_TWICE
    service.worker = nullptr;
#endif
}

DWORD start(Service& service, LPTHREAD_START_ROUTINE routine) {
    end_worker(service);
    service.lock.enter();
    ResetEvent(service.stop);
    service.worker = CreateThread(nullptr, 0, routine, &service, 0, nullptr);
    const DWORD error = service.worker == nullptr ? GetLastError() : DWORD{ERROR_IO_PENDING};
    service.lock.leave();
    return error;
}

void destroy(Service* service) {
    for (const HANDLE event : {service->stop, service->stopped}) {
        if (event != nullptr) {
            CloseHandle(event);
        }
    }
    service->~Service();
    LocalFree(service);
}

RESID WINAPI ServiceOpen(LPCWSTR name, HKEY, RESOURCE_HANDLE handle) {
    void* const memory = LocalAlloc(LPTR, sizeof(Service));
    if (memory == nullptr) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return nullptr;
    }
    auto* const service = new (memory) Service();
    service->handle = handle;
    service->stop = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    if (service->stop != nullptr) {
        service->stopped = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    }
    if (service->stopped == nullptr) {
        const DWORD error = GetLastError();
        destroy(service);
        SetLastError(error);
        return nullptr;
    }
    log_event(handle, LOG_INFORMATION, RESFORGE_TEXT("Opened %1 (%2!08x!), 100%% done."), name, 7U);
    return service;
}

VOID WINAPI ServiceTerminate(RESID id) {
    auto* const service = static_cast<Service*>(id);
    if (service == nullptr) {
        return;
    }
#if DEFECT == SLOW_TERMINATE
    WaitForSingleObject(service->stopped, 30'000);
#endif
#if DEFECT == TERMINATE_FORGETS_PENDING
    if (state_of(*service) == ClusterResourceOffline) {
        return;
    }
#endif
    end_worker(*service);
    set_state(*service, ClusterResourceOffline);
}

VOID WINAPI ServiceClose(RESID id) {
    auto* const service = static_cast<Service*>(id);
    if (service != nullptr) {
#if DEFECT != FREES_UNDER_THE_WORKER
        ServiceTerminate(id);
#endif
        destroy(service);
    }
}

DWORD WINAPI ServiceOnline(RESID id, LPHANDLE) {
    auto* const service = static_cast<Service*>(id);
    return service != nullptr ? start(*service, bring_online) : DWORD{ERROR_RESOURCE_NOT_FOUND};
}

DWORD WINAPI ServiceOffline(RESID id) {
    auto* const service = static_cast<Service*>(id);
    return service != nullptr ? start(*service, take_offline) : DWORD{ERROR_RESOURCE_NOT_FOUND};
}

BOOL WINAPI ServiceIsAlive(RESID id) {
    auto* const service = static_cast<Service*>(id);
    return service != nullptr && state_of(*service) == ClusterResourceOnline ? TRUE : FALSE;
}

CLRES_FUNCTION_TABLE service_table = {
    CLRES_V1_FUNCTION_SIZE,
    CLRES_VERSION_V1_00,
    {{ServiceOpen, ServiceClose, ServiceOnline, ServiceOffline, ServiceTerminate, ServiceIsAlive,
      ServiceIsAlive, nullptr, nullptr, nullptr, nullptr}},
};

// The other type does everything inside its entry points.

DWORD WINAPI MarkerOnline(RESID id, LPHANDLE) {
    set_state(*static_cast<Service*>(id), ClusterResourceOnline);
    return ERROR_SUCCESS;
}

DWORD WINAPI MarkerOffline(RESID id) {
    set_state(*static_cast<Service*>(id), ClusterResourceOffline);
    return ERROR_SUCCESS;
}

CLRES_FUNCTION_TABLE marker_table = {
    CLRES_V1_FUNCTION_SIZE,
    CLRES_VERSION_V1_00,
    {{ServiceOpen, ServiceClose, MarkerOnline, MarkerOffline, ServiceTerminate, ServiceIsAlive,
      ServiceIsAlive, nullptr, nullptr, nullptr, nullptr}},
};

bool same_text(LPCWSTR left, LPCWSTR right) {
    for (;; ++left, ++right) {
        const WCHAR folded =
            *left >= u'A' && *left <= u'Z' ? static_cast<WCHAR>(*left + 32) : *left;
        if (folded != *right || folded == 0) {
            return folded == *right;
        }
    }
}

}  // namespace

EXPORTED DWORD WINAPI Startup(LPCWSTR type, DWORD minimum_version, DWORD maximum_version,
                              PSET_RESOURCE_STATUS_ROUTINE status, PLOG_EVENT_ROUTINE log,
                              PCLRES_FUNCTION_TABLE* functions) {
    if (minimum_version > CLRES_VERSION_V1_00 || maximum_version < CLRES_VERSION_V1_00) {
        return ERROR_REVISION_MISMATCH;
    }
    if (same_text(type, RESFORGE_TEXT("threaded service"))) {
        *functions = &service_table;
    } else if (same_text(type, RESFORGE_TEXT("marker"))) {
        *functions = &marker_table;
    } else {
        return ERROR_CLUSTER_RESNAME_NOT_FOUND;
    }
    set_status = status;
    log_event = log;
    return ERROR_SUCCESS;
}
