// A resource DLL that detects failures with an event handle, does Online and Offline inside the
// entry points, finds the cluster functions by GetProcAddress, and watches with threads of the
// C++ library that use thread-local variables.
#include <atomic>
#include <new>
#include <string>

#include "resforge/cluster_api.h"

#ifdef _WIN32
#include <mutex>
#include <thread>

#define EXPORTED extern "C" __declspec(dllexport)
#else
#define EXPORTED extern "C" __attribute__((visibility("default")))
#endif

namespace {

struct Watcher {
    RESOURCE_HANDLE handle = nullptr;
    HANDLE failed = nullptr;
    HANDLE stop = nullptr;
    HKEY parameters = nullptr;
    bool is_online = false;
#ifdef _WIN32
    std::thread thread;
    std::mutex mutex;
#else
    std::atomic<HANDLE> thread{nullptr};
#endif
};

PLOG_EVENT_ROUTINE log_event = nullptr;
thread_local std::wstring last_seen;

#ifdef _WIN32
using OpenKey = decltype(&ClusterRegOpenKey);
using CloseKey = decltype(&ClusterRegCloseKey);

template <typename Function>
Function find(const char* name) {
    const HMODULE module = LoadLibraryW(L"clusapi.dll");
    return reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(module, name)));
}
#endif

LONG open_key(HKEY key, HKEY* result) {
#ifdef _WIN32
    return find<OpenKey>("ClusterRegOpenKey")(key, L"Parameters", KEY_READ, result);
#else
    return ClusterRegOpenKey(key, RESFORGE_TEXT("Parameters"), KEY_READ, result);
#endif
}

void close_key(HKEY key) {
#ifdef _WIN32
    find<CloseKey>("ClusterRegCloseKey")(key);
#else
    ClusterRegCloseKey(key);
#endif
}

// Looks after the application until it is told to stop.
void watch(Watcher& watcher) {
    last_seen = L"healthy";
    while (WaitForSingleObject(watcher.stop, 10'000) == WAIT_TIMEOUT) {
        last_seen += L'.';
        if (last_seen.size() > 1'000'000) {
            SetEvent(watcher.failed);
        }
    }
}

#ifndef _WIN32
DWORD WINAPI watch_thread(LPVOID parameter) {
    watch(*static_cast<Watcher*>(parameter));
    return 0;
}
#endif

DWORD start_watching(Watcher& watcher) {
    ResetEvent(watcher.stop);
    ResetEvent(watcher.failed);
#ifdef _WIN32
    try {
        watcher.thread = std::thread([&watcher] { watch(watcher); });
    } catch (const std::exception&) {
        return ERROR_NO_SYSTEM_RESOURCES;
    }
    return ERROR_SUCCESS;
#else
    watcher.thread = CreateThread(nullptr, 0, watch_thread, &watcher, 0, nullptr);
    return watcher.thread != nullptr ? DWORD{ERROR_SUCCESS} : GetLastError();
#endif
}

void stop_watching(Watcher& watcher) {
    SetEvent(watcher.stop);
#ifdef _WIN32
    const std::lock_guard guard(watcher.mutex);
    if (watcher.thread.joinable()) {
        watcher.thread.join();
    }
#else
    if (const HANDLE thread = watcher.thread.exchange(nullptr)) {
        WaitForSingleObject(thread, INFINITE);
        CloseHandle(thread);
    }
#endif
    watcher.is_online = false;
}

RESID WINAPI WatcherOpen(LPCWSTR, HKEY key, RESOURCE_HANDLE handle) {
    auto* const watcher = new (std::nothrow) Watcher();
    if (watcher == nullptr) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return nullptr;
    }
    watcher->handle = handle;
    DWORD error = static_cast<DWORD>(open_key(key, &watcher->parameters));
    if (error == ERROR_SUCCESS) {
        watcher->stop = CreateEventW(nullptr, TRUE, FALSE, nullptr);
        error = watcher->stop != nullptr ? DWORD{ERROR_SUCCESS} : GetLastError();
    }
    if (error == ERROR_SUCCESS) {
        watcher->failed = CreateEventW(nullptr, TRUE, FALSE, nullptr);
        error = watcher->failed != nullptr ? DWORD{ERROR_SUCCESS} : GetLastError();
    }
    if (error == ERROR_SUCCESS) {
        return watcher;
    }
    log_event(handle, LOG_ERROR, RESFORGE_TEXT("Open fails with %1!u!."), error);
    if (watcher->stop != nullptr) {
        CloseHandle(watcher->stop);
    }
    if (watcher->parameters != nullptr) {
        close_key(watcher->parameters);
    }
    delete watcher;
    SetLastError(error);
    return nullptr;
}

VOID WINAPI WatcherTerminate(RESID id) {
    if (auto* const watcher = static_cast<Watcher*>(id)) {
        stop_watching(*watcher);
    }
}

VOID WINAPI WatcherClose(RESID id) {
    if (auto* const watcher = static_cast<Watcher*>(id)) {
        stop_watching(*watcher);
        CloseHandle(watcher->stop);
        CloseHandle(watcher->failed);
        close_key(watcher->parameters);
        delete watcher;
    }
}

DWORD WINAPI WatcherOnline(RESID id, LPHANDLE event_handle) {
    auto* const watcher = static_cast<Watcher*>(id);
    if (watcher == nullptr) {
        return ERROR_RESOURCE_NOT_FOUND;
    }
    stop_watching(*watcher);
    const DWORD error = start_watching(*watcher);
    if (error == ERROR_SUCCESS) {
        watcher->is_online = true;
        *event_handle = watcher->failed;
    }
    return error;
}

DWORD WINAPI WatcherOffline(RESID id) {
    WatcherTerminate(id);
    return id != nullptr ? DWORD{ERROR_SUCCESS} : DWORD{ERROR_RESOURCE_NOT_FOUND};
}

BOOL WINAPI WatcherIsAlive(RESID id) {
    const auto* const watcher = static_cast<const Watcher*>(id);
    return watcher != nullptr && watcher->is_online ? TRUE : FALSE;
}

DWORD WINAPI WatcherControl(RESID, DWORD code, PVOID, DWORD, PVOID, DWORD, LPDWORD returned) {
    *returned = 0;
    return code == CLUSCTL_RESOURCE_UNKNOWN ? DWORD{ERROR_SUCCESS} : DWORD{ERROR_INVALID_FUNCTION};
}

CLRES_FUNCTION_TABLE functions = {
    CLRES_V1_FUNCTION_SIZE,
    CLRES_VERSION_V1_00,
    {{WatcherOpen, WatcherClose, WatcherOnline, WatcherOffline, WatcherTerminate, WatcherIsAlive,
      WatcherIsAlive, nullptr, nullptr, WatcherControl, nullptr}},
};

}  // namespace

EXPORTED DWORD WINAPI Startup(LPCWSTR, DWORD minimum_version, DWORD maximum_version,
                              PSET_RESOURCE_STATUS_ROUTINE, PLOG_EVENT_ROUTINE log,
                              PCLRES_FUNCTION_TABLE* result) {
    if (minimum_version > CLRES_VERSION_V1_00 || maximum_version < CLRES_VERSION_V1_00) {
        return ERROR_REVISION_MISMATCH;
    }
    log_event = log;
    *result = &functions;
    return ERROR_SUCCESS;
}
