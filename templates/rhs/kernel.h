// Emulated kernel objects: events, semaphores, mutexes and threads behind handle numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine.h"
#include "resforge/win32.h"

namespace resforge::rhs {

enum class ObjectKind { kEvent, kSemaphore, kMutex, kThread };

struct KernelObject {
    ObjectKind kind = ObjectKind::kEvent;
    bool manual_reset = false;  // event
    bool signalled = false;     // event, thread
    bool stale = false;         // event: signalled since before the current operation
    LONG count = 0;             // semaphore; recursion depth of a mutex
    LONG maximum = 0;           // semaphore
    std::uint32_t owner = 0;    // mutex: task number
    bool abandoned = false;     // mutex
    DWORD exit_code = 259;      // thread; STILL_ACTIVE until it ends
    std::uint32_t task = 0;     // thread: task number
    int suspended = 0;          // thread
    std::u16string name;        // empty when unnamed
    std::string resource;       // whose entry point or worker made it
    std::string thread;         // thread: its name in the trace
};

// What an emulated wait may answer for one object.
enum class Acquired { kNo, kYes, kAbandoned };

// The handles of this process. All members need the engine's lock, unless said otherwise.
class Kernel {
  public:
    // A new handle for the object. Numbers are never used twice.
    HANDLE add(std::shared_ptr<KernelObject> object);
    // The object, or nullptr after a violation record (handle-closed-twice for one that was
    // closed, invalid-handle for one that never was) and with last error 6.
    std::shared_ptr<KernelObject> use(std::string_view function, HANDLE handle);
    // The object if the handle is ours and open; no violation.
    std::shared_ptr<KernelObject> find(HANDLE handle) const;
    // True for a handle that this class has given out, open or closed.
    bool knows(HANDLE handle) const;
    bool close(HANDLE handle);
    // The C library of the DLL keeps this handle for as long as a thread lives: not a leak.
    void leave_to_c_library(HANDLE handle);
    std::shared_ptr<KernelObject> find_name(ObjectKind kind, std::u16string_view name) const;
    // Handles like RESOURCE_HANDLE that the host hands out and the DLL must neither close nor
    // wait for; `what` names them in violations.
    HANDLE add_opaque(std::string what);

    bool is_signalled(const KernelObject& object, std::uint32_t task) const;
    Acquired acquire(KernelObject& object, std::uint32_t task) const;
    // A thread ended: signals it and abandons the mutexes it owns.
    void end_thread(KernelObject& thread, DWORD exit_code);

    struct Open {
        ObjectKind kind;
        std::string resource;
        std::string text;
    };
    // Open handles and live threads, oldest first.
    std::vector<Open> open_handles() const;
    std::vector<Open> live_threads() const;
    // The object of a running thread of the DLL, made when the host itself started the thread.
    std::shared_ptr<KernelObject> thread_of(std::uint32_t task);
    void add_live_thread(const std::shared_ptr<KernelObject>& thread);

  private:
    struct Entry {
        std::shared_ptr<KernelObject> object;  // nullptr: opaque
        bool closed = false;
        std::string what;
        bool of_c_library = false;
    };

    const Entry* entry(HANDLE handle) const;

    static constexpr std::uintptr_t kFirst = 0x40000;
    std::vector<Entry> entries_;
    std::vector<std::shared_ptr<KernelObject>> threads_;
};

Kernel& kernel();

enum class HandleState { kInvalid, kClear, kSignalled };
// The state of a handle of ours, or of the system's where it has one; takes a signal of the
// latter away when the object resets itself.
HandleState look_at(HANDLE handle);

// Faults for the kernel functions: the call-th call from now fails with `error`.
void inject_fault(std::string_view function, std::uint32_t call, std::uint32_t error);
// The error to answer, or 0. Needs no lock.
std::uint32_t take_fault(std::string_view function);

// From now on calls of a function take this long, most of them before they do anything. A name
// that ends with Return makes them late to return, ExitThread is late to end the thread.
void slow_down(std::string_view function, Milliseconds delay);
// Waits that long. Nothing may be locked.
void take_time(std::string_view function);

// Starts a thread of the DLL, named "dll-1", "dll-2", ... Nothing may be locked.
HANDLE start_thread(LPTHREAD_START_ROUTINE start, LPVOID parameter, bool suspended,
                    DWORD* thread_id);

// Records that a thread of the DLL starts or ends.
void write_thread_record(const KernelObject& thread, const char* what);

// Blocks of LocalAlloc that were not freed, as text.
struct OpenBlock {
    std::string resource;
    std::string text;
};
std::vector<OpenBlock> open_blocks();

const char* kind_name(ObjectKind kind);

}  // namespace resforge::rhs
