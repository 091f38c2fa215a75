// Win32 for the test host, over the standard library's threads.
#include "resforge/win32.h"

#include <dlfcn.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "host.h"

namespace {

struct Object {
    bool manual = true;
    bool signalled = false;
    LONG count = 0;  // semaphores
    bool is_semaphore = false;
    std::u16string name;
    int references = 1;
};

std::mutex mutex;
std::condition_variable changed;
std::map<HANDLE, Object*> handles;
std::map<std::u16string, Object*> named;
std::uintptr_t next_handle = 16;
std::atomic<int> running{0};
std::atomic<DWORD> next_thread{100};
thread_local DWORD error = 0;
thread_local DWORD thread_id = 1;

HANDLE add(Object* object) {
    const auto handle = reinterpret_cast<HANDLE>(next_handle += 4);
    handles[handle] = object;
    return handle;
}

bool take(Object& object) {
    if (object.is_semaphore) {
        if (object.count == 0) {
            return false;
        }
        --object.count;
        return true;
    }
    const bool was = object.signalled;
    object.signalled = was && object.manual;
    return was;
}

void release(Object* object) {
    if (--object->references == 0) {
        named.erase(object->name);
        delete object;
    }
}

}  // namespace

namespace host {

int open_handles() {
    const std::scoped_lock guard(mutex);
    return static_cast<int>(handles.size());
}

int threads() {
    return running;
}

}  // namespace host

extern "C" {

HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES, BOOL manual, BOOL initial, LPCWSTR) {
    const host::Quiet quiet;
    if (host::fails("CreateEventW")) {
        error = ERROR_NO_SYSTEM_RESOURCES;
        return nullptr;
    }
    const std::scoped_lock guard(mutex);
    return add(new Object{manual != FALSE, initial != FALSE, 0, false, {}, 1});
}

HANDLE WINAPI CreateSemaphoreW(LPSECURITY_ATTRIBUTES, LONG count, LONG, LPCWSTR name) {
    const host::Quiet quiet;
    if (host::fails("CreateSemaphoreW")) {
        error = ERROR_NO_SYSTEM_RESOURCES;
        return nullptr;
    }
    const std::scoped_lock guard(mutex);
    if (const auto found = named.find(name); found != named.end()) {
        ++found->second->references;
        return add(found->second);
    }
    auto* object = new Object{true, false, count, true, name, 1};
    named[name] = object;
    return add(object);
}

BOOL WINAPI ReleaseSemaphore(HANDLE handle, LONG count, LPLONG) {
    const std::scoped_lock guard(mutex);
    handles.at(handle)->count += count;
    changed.notify_all();
    return TRUE;
}

BOOL WINAPI SetEvent(HANDLE handle) {
    const std::scoped_lock guard(mutex);
    handles.at(handle)->signalled = true;
    changed.notify_all();
    return TRUE;
}

BOOL WINAPI ResetEvent(HANDLE handle) {
    const std::scoped_lock guard(mutex);
    handles.at(handle)->signalled = false;
    return TRUE;
}

HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES, SIZE_T, LPTHREAD_START_ROUTINE start,
                           LPVOID parameter, DWORD, LPDWORD id) {
    const host::Quiet quiet;
    if (host::fails("CreateThread")) {
        error = ERROR_NO_SYSTEM_RESOURCES;
        return nullptr;
    }
    const std::scoped_lock guard(mutex);
    auto* object = new Object{true, false, 0, false, {}, 2};
    const DWORD number = next_thread++;
    if (id != nullptr) {
        *id = number;
    }
    ++running;
    std::thread([=] {
        thread_id = number;
        start(parameter);
        const std::scoped_lock inner(mutex);
        object->signalled = true;
        release(object);
        --running;
        changed.notify_all();
    }).detach();
    return add(object);
}

DWORD WINAPI WaitForSingleObject(HANDLE handle, DWORD milliseconds) {
    std::unique_lock lock(mutex);
    Object* object = handles.at(handle);
    ++object->references;
    const auto ready = [&] { return take(*object); };
    bool done = true;
    if (milliseconds == INFINITE) {
        changed.wait(lock, ready);
    } else {
        done = changed.wait_until(
            lock, std::chrono::system_clock::now() + std::chrono::milliseconds(milliseconds),
            ready);
    }
    release(object);
    return done ? WAIT_OBJECT_0 : WAIT_TIMEOUT;
}

BOOL WINAPI CloseHandle(HANDLE handle) {
    const std::scoped_lock guard(mutex);
    const auto found = handles.find(handle);
    if (found == handles.end()) {
        std::abort();
    }
    release(found->second);
    handles.erase(found);
    error = 0;
    return TRUE;
}

BOOL WINAPI GetModuleHandleExW(DWORD flags, LPCWSTR address, HMODULE* module) {
    const host::Quiet quiet;
    constexpr DWORD kPin = GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS;
    if (host::fails("GetModuleHandleExW") || flags != kPin) {
        error = ERROR_NO_SYSTEM_RESOURCES;
        return FALSE;
    }
    Dl_info found{};
    if (dladdr(address, &found) == 0) {
        std::abort();
    }
    // Of a type that is linked in there is no library to keep, and the call changes nothing.
    *module = static_cast<HMODULE>(dlopen(found.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE));
    return TRUE;
}

VOID WINAPI Sleep(DWORD milliseconds) {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

ULONGLONG WINAPI GetTickCount64() {
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
    if (const auto& then = host::world().on_tick) {
        then();
    }
    return static_cast<ULONGLONG>(now.count());
}

DWORD WINAPI GetLastError() {
    return error;
}
VOID WINAPI SetLastError(DWORD code) {
    error = code;
}
DWORD WINAPI GetCurrentThreadId() {
    return thread_id;
}

// A spin lock in the lock word, so that a race detector sees exactly this synchronisation.
VOID WINAPI AcquireSRWLockExclusive(PSRWLOCK lock) {
    const std::atomic_ref<PVOID> word(lock->Ptr);
    PVOID expected = nullptr;
    while (!word.compare_exchange_weak(expected, lock, std::memory_order_acquire)) {
        expected = nullptr;
        std::this_thread::yield();
    }
}

VOID WINAPI ReleaseSRWLockExclusive(PSRWLOCK lock) {
    std::atomic_ref<PVOID>(lock->Ptr).store(nullptr, std::memory_order_release);
}
}
