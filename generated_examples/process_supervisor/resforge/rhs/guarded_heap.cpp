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

#include "record.h"

// A sanitizer guards what malloc returns by itself, and says more about it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RESFORGE_PLAIN_HEAP
#endif

namespace resforge::rhs {
namespace {

constexpr std::uint8_t kSlack = 0xA5;
// How many freed blocks stay out of reach before their addresses may be used again.
constexpr std::size_t kQuarantine = 4096;

// How many of them may still be in reach.
constexpr std::size_t kUnlocked = 64;
std::atomic<std::size_t> unlocked_blocks{0};

struct Pages {
    std::byte* base = nullptr;
    std::size_t length = 0;  // in whole pages, without the page behind them
    std::size_t size = 0;
};

struct Heap {
    std::mutex mutex;
    std::map<const void*, Pages> open;
    std::map<const void*, Pages> freed;
    std::deque<const void*> order;
    std::deque<Pages> unlocked;
};

Heap& heap() {
    static auto* const instance = new Heap();
    return *instance;
}

#if defined(RESFORGE_PLAIN_HEAP)

constexpr std::size_t kPage = 1;

std::byte* take_pages(std::size_t length) {
    return static_cast<std::byte*>(std::malloc(length));
}

void lock_pages(const Pages& block) {
    std::free(block.base);
}

#elif defined(_WIN32)

constexpr std::size_t kPage = 4096;

std::byte* take_pages(std::size_t length) {
    void* const base = ::VirtualAlloc(nullptr, length + kPage, MEM_RESERVE, PAGE_NOACCESS);
    if (base == nullptr || ::VirtualAlloc(base, length, MEM_COMMIT, PAGE_READWRITE) == nullptr) {
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
    if (base == MAP_FAILED || ::mprotect(base, length, PROT_READ | PROT_WRITE) != 0) {
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

#ifndef RESFORGE_PLAIN_HEAP

void forget_oldest(Heap& all) {
    const auto oldest = all.freed.find(all.order.front());
    give_pages(oldest->second);
    all.freed.erase(oldest);
    all.order.pop_front();
}

#endif

}  // namespace

void* guarded_allocate(std::size_t size, std::uint8_t fill, std::size_t alignment) {
    const std::size_t used = rounded(size, alignment);
    if (used < size || used > std::size_t{1} << 40) {
        return nullptr;
    }
    // A block of no bytes has an address of its own, that of the page that cannot be touched.
    const std::size_t length = rounded(std::max<std::size_t>(used, 1), kPage);
    std::byte* const base = take_pages(length);
    if (base == nullptr) {
        return nullptr;
    }
    std::byte* const memory = base + (length - used);
    std::memset(memory, fill, size);
    std::memset(memory + size, kSlack, used - size);
    Heap& all = heap();
    const std::lock_guard guard(all.mutex);
    all.open.emplace(memory, Pages{base, length, size});
    return memory;
}

void lock_freed() {
    Heap& all = heap();
    if (unlocked_blocks == 0) {
        return;
    }
    const std::lock_guard guard(all.mutex);
    for (; !all.unlocked.empty(); all.unlocked.pop_front()) {
        lock_pages(all.unlocked.front());
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
        all.unlocked.push_back(block);
        const std::size_t most = later ? kUnlocked : 0;
        for (; all.unlocked.size() > most; all.unlocked.pop_front()) {
            lock_pages(all.unlocked.front());
        }
        unlocked_blocks = all.unlocked.size();
#ifndef RESFORGE_PLAIN_HEAP
        all.freed.emplace(memory, block);
        all.order.push_back(memory);
        if (all.order.size() > kQuarantine) {
            forget_oldest(all);
        }
#endif
    }
    if (!is_intact) {
        violation("heap-overrun", "bytes behind the end of allocated memory were written");
    }
    return Freed::kNow;
}

std::optional<std::size_t> guarded_size(const void* memory) {
    Heap& all = heap();
    const std::lock_guard guard(all.mutex);
    const auto found = all.open.find(memory);
    return found == all.open.end() ? std::nullopt : std::optional(found->second.size);
}

}  // namespace resforge::rhs
