// Guarded memory on whole pages of the system.
#include "guarded_heap.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <string>

#ifdef _WIN32
#include "resforge/win32.h"
#else
#include <sys/mman.h>
#include <unistd.h>
#endif

#include "data_races.h"
#include "record.h"
#include "sanitizers.h"

// A sanitizer guards what malloc returns by itself, and says more about it.
#ifdef RESFORGE_SANITIZED
#define RESFORGE_PLAIN_HEAP
#endif

namespace resforge::rhs {
namespace {

constexpr std::uint8_t kSlack = 0xA5;
// How many freed blocks stay out of reach before their addresses may be used again.
constexpr std::size_t kQuarantine = 4096;

// How many of them may still be in reach.
constexpr std::size_t kUnlocked = 1024;
std::atomic<std::size_t> unlocked_blocks{0};

// How many blocks get pages of their own; a process has only so many mappings (on Linux 65530,
// vm.max_map_count in "Documentation for /proc/sys/vm/"), and a block takes two.
constexpr std::size_t kGuarded = 8192;

struct Pages {
    std::byte* base = nullptr;
    std::size_t length = 0;  // in whole pages, without the page behind them
    std::size_t size = 0;
    bool is_plain = false;  // a block of malloc instead
};

struct Heap {
    std::mutex mutex;
    std::map<const void*, Pages> open;
    std::map<const void*, Pages> freed;
    std::deque<const void*> order;
    std::deque<const void*> unlocked;
};

Heap& heap() {
    static auto* const instance = new Heap();
    return *instance;
}

#if defined(RESFORGE_PLAIN_HEAP)

constexpr std::size_t kPage = 1;

std::byte* take_pages(std::size_t) {
    return nullptr;
}

void lock_pages(const Pages&) {}

void give_pages(const Pages&) {}

#elif defined(_WIN32)

// The size of a page on x64 (inferred: SYSTEM_INFO names the one of the machine).
constexpr std::size_t kPage = 4096;

std::byte* take_pages(std::size_t length) {
    void* const base = ::VirtualAlloc(nullptr, length + kPage, MEM_RESERVE, PAGE_NOACCESS);
    if (base != nullptr && ::VirtualAlloc(base, length, MEM_COMMIT, PAGE_READWRITE) == nullptr) {
        ::VirtualFree(base, 0, MEM_RELEASE);
        return nullptr;
    }
    return static_cast<std::byte*>(base);
}

void lock_pages(const Pages& block) {
    ::VirtualFree(block.base, block.length, MEM_DECOMMIT);
}

void give_pages(const Pages& block) {
    ::VirtualFree(block.base, 0, MEM_RELEASE);
}

#else

const std::size_t kPage = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));

std::byte* take_pages(std::size_t length) {
    void* const base =
        ::mmap(nullptr, length + kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) {
        return nullptr;
    }
    if (::mprotect(base, length, PROT_READ | PROT_WRITE) != 0) {
        ::munmap(base, length + kPage);
        return nullptr;
    }
    return static_cast<std::byte*>(base);
}

// A new mapping gives the memory back to the system, too.
void lock_pages(const Pages& block) {
    ::mmap(block.base, block.length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

void give_pages(const Pages& block) {
    ::munmap(block.base, block.length + kPage);
}

#endif

std::size_t rounded(std::size_t size, std::size_t unit) {
    return (size + unit - 1) / unit * unit;
}

bool slack_is_intact(const void* memory, const Pages& block) {
    const auto* const end = static_cast<const std::uint8_t*>(memory) + block.size;
    const auto* const last = reinterpret_cast<const std::uint8_t*>(block.base) + block.length;
    return std::all_of(end, last, [](std::uint8_t byte) { return byte == kSlack; });
}

void forget_oldest(Heap& all) {
    const auto oldest = all.freed.find(all.order.front());
    give_pages(oldest->second);
    all.freed.erase(oldest);
    all.order.pop_front();
}

// Locks what was freed first, unless it is forgotten already.
void lock_oldest(Heap& all) {
    const auto oldest = all.freed.find(all.unlocked.front());
    if (oldest != all.freed.end()) {
        lock_pages(oldest->second);
    }
    all.unlocked.pop_front();
}

// Pages whose last bytes are the block, or a block of malloc when there are too many of them.
Pages take_block(const Heap& all, std::size_t size, std::size_t used) {
    // A block of no bytes has an address of its own, that of the page that cannot be touched.
    const std::size_t length = rounded(std::max<std::size_t>(used, 1), kPage);
    std::byte* const base = all.open.size() < kGuarded ? take_pages(length) : nullptr;
    if (base != nullptr) {
        return {base, length, size, false};
    }
    return {static_cast<std::byte*>(std::malloc(std::max<std::size_t>(used, 1))), used, size, true};
}

void put_away(Heap& all, const void* memory, const Pages& block, bool later) {
    if (block.is_plain) {
        std::free(block.base);
        return;
    }
    all.freed.emplace(memory, block);
    all.order.push_back(memory);
    if (later) {
        all.unlocked.push_back(memory);
    } else {
        lock_pages(block);
    }
    while (all.unlocked.size() > kUnlocked) {
        lock_oldest(all);
    }
    if (all.order.size() > kQuarantine) {
        forget_oldest(all);
    }
    unlocked_blocks = all.unlocked.size();
}

}  // namespace

void* guarded_allocate(std::size_t size, std::uint8_t fill, std::size_t alignment) {
    const std::size_t used = rounded(size, alignment);
    if (used < size || used > std::size_t{1} << 40) {
        return nullptr;
    }
    Heap& all = heap();
    const std::lock_guard guard(all.mutex);
    const Pages block = take_block(all, size, used);
    if (block.base == nullptr) {
        return nullptr;
    }
    std::byte* const memory = block.base + (block.length - used);
    std::memset(memory, fill, size);
    std::memset(memory + size, kSlack, used - size);
    all.open.emplace(memory, block);
    return memory;
}

void lock_freed() {
    if (unlocked_blocks == 0) {
        return;
    }
    Heap& all = heap();
    const std::lock_guard guard(all.mutex);
    while (!all.unlocked.empty()) {
        lock_oldest(all);
    }
    unlocked_blocks = 0;
}

Freed guarded_free(void* memory, bool later) {
    Heap& all = heap();
    bool is_intact = true;
    {
        const std::lock_guard guard(all.mutex);
        const auto found = all.open.find(memory);
        if (found == all.open.end()) {
            return all.freed.contains(memory) ? Freed::kEarlier : Freed::kForeign;
        }
        const Pages block = found->second;
        is_intact = slack_is_intact(memory, block);
        all.open.erase(found);
        forget_accesses(memory, block.size);
        put_away(all, memory, block, later);
    }
    if (!is_intact) {
        violation("heap-overrun", "bytes behind the end of allocated memory were written");
    }
    return Freed::kNow;
}

bool guarded_shrink(void* memory, std::size_t size) {
    Heap& all = heap();
    const std::lock_guard guard(all.mutex);
    const auto found = all.open.find(memory);
    if (found == all.open.end() || size > found->second.size) {
        return false;
    }
    std::memset(static_cast<std::byte*>(memory) + size, kSlack, found->second.size - size);
    found->second.size = size;
    return true;
}

bool guarded_was_freed(const void* memory) {
    Heap& all = heap();
    const std::lock_guard guard(all.mutex);
    return all.freed.contains(memory);
}

std::optional<std::size_t> guarded_size(const void* memory) {
    Heap& all = heap();
    const std::lock_guard guard(all.mutex);
    const auto found = all.open.find(memory);
    return found == all.open.end() ? std::nullopt : std::optional(found->second.size);
}

}  // namespace resforge::rhs
