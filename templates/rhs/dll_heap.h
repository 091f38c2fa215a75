// How much memory of the heap the code of resource DLLs has taken and not given back.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace resforge::rhs {

struct HeapUse {
    std::size_t blocks = 0;
    std::size_t bytes = 0;
    std::size_t taken = 0;  // how often memory was taken, given back or not
};

// Whether the DLLs take their memory from this build of the host. With the functions of a
// sanitizer, or with a C++ library of their own, they do not.
bool counts_heap();

// Counts what DLLs take from now on, until it is given back; nothing is counted before.
void start_counting();
HeapUse counted_heap();
void stop_counting();

inline std::atomic<bool> heap_is_counted{false};

// Code of a DLL takes memory, or anybody gives some back. No allocation, whatever happens.
void count_taken(const void* memory, std::size_t size) noexcept;
void count_given_back(const void* memory) noexcept;

// The `call`-th allocation of the code of a DLL fails (1 = next; 0: none does).
void fail_allocation(std::uint32_t call);
inline std::atomic<std::uint32_t> allocations_until_failure{0};
// Whether this allocation of a DLL is the one.
bool allocation_fails() noexcept;

// Where an allocation comes from is known by the library that its code belongs to (not on Windows).
void count_for(void* library);
bool is_of_counted_library(const void* code) noexcept;

}  // namespace resforge::rhs
