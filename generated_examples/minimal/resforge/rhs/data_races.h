// Data races of a DLL in virtual time: two accesses to the same memory, at least one of them a
// write, that nothing orders in this run; the two need not meet.
//
// The library is compiled with -fsanitize=thread and linked without ThreadSanitizer: the functions
// that its instrumented code calls are in data_races_abi.cpp. ThreadSanitizer itself finds nothing
// in virtual time, because it takes the passing of the baton for an order. What orders two
// accesses here is only what does so in RHS: locks, waits, threads that start and end, atomics,
// and calls of the same resource that follow each other.
#pragma once

#include <cstddef>
#include <cstdint>

namespace resforge::rhs {

struct Task;

#ifndef __linux__

// No compiler for Windows instruments code in this way.
inline void happens_before_acquirers_of(const void*) {}
inline void happens_after_releasers_of(const void*) {}
inline void happens_before_calls_of(const void*, const void*) {}
inline void happens_after_starter(Task&) {}
inline void begin_watched_call(const void*) {}
inline void end_watched(const void*) {}
inline void forget_accesses(const void*, std::size_t) {}
inline void forget_all_accesses() {}

#else

// From now on accesses are watched; to be called when instrumented code is loaded.
void watch_accesses();
bool watches_accesses();

// The current task lets go of a lock, sets an event, ends: what it did until now happens before
// what others do once they have acquired `object`.
void happens_before_acquirers_of(const void* object);
void happens_after_releasers_of(const void* object);
// RHS itself has acquired `object`; calls of that `serial` come after it.
void happens_before_calls_of(const void* serial, const void* object);
// `task` was just started by the current one.
void happens_after_starter(Task& task);

// An entry point begins on the current task: after all the calls that have ended of the same
// `serial`, and after nothing else, whatever the same task did before.
void begin_watched_call(const void* serial);
// The call or thread of the DLL ends that the current task ran. What follows once it has acquired
// `object` comes after it.
void end_watched(const void* object);

// The memory was freed or handed out anew.
void forget_accesses(const void* memory, std::size_t size);
// Nothing of the DLL is running.
void forget_all_accesses();

enum class Access { kRead, kWrite };
struct Use {
    const void* memory;
    std::size_t size;
    Access access;
    bool is_atomic;
    const void* code;  // the instruction, for the report
};
// Writes a violation for a race, once for each pair of instructions and life of the resources.
void check_access(const Use& use);

#endif

}  // namespace resforge::rhs
