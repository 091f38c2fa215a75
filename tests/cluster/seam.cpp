// A small stand-in for the host below the cluster functions: threads, memory, call context.
#include "seam.h"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "emulated_win32.h"

namespace resforge::rhs {
namespace {

// Polled and joined: MinGW's timed condition waits and detached threads fail once in a while.
struct Thread {
    std::atomic<bool> ended{false};
    std::thread runs;
};

struct State {
    std::mutex mutex;
    std::map<void*, std::size_t> blocks;
    std::map<HANDLE, std::shared_ptr<Thread>> threads;
    std::uintptr_t next_thread = 0x40000;
    int allocations_left = -1;
};

State& state() {
    static State* const instance = new State;
    return *instance;
}

thread_local CallContext context;
thread_local DWORD last_error = 0;

}  // namespace

CallContext& call_context() {
    return context;
}

void yield_point(bool) {}

void take_time(std::string_view) {}

namespace seam {

std::size_t open_blocks() {
    const std::scoped_lock lock(state().mutex);
    return state().blocks.size();
}

void fail_allocation(int call) {
    const std::scoped_lock lock(state().mutex);
    state().allocations_left = call;
}

}  // namespace seam

namespace emulated {

HLOCAL WINAPI LocalAlloc(UINT, SIZE_T bytes) {
    const std::scoped_lock lock(state().mutex);
    if (state().allocations_left > 0 && --state().allocations_left == 0) {
        state().allocations_left = -1;
        return nullptr;
    }
    void* const memory = std::malloc(bytes == 0 ? 1 : bytes);
    state().blocks.emplace(memory, bytes);
    return memory;
}

HLOCAL WINAPI LocalFree(HLOCAL memory) {
    const std::scoped_lock lock(state().mutex);
    if (memory != nullptr && state().blocks.erase(memory) == 0) {
        std::abort();  // a pointer that LocalAlloc did not give out, or a second free
    }
    std::free(memory);
    return nullptr;
}

HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES, SIZE_T, LPTHREAD_START_ROUTINE start,
                           LPVOID parameter, DWORD, LPDWORD) {
    const auto thread = std::make_shared<Thread>();
    thread->runs = std::thread([ended = &thread->ended, start, parameter] {
        call_context().is_worker = true;
        start(parameter);
        *ended = true;
    });
    const std::scoped_lock lock(state().mutex);
    const auto handle = reinterpret_cast<HANDLE>(state().next_thread += 4);
    state().threads.emplace(handle, thread);
    return handle;
}

DWORD WINAPI WaitForSingleObject(HANDLE handle, DWORD milliseconds) {
    std::shared_ptr<Thread> thread;
    {
        const std::scoped_lock lock(state().mutex);
        const auto found = state().threads.find(handle);
        if (found == state().threads.end()) {
            return WAIT_FAILED;
        }
        thread = found->second;
    }
    const ULONGLONG start = GetTickCount64();
    while (!thread->ended) {
        if (milliseconds != INFINITE && GetTickCount64() - start >= milliseconds) {
            return WAIT_TIMEOUT;
        }
        Sleep(1);
    }
    return WAIT_OBJECT_0;
}

BOOL WINAPI CloseHandle(HANDLE handle) {
    std::shared_ptr<Thread> thread;
    {
        const std::scoped_lock lock(state().mutex);
        const auto found = state().threads.find(handle);
        if (found == state().threads.end()) {
            return FALSE;
        }
        thread = found->second;
        state().threads.erase(found);
    }
    thread->runs.join();
    return TRUE;
}

ULONGLONG WINAPI GetTickCount64() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<ULONGLONG>(
        std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

VOID WINAPI Sleep(DWORD milliseconds) {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

DWORD WINAPI GetLastError() {
    return last_error;
}

VOID WINAPI SetLastError(DWORD error) {
    last_error = error;
}

}  // namespace emulated
}  // namespace resforge::rhs
