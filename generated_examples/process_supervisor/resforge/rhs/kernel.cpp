// Handles, objects and faults of the emulated kernel.
#include "kernel.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <utility>

#include "emulated_win32.h"
#include "json.h"
#include "record.h"

namespace resforge::rhs {
namespace {

std::string number_text(HANDLE handle) {
    const auto number = reinterpret_cast<std::uintptr_t>(handle);
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (std::uintptr_t rest = number; rest != 0 || text.empty(); rest /= 16) {
        text.insert(text.begin(), kDigits[rest % 16]);
    }
    return "0x" + text;
}

struct Fault {
    std::uint32_t calls_left = 0;
    std::uint32_t error = 0;
};

struct Faults {
    std::mutex mutex;
    std::map<std::string, Fault, std::less<>> by_function;
    std::map<std::string, Milliseconds, std::less<>> slow;
    std::atomic<bool> is_any_slow{false};
};

Faults& faults() {
    static auto* const instance = new Faults();
    return *instance;
}

}  // namespace

Kernel& kernel() {
    static auto* const instance = new Kernel();
    return *instance;
}

HandleState look_at(HANDLE handle) {
    if (const std::shared_ptr<KernelObject> object = kernel().find(handle)) {
        return kernel().is_signalled(*object, 0) ? HandleState::kSignalled : HandleState::kClear;
    }
#ifdef _WIN32
    if (!kernel().knows(handle)) {
        const DWORD answer = ::WaitForSingleObject(handle, 0);
        return answer == WAIT_FAILED    ? HandleState::kInvalid
               : answer == WAIT_TIMEOUT ? HandleState::kClear
                                        : HandleState::kSignalled;
    }
#endif
    return HandleState::kInvalid;
}

const char* kind_name(ObjectKind kind) {
    switch (kind) {
        case ObjectKind::kEvent:
            return "event";
        case ObjectKind::kSemaphore:
            return "semaphore";
        case ObjectKind::kMutex:
            return "mutex";
        case ObjectKind::kThread:
            return "thread";
    }
    return "object";
}

HANDLE Kernel::add(std::shared_ptr<KernelObject> object) {
    const std::uintptr_t number = kFirst + 4 * entries_.size();
    std::string what = kind_name(object->kind);
    entries_.push_back({std::move(object), false, std::move(what)});
    return reinterpret_cast<HANDLE>(number);
}

HANDLE Kernel::add_opaque(std::string what) {
    const std::uintptr_t number = kFirst + 4 * entries_.size();
    entries_.push_back({nullptr, false, std::move(what)});
    return reinterpret_cast<HANDLE>(number);
}

const Kernel::Entry* Kernel::entry(HANDLE handle) const {
    const auto number = reinterpret_cast<std::uintptr_t>(handle);
    const std::uintptr_t index = (number - kFirst) / 4;
    if (number < kFirst || number % 4 != 0 || index >= entries_.size()) {
        return nullptr;
    }
    return &entries_[index];
}

bool Kernel::knows(HANDLE handle) const {
    return entry(handle) != nullptr;
}

std::shared_ptr<KernelObject> Kernel::find(HANDLE handle) const {
    const Entry* const found = entry(handle);
    return found == nullptr || found->closed ? nullptr : found->object;
}

std::shared_ptr<KernelObject> Kernel::use(std::string_view function, HANDLE handle) {
    const Entry* const found = entry(handle);
    if (found != nullptr && !found->closed && found->object != nullptr) {
        return found->object;
    }
    const std::string subject = std::string(function) + " got " + number_text(handle);
    if (found == nullptr) {
        violation("invalid-handle", subject + ", which is no handle");
    } else if (found->object == nullptr && !found->closed) {
        violation("invalid-handle", subject + ", which is a " + found->what);
    } else {
        const bool is_close = function == "CloseHandle";
        violation(is_close ? "handle-closed-twice" : "invalid-handle",
                  subject + ", a " + found->what + " that was closed before");
    }
    emulated::SetLastError(ERROR_INVALID_HANDLE);
    return nullptr;
}

bool Kernel::close(HANDLE handle) {
    if (use("CloseHandle", handle) == nullptr) {
        return false;
    }
    const auto index = (reinterpret_cast<std::uintptr_t>(handle) - kFirst) / 4;
    entries_[index].closed = true;
    entries_[index].object = nullptr;
    return true;
}

std::shared_ptr<KernelObject> Kernel::find_name(ObjectKind kind, std::u16string_view name) const {
    for (const Entry& entry : entries_) {
        const bool matches = entry.object != nullptr && entry.object->kind == kind;
        if (matches && !name.empty() && entry.object->name == name) {
            return entry.object;
        }
    }
    return nullptr;
}

bool Kernel::is_signalled(const KernelObject& object, std::uint32_t task) const {
    switch (object.kind) {
        case ObjectKind::kSemaphore:
            return object.count > 0;
        case ObjectKind::kMutex:
            return object.owner == 0 || object.owner == task;
        case ObjectKind::kEvent:
        case ObjectKind::kThread:
            return object.signalled;
    }
    return false;
}

Acquired Kernel::acquire(KernelObject& object, std::uint32_t task) const {
    if (!is_signalled(object, task)) {
        return Acquired::kNo;
    }
    if (object.kind == ObjectKind::kSemaphore) {
        --object.count;
    } else if (object.kind == ObjectKind::kEvent && !object.manual_reset) {
        object.signalled = false;
    } else if (object.kind == ObjectKind::kMutex) {
        object.owner = task;
        ++object.count;
        return std::exchange(object.abandoned, false) ? Acquired::kAbandoned : Acquired::kYes;
    }
    return Acquired::kYes;
}

void Kernel::end_thread(KernelObject& thread, DWORD exit_code) {
    thread.exit_code = exit_code;
    thread.signalled = true;
    for (const Entry& entry : entries_) {
        KernelObject* const object = entry.object.get();
        if (object != nullptr && object->kind == ObjectKind::kMutex &&
            object->owner == thread.task) {
            object->owner = 0;
            object->count = 0;
            object->abandoned = true;
        }
    }
    std::erase_if(threads_, [&thread](const auto& other) { return other.get() == &thread; });
}

void Kernel::leave_to_c_library(HANDLE handle) {
    if (find(handle) != nullptr) {
        const auto number = reinterpret_cast<std::uintptr_t>(handle);
        entries_[(number - kFirst) / 4].of_c_library = true;
    }
}

std::vector<Kernel::Open> Kernel::open_handles() const {
    std::vector<Open> open;
    for (std::size_t index = 0; index < entries_.size(); ++index) {
        const std::shared_ptr<KernelObject>& object = entries_[index].object;
        const bool counts = !entries_[index].closed && !entries_[index].of_c_library;
        if (object != nullptr && counts) {
            const HANDLE handle = reinterpret_cast<HANDLE>(kFirst + 4 * index);
            std::string text = std::string(kind_name(object->kind)) + " " + number_text(handle);
            if (!object->name.empty()) {
                text += " named " + utf8_from_utf16(object->name);
            }
            open.push_back({object->kind, object->resource, std::move(text)});
        }
    }
    return open;
}

std::vector<Kernel::Open> Kernel::live_threads() const {
    std::vector<Open> live;
    for (const std::shared_ptr<KernelObject>& thread : threads_) {
        live.push_back({ObjectKind::kThread, thread->resource, thread->thread});
    }
    return live;
}

std::shared_ptr<KernelObject> Kernel::thread_of(std::uint32_t task) {
    for (const std::shared_ptr<KernelObject>& thread : threads_) {
        if (thread->task == task) {
            return thread;
        }
    }
    auto thread = std::make_shared<KernelObject>();
    thread->kind = ObjectKind::kThread;
    thread->task = task;
    return thread;
}

void Kernel::add_live_thread(const std::shared_ptr<KernelObject>& thread) {
    threads_.push_back(thread);
}

void inject_fault(std::string_view function, std::uint32_t call, std::uint32_t error) {
    const std::lock_guard guard(faults().mutex);
    if (call == 0) {
        faults().by_function.erase(std::string(function));
    } else {
        faults().by_function.insert_or_assign(std::string(function), Fault{call, error});
    }
}

std::uint32_t take_fault(std::string_view function) {
    const std::lock_guard guard(faults().mutex);
    const auto found = faults().by_function.find(function);
    if (found == faults().by_function.end() || --found->second.calls_left != 0) {
        return 0;
    }
    const std::uint32_t error = found->second.error;
    faults().by_function.erase(found);
    return error;
}

void slow_down(std::string_view function, Milliseconds delay) {
    const std::lock_guard guard(faults().mutex);
    if (delay == 0) {
        faults().slow.erase(std::string(function));
    } else {
        faults().slow.insert_or_assign(std::string(function), delay);
    }
    faults().is_any_slow = !faults().slow.empty();
}

void take_time(std::string_view function) {
    if (!faults().is_any_slow) {
        return;
    }
    Milliseconds delay = 0;
    {
        const std::lock_guard guard(faults().mutex);
        const auto found = faults().slow.find(function);
        delay = found == faults().slow.end() ? 0 : found->second;
    }
    if (delay != 0) {
        const Guard guard;
        engine().wait([] { return false; }, engine().now() + delay);
    }
}

}  // namespace resforge::rhs
