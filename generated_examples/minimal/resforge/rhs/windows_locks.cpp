// Windows only: emulated critical sections, slim locks and condition variables.
#include "import_patch.h"

#ifdef _WIN32

#include <array>
#include <cstdint>
#include <map>

#include "emulated_win32.h"
#include "engine.h"
#include "record.h"

namespace resforge::rhs {
namespace {

// Critical sections may have been initialised before the imports were redirected, so their own
// contents mean nothing here.
struct Section {
    std::uint32_t owner = 0;
    unsigned depth = 0;
};

std::map<CRITICAL_SECTION*, Section>& sections() {
    static auto* const instance = new std::map<CRITICAL_SECTION*, Section>();
    return *instance;
}

std::map<CONDITION_VARIABLE*, std::uint64_t>& wakes() {
    static auto* const instance = new std::map<CONDITION_VARIABLE*, std::uint64_t>();
    return *instance;
}

VOID WINAPI initialize_section(CRITICAL_SECTION* section) {
    const Guard guard;
    sections()[section] = {};
}

BOOL WINAPI initialize_section_spin(CRITICAL_SECTION* section, DWORD) {
    initialize_section(section);
    return TRUE;
}

BOOL WINAPI initialize_section_ex(CRITICAL_SECTION* section, DWORD, DWORD) {
    initialize_section(section);
    return TRUE;
}

VOID WINAPI delete_section(CRITICAL_SECTION* section) {
    const Guard guard;
    sections().erase(section);
}

void take(Section& section) {
    section.owner = engine().current().number;
    ++section.depth;
}

bool is_free(const Section& section) {
    return section.owner == 0 || section.owner == engine().current().number;
}

VOID WINAPI enter_section(CRITICAL_SECTION* section) {
    yield_point();
    const Guard guard;
    Section& state = sections()[section];
    const std::uint32_t self = engine().current().number;
    engine().wait([&state, self] { return state.owner == 0 || state.owner == self; }, kForever);
    take(state);
}

BOOL WINAPI try_enter_section(CRITICAL_SECTION* section) {
    yield_point();
    const Guard guard;
    Section& state = sections()[section];
    if (!is_free(state)) {
        return FALSE;
    }
    take(state);
    return TRUE;
}

VOID WINAPI leave_section(CRITICAL_SECTION* section) {
    {
        const Guard guard;
        Section& state = sections()[section];
        if (state.owner != engine().current().number) {
            violation("lock-misuse", "a thread left a critical section that it does not own");
            return;
        }
        if (--state.depth == 0) {
            state.owner = 0;
            engine().notify();
        }
    }
    yield_point();
}

VOID WINAPI initialize_variable(CONDITION_VARIABLE* variable) {
    const Guard guard;
    wakes()[variable] = 0;
}

// Both wake everybody who waits: waking one is allowed to be spurious for the others.
VOID WINAPI wake(CONDITION_VARIABLE* variable) {
    {
        const Guard guard;
        ++wakes()[variable];
        engine().notify();
    }
    yield_point();
}

bool wait_for_wake(CONDITION_VARIABLE* variable, std::uint64_t seen, DWORD milliseconds) {
    const Guard guard;
    const std::uint64_t& count = wakes()[variable];
    const Milliseconds deadline =
        milliseconds == INFINITE ? kForever : engine().now() + milliseconds;
    return engine().wait([&count, seen] { return count != seen; }, deadline);
}

std::uint64_t wakes_seen(CONDITION_VARIABLE* variable) {
    const Guard guard;
    return wakes()[variable];
}

BOOL woken(bool is_woken) {
    if (!is_woken) {
        emulated::SetLastError(ERROR_TIMEOUT);
    }
    return is_woken ? TRUE : FALSE;
}

BOOL WINAPI sleep_on_section(CONDITION_VARIABLE* variable, CRITICAL_SECTION* section,
                             DWORD milliseconds) {
    const std::uint64_t seen = wakes_seen(variable);
    leave_section(section);
    const bool is_woken = wait_for_wake(variable, seen, milliseconds);
    enter_section(section);
    return woken(is_woken);
}

BOOL WINAPI sleep_on_slim_lock(CONDITION_VARIABLE* variable, PSRWLOCK lock, DWORD milliseconds,
                               ULONG flags) {
    const bool is_shared = (flags & CONDITION_VARIABLE_LOCKMODE_SHARED) != 0;
    const std::uint64_t seen = wakes_seen(variable);
    if (is_shared) {
        emulated::ReleaseSRWLockShared(lock);
    } else {
        emulated::ReleaseSRWLockExclusive(lock);
    }
    const bool is_woken = wait_for_wake(variable, seen, milliseconds);
    if (is_shared) {
        emulated::AcquireSRWLockShared(lock);
    } else {
        emulated::AcquireSRWLockExclusive(lock);
    }
    return woken(is_woken);
}

const std::array kLockHooks = {
    hook("InitializeCriticalSection", initialize_section),
    hook("InitializeCriticalSectionAndSpinCount", initialize_section_spin),
    hook("InitializeCriticalSectionEx", initialize_section_ex),
    hook("DeleteCriticalSection", delete_section),
    hook("EnterCriticalSection", enter_section),
    hook("TryEnterCriticalSection", try_enter_section),
    hook("LeaveCriticalSection", leave_section),
    hook("AcquireSRWLockExclusive", emulated::AcquireSRWLockExclusive),
    hook("ReleaseSRWLockExclusive", emulated::ReleaseSRWLockExclusive),
    hook("TryAcquireSRWLockExclusive", emulated::TryAcquireSRWLockExclusive),
    hook("AcquireSRWLockShared", emulated::AcquireSRWLockShared),
    hook("ReleaseSRWLockShared", emulated::ReleaseSRWLockShared),
    hook("TryAcquireSRWLockShared", emulated::TryAcquireSRWLockShared),
    hook("InitializeConditionVariable", initialize_variable),
    hook("WakeConditionVariable", wake),
    hook("WakeAllConditionVariable", wake),
    hook("SleepConditionVariableCS", sleep_on_section),
    hook("SleepConditionVariableSRW", sleep_on_slim_lock),
};

}  // namespace

std::span<const Hook> virtual_lock_hooks() {
    return kLockHooks;
}

}  // namespace resforge::rhs

#endif
