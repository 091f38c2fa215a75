// A thread and IsAlive share something; the name of the resource says what, and what orders them.
#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include "plain.h"

namespace {

using plain::Instance;
using plain::instance_of;

std::atomic<DWORD> atomic_counter = 0;
std::atomic<bool> is_written = false;
DWORD opened = 0;
DWORD foreign_counter = 0;
HANDLE written = nullptr;

bool is(const Instance& instance, LPCWSTR what) {
    return instance.name.starts_with(what);
}

const std::string& greeting() {
    static const std::string text(100, 'x');
    return text;
}

void expect(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void use_heap() {
    const auto numbers = std::make_unique<DWORD[]>(64);
    for (DWORD index = 0; index < 64; ++index) {
        numbers[index] = index;
    }
}

DWORD use_stack() {
    volatile DWORD numbers[64] = {};
    for (DWORD index = 0; index < 64; ++index) {
        numbers[index] = index;
    }
    return numbers[63];
}

DWORD WINAPI short_thread(LPVOID) {
    return use_stack();
}

void start_short_thread() {
    CloseHandle(CreateThread(nullptr, 0, short_thread, nullptr, 0, nullptr));
}

// What is done with the counter of the instance, by the thread (`writes`) and by IsAlive.
void touch(Instance& instance, bool writes) {
    if (is(instance, RESFORGE_TEXT("bare"))) {
        instance.counter += writes ? 1 : 0;
    } else if (is(instance, RESFORGE_TEXT("read"))) {
        expect(instance.counter < 10);
    } else if (is(instance, RESFORGE_TEXT("locked"))) {
        AcquireSRWLockExclusive(&instance.lock);
        instance.counter += writes ? 1 : 0;
        ReleaseSRWLockExclusive(&instance.lock);
    } else if (is(instance, RESFORGE_TEXT("atomic"))) {
        atomic_counter += writes ? 1 : 0;
    } else if (is(instance, RESFORGE_TEXT("published")) || is(instance, RESFORGE_TEXT("relaxed"))) {
        const bool is_relaxed = is(instance, RESFORGE_TEXT("relaxed"));
        if (writes) {
            ++instance.counter;
            is_written.store(true,
                             is_relaxed ? std::memory_order_relaxed : std::memory_order_release);
        } else if (is_written.load(is_relaxed ? std::memory_order_relaxed
                                              : std::memory_order_acquire)) {
            ++instance.counter;
        }
    } else if (is(instance, RESFORGE_TEXT("event"))) {
        if (writes) {
            ++instance.counter;
            SetEvent(written);
        } else if (WaitForSingleObject(written, 0) == WAIT_OBJECT_0) {
            ++instance.counter;
        }
    } else if (is(instance, RESFORGE_TEXT("foreign"))) {
        std::thread([] { ++foreign_counter; }).join();
    } else if (is(instance, RESFORGE_TEXT("heap"))) {
        use_heap();
    } else if (is(instance, RESFORGE_TEXT("stack"))) {
        start_short_thread();
    } else if (is(instance, RESFORGE_TEXT("static"))) {
        expect(greeting().size() == 100);
    }
}

DWORD WINAPI sharing_worker(LPVOID parameter) {
    Instance& instance = instance_of(parameter);
    plain::report(instance, ClusterResourceOnline, 1);
    touch(instance, true);
    WaitForSingleObject(instance.stop, INFINITE);
    return 0;
}

RESID WINAPI sharing_open(LPCWSTR name, HKEY key, RESOURCE_HANDLE handle) {
    auto* const instance = static_cast<Instance*>(plain::open(name, key, handle));
    if (is(*instance, RESFORGE_TEXT("global"))) {
        ++opened;
    }
    return instance;
}

DWORD WINAPI sharing_online(RESID resid, LPHANDLE) {
    return plain::start_worker(instance_of(resid), sharing_worker);
}

DWORD WINAPI sharing_offline(RESID resid) {
    plain::terminate(resid);
    ++instance_of(resid).counter;
    return ERROR_SUCCESS;
}

BOOL WINAPI sharing_is_alive(RESID resid) {
    Instance& instance = instance_of(resid);
    touch(instance, false);
    return TRUE;
}

}  // namespace

PLAIN_STARTUP(if (written == nullptr) {
    written = CreateEventW(nullptr, TRUE, FALSE, nullptr);
} plain::table.V1Functions.Open = sharing_open;
              plain::table.V1Functions.Online = sharing_online;
              plain::table.V1Functions.Offline = sharing_offline;
              plain::table.V1Functions.IsAlive = sharing_is_alive;
              plain::table.V1Functions.LooksAlive = sharing_is_alive)
