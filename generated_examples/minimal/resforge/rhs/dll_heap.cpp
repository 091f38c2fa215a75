// The count of heap memory. It must not need the memory that it counts.
#include "dll_heap.h"

#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <new>
#include <utility>

#include "sanitizers.h"

#ifdef RESFORGE_OWN_NEW
#include <dlfcn.h>
#include <link.h>
#endif

namespace resforge::rhs {
namespace {

template <class Value>
struct PlainAllocator {
    using value_type = Value;

    PlainAllocator() = default;
    template <class Other>
    explicit(false) PlainAllocator(const PlainAllocator<Other>&) noexcept {}

    Value* allocate(std::size_t count) {
        void* const memory = std::malloc(count * sizeof(Value));
        if (memory == nullptr) {
            throw std::bad_alloc();
        }
        return static_cast<Value*>(memory);
    }
    void deallocate(Value* memory, std::size_t) noexcept { std::free(memory); }

    template <class Other>
    bool operator==(const PlainAllocator<Other>&) const noexcept {
        return true;
    }
};

template <class Key, class Value>
using PlainMap = std::map<Key, Value, std::less<>, PlainAllocator<std::pair<const Key, Value>>>;

struct Count {
    std::mutex mutex;
    PlainMap<const void*, std::size_t> open;
    std::size_t taken = 0;
    PlainMap<const void*, bool> libraries;
};

Count& count() {
    static auto* const instance = new (std::malloc(sizeof(Count))) Count();
    return *instance;
}

}  // namespace

void start_counting() {
    {
        const std::lock_guard guard(count().mutex);
        count().open.clear();
        count().taken = 0;
    }
    heap_is_counted = true;
}

HeapUse counted_heap() {
    const std::lock_guard guard(count().mutex);
    HeapUse use;
    use.taken = count().taken;
    for (const auto& [memory, size] : count().open) {
        ++use.blocks;
        use.bytes += size;
    }
    return use;
}

void stop_counting() {
    heap_is_counted = false;
}

void fail_allocation(std::uint32_t call) {
    allocations_until_failure = call;
}

bool allocation_fails() noexcept {
    std::uint32_t left = allocations_until_failure;
    while (left != 0 && !allocations_until_failure.compare_exchange_weak(left, left - 1)) {
    }
    return left == 1;
}

void count_taken(const void* memory, std::size_t size) noexcept {
    const std::lock_guard guard(count().mutex);
    count().open.insert_or_assign(memory, size);
    ++count().taken;
}

void count_given_back(const void* memory) noexcept {
    const std::lock_guard guard(count().mutex);
    count().open.erase(memory);
}

#if defined(RESFORGE_OWN_NEW)

bool counts_heap() {
    return true;
}

void count_for(void* library) {
    link_map* map = nullptr;
    if (::dlinfo(library, RTLD_DI_LINKMAP, static_cast<void*>(&map)) == 0) {
        const std::lock_guard guard(count().mutex);
        count().libraries.insert_or_assign(map, true);
    }
}

bool is_of_counted_library(const void* code) noexcept {
    Dl_info info{};
    void* map = nullptr;
    if (::dladdr1(code, &info, &map, RTLD_DL_LINKMAP) == 0) {
        return false;
    }
    const std::lock_guard guard(count().mutex);
    return count().libraries.contains(map);
}

#else

// On Windows each import of an allocating function is known to be the DLL's.
bool counts_heap() {
#ifdef _WIN32
    return true;
#else
    return false;
#endif
}

void count_for(void*) {}

bool is_of_counted_library(const void*) noexcept {
    return false;
}

#endif

}  // namespace resforge::rhs
