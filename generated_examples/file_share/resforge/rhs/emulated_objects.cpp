// Emulated events, semaphores, mutexes and waits.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cluster_errors.h"
#include "data_races.h"
#include "emulated_win32.h"
#include "kernel.h"
#include "record.h"

namespace resforge::rhs {
namespace {

std::u16string name_of(LPCWSTR name) {
    std::u16string text;
    for (; name != nullptr && *name != 0; ++name) {
        text += static_cast<char16_t>(*name);
    }
    return text;
}

// Names have at most MAX_PATH units (page nf-winbase-createsemaphorea); the error for a longer one
// is inferred: ERROR_FILENAME_EXCED_RANGE.
constexpr std::size_t kLongestName = 260;
constexpr DWORD kNameTooLong = 206;

// Opens the existing object of that name or adds a new one that `fill` completes.
template <typename Fill>
HANDLE create(const char* function, ObjectKind kind, LPCWSTR name, Fill fill) {
    yield_point();
    if (const DWORD error = take_fault(function)) {
        emulated::SetLastError(error::told(error));
        return nullptr;
    }
    const Guard guard;
    const std::u16string text = name_of(name);
    if (text.size() > kLongestName) {
        emulated::SetLastError(kNameTooLong);
        return nullptr;
    }
    if (std::shared_ptr<KernelObject> existing = kernel().find_name(kind, text)) {
        emulated::SetLastError(ERROR_ALREADY_EXISTS);
        return kernel().add(std::move(existing));
    }
    auto object = std::make_shared<KernelObject>();
    object->kind = kind;
    object->name = text;
    object->resource = call_context().resource;
    fill(*object);
    emulated::SetLastError(ERROR_SUCCESS);
    return kernel().add(std::move(object));
}

// A handle of the system that the host did not make: a process, or an object from before the
// imports were redirected.
bool is_foreign([[maybe_unused]] HANDLE handle) {
#ifdef _WIN32
    DWORD flags = 0;
    return !kernel().knows(handle) && ::GetHandleInformation(handle, &flags) != FALSE;
#else
    return false;
#endif
}

std::shared_ptr<KernelObject> use_kind(const char* function, HANDLE handle, ObjectKind kind) {
    std::shared_ptr<KernelObject> object = kernel().use(function, handle);
    if (object != nullptr && object->kind != kind) {
        violation("invalid-handle",
                  std::string(function) + " got a handle of a " + kind_name(object->kind));
        emulated::SetLastError(ERROR_INVALID_HANDLE);
        return nullptr;
    }
    return object;
}

Milliseconds deadline_after(DWORD milliseconds) {
    return milliseconds == INFINITE ? kForever : engine().now() + milliseconds;
}

// What one wait is for: an object of ours, or a foreign handle that is polled.
struct Awaited {
    std::shared_ptr<KernelObject> object;
    HANDLE foreign = nullptr;
    bool seen = false;  // the foreign object was signalled; that may have reset it

    bool is_signalled(std::uint32_t task) {
        if (object != nullptr) {
            return kernel().is_signalled(*object, task);
        }
        seen = seen || look_at(foreign) == HandleState::kSignalled;
        return seen;
    }

    Acquired acquire(std::uint32_t task) {
        if (object != nullptr) {
            return kernel().acquire(*object, task);
        }
        return is_signalled(task) ? Acquired::kYes : Acquired::kNo;
    }
};

using Objects = std::vector<Awaited>;

bool all_signalled(Objects& objects, std::uint32_t task) {
    return std::all_of(objects.begin(), objects.end(),
                       [task](Awaited& object) { return object.is_signalled(task); });
}

bool any_signalled(Objects& objects, std::uint32_t task) {
    return std::any_of(objects.begin(), objects.end(),
                       [task](Awaited& object) { return object.is_signalled(task); });
}

// Takes what the wait was for and says which object ended it.
DWORD take_signalled(Objects& objects, bool wait_all, std::uint32_t task) {
    DWORD answer = WAIT_TIMEOUT;
    for (std::size_t index = 0; index < objects.size(); ++index) {
        const Acquired acquired = objects[index].acquire(task);
        if (acquired == Acquired::kNo) {
            continue;
        }
        happens_after_releasers_of(objects[index].object.get());
        const DWORD base = acquired == Acquired::kAbandoned ? WAIT_ABANDONED : WAIT_OBJECT_0;
        if (!wait_all) {
            return base + static_cast<DWORD>(index);
        }
        answer = answer == WAIT_TIMEOUT || base == WAIT_ABANDONED ? base : answer;
    }
    return answer;
}

DWORD wait_for(const char* function, const HANDLE* handles, DWORD count, bool wait_all,
               DWORD milliseconds) {
    yield_point();
    if (const DWORD error = take_fault(function)) {
        emulated::SetLastError(error);
        return WAIT_FAILED;
    }
    const Guard guard;
    if (count == 0 || count > MAXIMUM_WAIT_OBJECTS) {
        emulated::SetLastError(ERROR_INVALID_PARAMETER);
        return WAIT_FAILED;
    }
    Objects objects;
    for (DWORD index = 0; index < count; ++index) {
        Awaited awaited;
        if (is_foreign(handles[index])) {
            awaited.foreign = handles[index];
        } else {
            awaited.object = kernel().use(function, handles[index]);
            if (awaited.object == nullptr) {
                return WAIT_FAILED;
            }
        }
        objects.push_back(std::move(awaited));
    }
    const std::uint32_t task = engine().current().number;
    const bool ready = engine().wait(
        [&objects, wait_all, task] {
            return wait_all ? all_signalled(objects, task) : any_signalled(objects, task);
        },
        deadline_after(milliseconds));
    return ready ? take_signalled(objects, wait_all, task) : WAIT_TIMEOUT;
}

BOOL set_event(HANDLE event) {
    const Guard guard;
#ifdef _WIN32
    if (is_foreign(event)) {
        return ::SetEvent(event);
    }
#endif
    const auto object = use_kind("SetEvent", event, ObjectKind::kEvent);
    if (object == nullptr) {
        return FALSE;
    }
    happens_before_acquirers_of(object.get());
    object->signalled = true;
    engine().notify();
    return TRUE;
}

}  // namespace

namespace emulated {

HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES, BOOL manual_reset, BOOL initial_state,
                           LPCWSTR name) {
    return create("CreateEventW", ObjectKind::kEvent, name, [&](KernelObject& event) {
        event.manual_reset = manual_reset != FALSE;
        event.signalled = initial_state != FALSE;
        event.stale = event.signalled;
    });
}

BOOL WINAPI SetEvent(HANDLE event) {
    yield_point();
    take_time("SetEvent");
    const BOOL answer = set_event(event);
    take_time("SetEventReturn");
    return answer;
}

BOOL WINAPI ResetEvent(HANDLE event) {
    yield_point();
    const Guard guard;
#ifdef _WIN32
    if (is_foreign(event)) {
        return ::ResetEvent(event);
    }
#endif
    const auto object = use_kind("ResetEvent", event, ObjectKind::kEvent);
    if (object == nullptr) {
        return FALSE;
    }
    object->signalled = false;
    object->stale = false;
    return TRUE;
}

HANDLE WINAPI CreateSemaphoreW(LPSECURITY_ATTRIBUTES, LONG initial_count, LONG maximum_count,
                               LPCWSTR name) {
    if (initial_count < 0 || maximum_count <= 0 || initial_count > maximum_count) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return nullptr;
    }
    return create("CreateSemaphoreW", ObjectKind::kSemaphore, name, [&](KernelObject& semaphore) {
        semaphore.count = initial_count;
        semaphore.maximum = maximum_count;
    });
}

BOOL WINAPI ReleaseSemaphore(HANDLE semaphore, LONG count, LPLONG previous_count) {
    yield_point();
    const Guard guard;
    const auto object = use_kind("ReleaseSemaphore", semaphore, ObjectKind::kSemaphore);
    if (object == nullptr) {
        return FALSE;
    }
    if (count <= 0 || object->count > object->maximum - count) {
        SetLastError(count <= 0 ? ERROR_INVALID_PARAMETER : ERROR_TOO_MANY_POSTS);
        return FALSE;
    }
    if (previous_count != nullptr) {
        *previous_count = object->count;
    }
    happens_before_acquirers_of(object.get());
    object->count += count;
    engine().notify();
    return TRUE;
}

HANDLE WINAPI CreateMutexW(LPSECURITY_ATTRIBUTES, BOOL initial_owner, LPCWSTR name) {
    return create("CreateMutexW", ObjectKind::kMutex, name, [&](KernelObject& mutex) {
        mutex.owner = initial_owner != FALSE ? engine().current().number : 0;
        mutex.count = initial_owner != FALSE ? 1 : 0;
    });
}

BOOL WINAPI ReleaseMutex(HANDLE mutex) {
    constexpr DWORD kNotOwner = 288;  // ERROR_NOT_OWNER
    yield_point();
    const Guard guard;
    const auto object = use_kind("ReleaseMutex", mutex, ObjectKind::kMutex);
    if (object == nullptr) {
        return FALSE;
    }
    if (object->owner != engine().current().number) {
        SetLastError(kNotOwner);
        return FALSE;
    }
    if (--object->count == 0) {
        happens_before_acquirers_of(object.get());
        object->owner = 0;
        engine().notify();
    }
    return TRUE;
}

DWORD WINAPI WaitForSingleObject(HANDLE handle, DWORD milliseconds) {
    return wait_for("WaitForSingleObject", &handle, 1, false, milliseconds);
}

DWORD WINAPI WaitForMultipleObjects(DWORD count, const HANDLE* handles, BOOL wait_all,
                                    DWORD milliseconds) {
    return wait_for("WaitForMultipleObjects", handles, count, wait_all != FALSE, milliseconds);
}

BOOL WINAPI CloseHandle(HANDLE handle) {
    yield_point();
    const Guard guard;
#ifdef _WIN32
    if (is_foreign(handle)) {
        return ::CloseHandle(handle);
    }
#endif
    return kernel().close(handle) ? TRUE : FALSE;
}

}  // namespace emulated
}  // namespace resforge::rhs
