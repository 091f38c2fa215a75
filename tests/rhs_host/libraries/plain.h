// A small resource DLL that follows the contract; each test library changes one thing about it.
#pragma once

#include <map>
#include <string>

#include "resforge/cluster_abi.h"
#include "resforge/win32.h"

namespace plain {

struct Instance {
    std::basic_string<WCHAR> name;
    HKEY key = nullptr;
    RESOURCE_HANDLE handle = nullptr;
    HANDLE stop = nullptr;
    HANDLE worker = nullptr;
    int state = ClusterResourceOffline;
    DWORD work_ms = 1000;
    HANDLE failure = nullptr;   // signalled when the application failed
    HANDLE finished = nullptr;  // semaphore
    SRWLOCK lock = SRWLOCK_INIT;
    DWORD counter = 0;
};

inline PSET_RESOURCE_STATUS_ROUTINE set_status = nullptr;
inline PLOG_EVENT_ROUTINE log = nullptr;

inline Instance& instance_of(RESID resid) {
    return *static_cast<Instance*>(resid);
}

inline bool report(Instance& instance, CLUSTER_RESOURCE_STATE state, DWORD checkpoint) {
    RESOURCE_STATUS status = {};
    status.ResourceState = state;
    status.CheckPoint = checkpoint;
    return set_status(instance.handle, &status) == ResourceExitStateContinue;
}

inline void join(Instance& instance, DWORD milliseconds = INFINITE) {
    if (instance.worker != nullptr) {
        WaitForSingleObject(instance.worker, milliseconds);
        CloseHandle(instance.worker);
        instance.worker = nullptr;
    }
}

inline DWORD start_worker(Instance& instance, LPTHREAD_START_ROUTINE start) {
    join(instance);
    ResetEvent(instance.stop);
    instance.worker = CreateThread(nullptr, 0, start, &instance, 0, nullptr);
    return instance.worker != nullptr ? ERROR_IO_PENDING : GetLastError();
}

inline DWORD WINAPI online_worker(LPVOID parameter) {
    Instance& instance = instance_of(parameter);
    for (DWORD checkpoint = 1; checkpoint <= 3; ++checkpoint) {
        if (WaitForSingleObject(instance.stop, instance.work_ms) == WAIT_OBJECT_0 ||
            !report(instance, ClusterResourceOnlinePending, checkpoint)) {
            return 0;
        }
    }
    instance.state = ClusterResourceOnline;
    report(instance, ClusterResourceOnline, 4);
    return 0;
}

inline DWORD WINAPI offline_worker(LPVOID parameter) {
    Instance& instance = instance_of(parameter);
    if (WaitForSingleObject(instance.stop, instance.work_ms) != WAIT_OBJECT_0) {
        instance.state = ClusterResourceOffline;
        report(instance, ClusterResourceOffline, 1);
    }
    return 0;
}

inline RESID WINAPI open(LPCWSTR name, HKEY key, RESOURCE_HANDLE handle) {
    auto* const instance = new Instance();
    instance->name = name;
    instance->handle = handle;
    instance->stop = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    ClusterRegOpenKey(key, RESFORGE_TEXT("Parameters"), KEY_READ, &instance->key);
    log(handle, LOG_INFORMATION, RESFORGE_TEXT("opened %1 with %2!u!%%"), instance->name.c_str(),
        7U);
    return instance;
}

inline VOID WINAPI terminate(RESID resid) {
    Instance& instance = instance_of(resid);
    SetEvent(instance.stop);
    join(instance);
    instance.state = ClusterResourceOffline;
}

inline VOID WINAPI close(RESID resid) {
    Instance& instance = instance_of(resid);
    terminate(resid);
    CloseHandle(instance.stop);
    if (instance.key != nullptr) {
        ClusterRegCloseKey(instance.key);
    }
    delete &instance;
}

inline DWORD WINAPI online(RESID resid, LPHANDLE) {
    return start_worker(instance_of(resid), online_worker);
}

inline DWORD WINAPI offline(RESID resid) {
    return start_worker(instance_of(resid), offline_worker);
}

inline BOOL WINAPI is_alive(RESID resid) {
    return instance_of(resid).state == ClusterResourceOnline ? TRUE : FALSE;
}

inline DWORD WINAPI control(RESID, DWORD code, PVOID, DWORD, PVOID, DWORD, LPDWORD returned) {
    *returned = 0;
    return code == CLUSCTL_RESOURCE_UNKNOWN ? ERROR_SUCCESS : ERROR_INVALID_FUNCTION;
}

inline DWORD WINAPI type_control(LPCWSTR, DWORD, PVOID, DWORD, PVOID, DWORD, LPDWORD returned) {
    *returned = 0;
    return ERROR_INVALID_FUNCTION;
}

inline CLRES_FUNCTION_TABLE make_table() {
    CLRES_FUNCTION_TABLE table = {};
    table.TableSize = CLRES_V1_FUNCTION_SIZE;
    table.Version = CLRES_VERSION_V1_00;
    table.V1Functions = {open,     close,   online,  offline, terminate,   is_alive,
                         is_alive, nullptr, nullptr, control, type_control};
    return table;
}

inline CLRES_FUNCTION_TABLE table = make_table();

inline DWORD startup(DWORD minimum, DWORD maximum, PSET_RESOURCE_STATUS_ROUTINE status,
                     PLOG_EVENT_ROUTINE logger, PCLRES_FUNCTION_TABLE* result) {
    if (minimum > CLRES_VERSION_V1_00 || maximum < CLRES_VERSION_V1_00) {
        return ERROR_REVISION_MISMATCH;
    }
    set_status = status;
    log = logger;
    *result = &table;
    return ERROR_SUCCESS;
}

}  // namespace plain

#ifdef _WIN32
#define PLAIN_EXPORT extern "C" __declspec(dllexport)
#else
#define PLAIN_EXPORT extern "C" __attribute__((visibility("default")))
#endif

// `CHANGE` adjusts plain::table before it is handed out.
#define PLAIN_STARTUP(CHANGE)                                                                     \
    PLAIN_EXPORT DWORD WINAPI Startup(LPCWSTR, DWORD minimum, DWORD maximum,                      \
                                      PSET_RESOURCE_STATUS_ROUTINE status,                        \
                                      PLOG_EVENT_ROUTINE logger, PCLRES_FUNCTION_TABLE* result) { \
        CHANGE;                                                                                   \
        return plain::startup(minimum, maximum, status, logger, result);                          \
    }
