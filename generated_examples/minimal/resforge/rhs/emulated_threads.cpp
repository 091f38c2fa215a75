// Emulated threads, time, locks and local memory.
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "cluster_errors.h"
#include "crash.h"
#include "data_races.h"
#include "emulated_win32.h"
#include "guarded_heap.h"
#include "kernel.h"
#include "record.h"
#include "stack_poison.h"

namespace resforge::rhs {
namespace {

struct Block {
    std::size_t size = 0;
    std::string resource;
};

struct Blocks {
    std::mutex mutex;
    std::map<void*, Block> by_address;
};

Blocks& blocks() {
    static auto* const instance = new Blocks();
    return *instance;
}

}  // namespace

void write_thread_record(const KernelObject& thread, const char* what) {
    Json fields = Json::object();
    if (!thread.resource.empty()) {
        fields.set("resource", Json(thread.resource));
    }
    fields.set("what", Json(what)).set("name", Json(thread.thread));
    write_record("thread", fields);
}

namespace {

void run_thread(const std::shared_ptr<KernelObject>& thread, LPTHREAD_START_ROUTINE start,
                LPVOID parameter) {
    {
        const Guard guard;
        thread->task = engine().current().number;
        engine().wait([&thread] { return thread->suspended == 0; }, kForever);
    }
    write_thread_record(*thread, "start");
    poison_stack();
    DWORD exit_code = 0;
    try {
        exit_code = start(parameter);
    } catch (...) {
        report_escaped_exception();
    }
    take_time("ExitThread");
    const Guard guard;
    end_watched(thread.get());
    kernel().end_thread(*thread, exit_code);
    write_thread_record(*thread, "end");
    engine().notify();
}

// The owner of an exclusive lock is kept in the lock itself, the number of shared owners too.
std::uintptr_t& lock_word(PSRWLOCK lock) {
    return reinterpret_cast<std::uintptr_t&>(lock->Ptr);
}

std::uintptr_t exclusive_word() {
    return (std::uintptr_t{engine().current().number} << 1) | 1;
}

void lock_violation(const char* text) {
    violation("lock-misuse", text);
}

}  // namespace

HANDLE start_thread(LPTHREAD_START_ROUTINE start, LPVOID parameter, bool suspended,
                    DWORD* thread_id) {
    static std::atomic<unsigned> count{0};
    auto thread = std::make_shared<KernelObject>();
    thread->kind = ObjectKind::kThread;
    thread->suspended = suspended ? 1 : 0;
    thread->resource = call_context().resource;
    thread->thread = "dll-" + std::to_string(++count);
    CallContext context;
    context.resource = thread->resource;
    context.is_worker = true;
    const Guard guard;
    const HANDLE handle = kernel().add(thread);
    kernel().add_live_thread(thread);
    const std::shared_ptr<Task> task =
        engine().start(thread->thread, std::move(context),
                       [thread, start, parameter] { run_thread(thread, start, parameter); });
    happens_after_starter(*task);
    thread->task = task->number;
    if (thread_id != nullptr) {
        *thread_id = task->number;
    }
    return handle;
}

std::vector<OpenBlock> open_blocks() {
    const std::lock_guard guard(blocks().mutex);
    std::vector<OpenBlock> open;
    for (const auto& [address, block] : blocks().by_address) {
        open.push_back({block.resource, std::to_string(block.size) + " bytes of LocalAlloc"});
    }
    return open;
}

namespace emulated {

HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES, SIZE_T, LPTHREAD_START_ROUTINE start,
                           LPVOID parameter, DWORD flags, LPDWORD thread_id) {
    constexpr DWORD kCreateSuspended = 4;
    yield_point();
    take_time("CreateThread");
    if (const DWORD error = take_fault("CreateThread")) {
        SetLastError(error::told(error));
        return nullptr;
    }
    const HANDLE handle =
        start_thread(start, parameter, (flags & kCreateSuspended) != 0, thread_id);
    take_time("CreateThreadReturn");
    yield_point();
    return handle;
}

VOID WINAPI Sleep(DWORD milliseconds) {
    yield_point(true);
    if (milliseconds == 0) {
        return;
    }
    const Guard guard;
    const Milliseconds deadline =
        milliseconds == INFINITE ? kForever : engine().now() + milliseconds;
    engine().wait([] { return false; }, deadline);
}

ULONGLONG WINAPI GetTickCount64() {
    yield_point();
    const Milliseconds now = engine().now();
    take_time("GetTickCount64Return");
    return now;
}

// A DLL on Windows also calls functions that are not emulated: the system's value is the one that
// both kinds set.
#ifdef _WIN32
DWORD WINAPI GetLastError() {
    return ::GetLastError();
}

VOID WINAPI SetLastError(DWORD error) {
    ::SetLastError(error);
}
#else
DWORD WINAPI GetLastError() {
    return engine().current().last_error;
}

VOID WINAPI SetLastError(DWORD error) {
    engine().current().last_error = error;
}
#endif

DWORD WINAPI GetCurrentThreadId() {
    return engine().current().number;
}

VOID WINAPI AcquireSRWLockExclusive(PSRWLOCK lock) {
    yield_point();
    take_time("AcquireSRWLockExclusive");
    const Guard guard;
    if (lock_word(lock) == exclusive_word()) {
        lock_violation("a thread acquired a slim lock that it holds already");
    }
    engine().wait([lock] { return lock_word(lock) == 0; }, kForever);
    lock_word(lock) = exclusive_word();
    happens_after_releasers_of(lock);
}

VOID WINAPI ReleaseSRWLockExclusive(PSRWLOCK lock) {
    {
        const Guard guard;
        if (lock_word(lock) != exclusive_word()) {
            lock_violation("a thread released a slim lock that it does not hold");
        }
        happens_before_acquirers_of(lock);
        lock_word(lock) = 0;
        engine().notify();
    }
    yield_point();
}

BOOLEAN WINAPI TryAcquireSRWLockExclusive(PSRWLOCK lock) {
    yield_point();
    const Guard guard;
    if (lock_word(lock) != 0) {
        return FALSE;
    }
    lock_word(lock) = exclusive_word();
    happens_after_releasers_of(lock);
    return TRUE;
}

VOID WINAPI AcquireSRWLockShared(PSRWLOCK lock) {
    yield_point();
    const Guard guard;
    engine().wait([lock] { return (lock_word(lock) & 1) == 0; }, kForever);
    lock_word(lock) += 2;
    happens_after_releasers_of(lock);
}

VOID WINAPI ReleaseSRWLockShared(PSRWLOCK lock) {
    {
        const Guard guard;
        if (lock_word(lock) < 2 || (lock_word(lock) & 1) != 0) {
            lock_violation("a thread released a slim lock that nobody holds in shared mode");
            return;
        }
        happens_before_acquirers_of(lock);
        lock_word(lock) -= 2;
        engine().notify();
    }
    yield_point();
}

BOOLEAN WINAPI TryAcquireSRWLockShared(PSRWLOCK lock) {
    yield_point();
    const Guard guard;
    if ((lock_word(lock) & 1) != 0) {
        return FALSE;
    }
    lock_word(lock) += 2;
    happens_after_releasers_of(lock);
    return TRUE;
}

HLOCAL WINAPI LocalAlloc(UINT flags, SIZE_T bytes) {
    constexpr std::uint8_t kFresh = 0xCD;
    if (const DWORD error = take_fault("LocalAlloc")) {
        SetLastError(error);
        return nullptr;
    }
    void* const memory = guarded_allocate(bytes, (flags & LMEM_ZEROINIT) != 0 ? 0 : kFresh);
    if (memory == nullptr) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return nullptr;
    }
    std::string resource = call_context().resource;
    const std::lock_guard guard(blocks().mutex);
    blocks().by_address.insert_or_assign(memory, Block{bytes, std::move(resource)});
    return memory;
}

HLOCAL WINAPI LocalFree(HLOCAL memory) {
    if (memory == nullptr) {
        return nullptr;
    }
    {
        const std::lock_guard guard(blocks().mutex);
        blocks().by_address.erase(memory);
    }
    const Freed freed = guarded_free(memory);
    if (freed == Freed::kNow) {
        return nullptr;
    }
#ifdef _WIN32
    if (freed == Freed::kForeign && ::LocalFlags(memory) != LMEM_INVALID_HANDLE) {
        return ::LocalFree(memory);
    }
#endif
    violation("invalid-free", "LocalFree got memory that is no open block of LocalAlloc");
    SetLastError(ERROR_INVALID_HANDLE);
    return memory;
}

}  // namespace emulated
}  // namespace resforge::rhs
