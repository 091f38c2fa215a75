// ClusWorker functions: threads of a resource DLL that can be asked to end (ns-resapi-clus_worker).
#include <atomic>
#include <memory>

#include "cluster_call.h"
#include "cluster_errors.h"

namespace resforge::rhs {
namespace {

struct Start {
    PCLUS_WORKER worker;
    PWORKER_START_ROUTINE routine;
    PVOID parameter;
};

DWORD WINAPI run(LPVOID parameter) {
    const std::unique_ptr<Start> start(static_cast<Start*>(parameter));
    return start->routine(start->worker, start->parameter);
}

// The flag is read and written by several threads, and the structure belongs to the DLL.
bool asked(const CLUS_WORKER& worker) {
    return std::atomic_ref<BOOL>(const_cast<BOOL&>(worker.Terminate)).load() != FALSE;
}

// True for the one caller that sets the flag first.
bool ask(CLUS_WORKER& worker) {
    return std::atomic_ref<BOOL>(worker.Terminate).exchange(TRUE) == FALSE;
}

HANDLE thread_of(const CLUS_WORKER& worker) {
    return std::atomic_ref<HANDLE>(const_cast<HANDLE&>(worker.hThread)).load();
}

std::uint32_t create(PCLUS_WORKER worker, PWORKER_START_ROUTINE routine, PVOID parameter) {
    if (worker == nullptr || routine == nullptr) {
        return error::kInvalidParameter;
    }
    if (thread_of(*worker) != nullptr) {
        return error::kNotEmpty;
    }
    // Published DLLs create on a structure that was terminated before, without clearing it.
    std::atomic_ref<BOOL>(worker->Terminate).store(FALSE);
    auto start = std::make_unique<Start>(Start{worker, routine, parameter});
    const HANDLE thread = emulated::CreateThread(nullptr, 0, &run, start.get(), 0, nullptr);
    if (thread == nullptr) {
        return emulated::GetLastError();
    }
    static_cast<void>(start.release());
    std::atomic_ref<HANDLE>(worker->hThread).store(thread);
    return error::kSuccess;
}

void close_thread(CLUS_WORKER& worker) {
    const HANDLE thread = std::atomic_ref<HANDLE>(worker.hThread).exchange(nullptr);
    if (thread != nullptr) {
        emulated::CloseHandle(thread);
    }
}

std::uint32_t wait(const CLUS_WORKER& worker, DWORD milliseconds) {
    return emulated::WaitForSingleObject(thread_of(worker), milliseconds) == WAIT_OBJECT_0
               ? error::kSuccess
               : error::kWaitTimeout;
}

// Signals unless only waiting was asked for, waits, and closes the handle of an ended thread.
std::uint32_t terminate(CLUS_WORKER& worker, DWORD milliseconds, bool wait_only) {
    if (thread_of(worker) == nullptr) {
        return error::kSuccess;
    }
    if (!wait_only) {
        ask(worker);
    }
    const std::uint32_t error = wait(worker, milliseconds);
    if (error == error::kSuccess) {
        close_thread(worker);
    }
    return error;
}

std::uint32_t terminate_all(PCLUS_WORKER* workers, SIZE_T count, DWORD milliseconds,
                            bool wait_only) {
    if (workers == nullptr && count > 0) {
        return error::kInvalidParameter;
    }
    for (SIZE_T i = 0; !wait_only && i < count; ++i) {
        if (workers[i] != nullptr && thread_of(*workers[i]) != nullptr) {
            ask(*workers[i]);
        }
    }
    const ULONGLONG start = emulated::GetTickCount64();
    std::uint32_t error = error::kSuccess;
    for (SIZE_T i = 0; i < count; ++i) {
        const ULONGLONG gone = emulated::GetTickCount64() - start;
        const DWORD left = milliseconds == INFINITE ? INFINITE
                           : gone >= milliseconds   ? 0
                                                    : milliseconds - static_cast<DWORD>(gone);
        if (workers[i] != nullptr && terminate(*workers[i], left, true) != error::kSuccess) {
            error = error::kWaitTimeout;
        }
    }
    return error;
}

}  // namespace

namespace emulated {

RESFORGE_EMULATED DWORD WINAPI ClusWorkerCreate(PCLUS_WORKER worker, PWORKER_START_ROUTINE start,
                                                PVOID parameter) {
    return guarded("ClusWorkerCreate", [&] { return create(worker, start, parameter); });
}

RESFORGE_EMULATED BOOL WINAPI ClusWorkerCheckTerminate(PCLUS_WORKER worker) {
    bool terminate = false;
    guarded("ClusWorkerCheckTerminate", [&] {
        terminate = worker != nullptr && asked(*worker);
        return error::kSuccess;
    });
    return terminate ? TRUE : FALSE;
}

// Only the first caller waits; the others return while the thread may still run
// (nf-resapi-clusworkerterminate).
RESFORGE_EMULATED VOID WINAPI ClusWorkerTerminate(PCLUS_WORKER worker) {
    guarded("ClusWorkerTerminate", [&] {
        if (worker != nullptr && thread_of(*worker) != nullptr && ask(*worker)) {
            wait(*worker, INFINITE);
            close_thread(*worker);
        }
        return error::kSuccess;
    });
}

RESFORGE_EMULATED DWORD WINAPI ClusWorkerTerminateEx(PCLUS_WORKER worker, DWORD milliseconds,
                                                     BOOL wait_only) {
    return guarded("ClusWorkerTerminateEx", [&] {
        return worker == nullptr ? error::kInvalidParameter
                                 : terminate(*worker, milliseconds, wait_only != FALSE);
    });
}

RESFORGE_EMULATED DWORD WINAPI ClusWorkersTerminate(PCLUS_WORKER* workers, SIZE_T count,
                                                    DWORD milliseconds, BOOL wait_only) {
    return guarded("ClusWorkersTerminate",
                   [&] { return terminate_all(workers, count, milliseconds, wait_only != FALSE); });
}

}  // namespace emulated
}  // namespace resforge::rhs
