// What code that was compiled with -fsanitize=thread calls for each access to memory. Names and
// parameters are those of g++ and clang (tsan_interface.h and tsan_interface_atomic.h of
// compiler-rt). A build of the host with sanitizers has the functions of ThreadSanitizer instead;
// one with the C++ library of zig, which each program has a copy of, watches nothing.
#include "sanitizers.h"

#ifdef RESFORGE_OWN_NEW

#include <cxxabi.h>
#include <dlfcn.h>
#include <malloc.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include "data_races.h"
#include "dll_heap.h"
#include "kernel.h"

namespace resforge::rhs {
namespace {

bool acquires(int order) {
    return order != __ATOMIC_RELAXED && order != __ATOMIC_RELEASE;
}

bool releases(int order) {
    return order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL || order == __ATOMIC_SEQ_CST;
}

template <class Value>
const void* plain(const volatile Value* variable) {
    return const_cast<const Value*>(variable);
}

template <class Value>
void will_load(const volatile Value* variable, int order, const void* code) {
    check_access({plain(variable), sizeof(Value), Access::kRead, true, code});
    if (acquires(order)) {
        happens_after_releasers_of(plain(variable));
    }
}

template <class Value>
void will_store(const volatile Value* variable, int order, const void* code) {
    check_access({plain(variable), sizeof(Value), Access::kWrite, true, code});
    if (releases(order)) {
        happens_before_acquirers_of(plain(variable));
    }
}

template <class Value>
void will_change(const volatile Value* variable, int order, const void* code) {
    if (acquires(order)) {
        happens_after_releasers_of(plain(variable));
    }
    will_store(variable, order, code);
}

// The order for a failure may be the stronger one.
template <class Value>
void will_compare(const volatile Value* variable, int order, int failure, const void* code) {
    if (acquires(failure)) {
        happens_after_releasers_of(plain(variable));
    }
    will_change(variable, order, code);
}

// Taken for a lock that all fences share: stronger than a fence is, so that nothing is reported
// that a fence orders.
void fence() {
    static const char place = 0;
    happens_after_releasers_of(&place);
    happens_before_acquirers_of(&place);
}

// A function of the compiler's library that this program replaces. Looked up before a library is
// loaded: while one hangs in its initialisers, dlsym waits for it.
template <class Function>
Function* next(std::atomic<Function*>& kept, const char* name) {
    if (kept.load() == nullptr) {
        kept.store(reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name)));
    }
    return kept.load();
}

using AllocateException = void*(std::size_t);
using GuardRelease = void(__cxxabiv1::__guard*);
constinit std::atomic<AllocateException*> kept_allocate_exception = nullptr;
constinit std::atomic<GuardRelease*> kept_guard_release = nullptr;

AllocateException* next_allocate_exception() {
    return next(kept_allocate_exception, "__cxa_allocate_exception");
}

GuardRelease* next_guard_release() {
    return next(kept_guard_release, "__cxa_guard_release");
}

[[maybe_unused]] const bool are_looked_up =
    next_allocate_exception() != nullptr && next_guard_release() != nullptr;

// Memory that is handed out anew has no earlier accesses, whoever frees it or gets it next.
void* fresh(void* memory) {
    if (memory != nullptr) {
        forget_accesses(memory, ::malloc_usable_size(memory));
    }
    return memory;
}

// Nothing that was there can be read any more.
void free_watched(void* memory) {
    if (heap_is_counted) {
        count_given_back(memory);
    }
    if (memory != nullptr) {
        std::memset(memory, 0xDD, ::malloc_usable_size(memory));
    }
    std::free(fresh(memory));
}

void* allocate(std::size_t size) {
    return fresh(std::malloc(size == 0 ? 1 : size));
}

void* allocate(std::size_t size, std::align_val_t alignment) {
    const auto step = static_cast<std::size_t>(alignment);
    return fresh(std::aligned_alloc(step, (size + step - 1) / step * step));
}

// What an allocation of `code` answers: nothing when it is to fail.
void* counted(void* memory, std::size_t size, const void* code) {
    const bool watched = heap_is_counted || allocations_until_failure != 0;
    if (memory == nullptr || !watched || !is_of_counted_library(code)) {
        return memory;
    }
    if (allocation_fails()) {
        free_watched(memory);
        return nullptr;
    }
    if (heap_is_counted) {
        count_taken(memory, size);
    }
    return memory;
}

void* or_throw(void* memory) {
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

}  // namespace
}  // namespace resforge::rhs

namespace host = resforge::rhs;

void* operator new(std::size_t size) {
    return host::or_throw(host::counted(host::allocate(size), size, __builtin_return_address(0)));
}
void* operator new[](std::size_t size) {
    return host::or_throw(host::counted(host::allocate(size), size, __builtin_return_address(0)));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return host::or_throw(
        host::counted(host::allocate(size, alignment), size, __builtin_return_address(0)));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return host::or_throw(
        host::counted(host::allocate(size, alignment), size, __builtin_return_address(0)));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return host::counted(host::allocate(size), size, __builtin_return_address(0));
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return host::counted(host::allocate(size), size, __builtin_return_address(0));
}
void operator delete(void* memory) noexcept {
    host::free_watched(memory);
}
void operator delete[](void* memory) noexcept {
    host::free_watched(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    host::free_watched(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    host::free_watched(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    host::free_watched(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
    host::free_watched(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    host::free_watched(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
    host::free_watched(memory);
}

// The library of the compiler allocates exceptions, too.
void* __cxxabiv1::__cxa_allocate_exception(std::size_t size) noexcept {
    void* const memory = host::next_allocate_exception()(size);
    if (host::watches_accesses()) {
        host::forget_accesses(memory, size);
    }
    return memory;
}

// The first thread to need a static variable of a function makes it; the library of the compiler,
// whose code is not watched, then marks it as made.
void __cxxabiv1::__cxa_guard_release(__guard* guard) noexcept {
    if (host::watches_accesses()) {
        host::happens_before_acquirers_of(guard);
    }
    host::next_guard_release()(guard);
}

#define RESFORGE_CODE __builtin_return_address(0)

#define RESFORGE_ACCESS(name, size, access)                                             \
    extern "C" void __tsan_##name(const void* memory) {                                 \
        host::check_access({memory, size, host::Access::access, false, RESFORGE_CODE}); \
    }

#define RESFORGE_ACCESSES(size)                        \
    RESFORGE_ACCESS(read##size, size, kRead)           \
    RESFORGE_ACCESS(write##size, size, kWrite)         \
    RESFORGE_ACCESS(unaligned_read##size, size, kRead) \
    RESFORGE_ACCESS(unaligned_write##size, size, kWrite)

RESFORGE_ACCESSES(1)
RESFORGE_ACCESSES(2)
RESFORGE_ACCESSES(4)
RESFORGE_ACCESSES(8)
RESFORGE_ACCESSES(16)

extern "C" {

void __tsan_init() {
    host::watch_accesses();
}

void __tsan_func_entry(const void*) {}
void __tsan_func_exit() {}

void __tsan_read_range(const void* memory, std::size_t size) {
    host::check_access({memory, size, host::Access::kRead, false, RESFORGE_CODE});
}

void __tsan_write_range(const void* memory, std::size_t size) {
    host::check_access({memory, size, host::Access::kWrite, false, RESFORGE_CODE});
}

void __tsan_vptr_read(const void* memory) {
    host::check_access({memory, sizeof(void*), host::Access::kRead, false, RESFORGE_CODE});
}

// A destructor that sets the pointer that is there already changes nothing.
void __tsan_vptr_update(void** memory, const void* value) {
    if (*memory != value) {
        host::check_access({memory, sizeof(void*), host::Access::kWrite, false, RESFORGE_CODE});
    }
}

void* __tsan_memcpy(void* target, const void* source, std::size_t size) {
    host::check_access({source, size, host::Access::kRead, false, RESFORGE_CODE});
    host::check_access({target, size, host::Access::kWrite, false, RESFORGE_CODE});
    return std::memcpy(target, source, size);
}

void* __tsan_memmove(void* target, const void* source, std::size_t size) {
    host::check_access({source, size, host::Access::kRead, false, RESFORGE_CODE});
    host::check_access({target, size, host::Access::kWrite, false, RESFORGE_CODE});
    return std::memmove(target, source, size);
}

void* __tsan_memset(void* target, int value, std::size_t size) {
    host::check_access({target, size, host::Access::kWrite, false, RESFORGE_CODE});
    return std::memset(target, value, size);
}

void __tsan_atomic_thread_fence(int) {
    host::fence();
}
void __tsan_atomic_signal_fence(int) {}

}  // extern "C"

#define RESFORGE_CHANGE(bits, name)                                                     \
    extern "C" std::uint##bits##_t __tsan_atomic##bits##_##name(                        \
        volatile std::uint##bits##_t* variable, std::uint##bits##_t value, int order) { \
        host::will_change(variable, order, RESFORGE_CODE);                              \
        return __atomic_##name(variable, value, __ATOMIC_SEQ_CST);                      \
    }

#define RESFORGE_COMPARE(bits, strength, is_weak)                                                \
    extern "C" bool __tsan_atomic##bits##_compare_exchange_##strength(                           \
        volatile std::uint##bits##_t* variable, std::uint##bits##_t* expected,                   \
        std::uint##bits##_t value, int order, int failure) {                                     \
        host::will_compare(variable, order, failure, RESFORGE_CODE);                             \
        return __atomic_compare_exchange_n(variable, expected, value, is_weak, __ATOMIC_SEQ_CST, \
                                           __ATOMIC_SEQ_CST);                                    \
    }

#define RESFORGE_COMPARE_VALUE(bits)                                                     \
    extern "C" std::uint##bits##_t __tsan_atomic##bits##_compare_exchange_val(           \
        volatile std::uint##bits##_t* variable, std::uint##bits##_t expected,            \
        std::uint##bits##_t value, int order, int failure) {                             \
        host::will_compare(variable, order, failure, RESFORGE_CODE);                     \
        __atomic_compare_exchange_n(variable, &expected, value, false, __ATOMIC_SEQ_CST, \
                                    __ATOMIC_SEQ_CST);                                   \
        return expected;                                                                 \
    }

#define RESFORGE_ATOMIC(bits)                                                           \
    extern "C" std::uint##bits##_t __tsan_atomic##bits##_load(                          \
        const volatile std::uint##bits##_t* variable, int order) {                      \
        host::will_load(variable, order, RESFORGE_CODE);                                \
        return __atomic_load_n(variable, __ATOMIC_SEQ_CST);                             \
    }                                                                                   \
    extern "C" void __tsan_atomic##bits##_store(volatile std::uint##bits##_t* variable, \
                                                std::uint##bits##_t value, int order) { \
        host::take_time("atomic store");                                                \
        host::will_store(variable, order, RESFORGE_CODE);                               \
        __atomic_store_n(variable, value, __ATOMIC_SEQ_CST);                            \
    }                                                                                   \
    extern "C" std::uint##bits##_t __tsan_atomic##bits##_exchange(                      \
        volatile std::uint##bits##_t* variable, std::uint##bits##_t value, int order) { \
        host::will_change(variable, order, RESFORGE_CODE);                              \
        return __atomic_exchange_n(variable, value, __ATOMIC_SEQ_CST);                  \
    }                                                                                   \
    RESFORGE_CHANGE(bits, fetch_add)                                                    \
    RESFORGE_CHANGE(bits, fetch_sub)                                                    \
    RESFORGE_CHANGE(bits, fetch_and)                                                    \
    RESFORGE_CHANGE(bits, fetch_or)                                                     \
    RESFORGE_CHANGE(bits, fetch_xor)                                                    \
    RESFORGE_CHANGE(bits, fetch_nand)                                                   \
    RESFORGE_COMPARE(bits, strong, false)                                               \
    RESFORGE_COMPARE(bits, weak, true)                                                  \
    RESFORGE_COMPARE_VALUE(bits)

RESFORGE_ATOMIC(8)
RESFORGE_ATOMIC(16)
RESFORGE_ATOMIC(32)
RESFORGE_ATOMIC(64)

#endif
