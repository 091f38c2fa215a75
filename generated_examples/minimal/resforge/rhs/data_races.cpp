// Vector clocks of tasks and of what they synchronise with, and the last accesses to each byte.
#include "data_races.h"

#ifdef __linux__

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine.h"
#include "record.h"

namespace resforge::rhs {
namespace {

// How far each thread of control had come when what owns this clock last heard of it; the index is
// the number of the thread of control.
using Clock = std::vector<std::uint32_t>;

void join(Clock& clock, const Clock& other) {
    if (clock.size() < other.size()) {
        clock.resize(other.size());
    }
    for (std::size_t index = 0; index < other.size(); ++index) {
        clock[index] = std::max(clock[index], other[index]);
    }
}

struct Seen {
    std::uint32_t control = 0;  // 0: no access
    std::uint32_t time = 0;
    const void* code = nullptr;
    bool is_atomic = false;
};

// A write, and the last reads of two threads of control since.
struct Byte {
    Seen write;
    std::array<Seen, 2> reads;
};

constexpr std::size_t kBlockSize = 256;
using ByteBlock = std::array<Byte, kBlockSize>;

// A task while it runs code of the DLL: a thread of control.
struct Control {
    std::uint32_t number = 0;
    Clock clock;

    std::uint32_t time() const { return clock[number]; }
};

// Numbers are used again, so that a long run takes no longer at its end than at its beginning; the
// time of a number goes on. Two controls with one number are far apart, and count as one.
constexpr std::uint32_t kControls = 512;

// Outside Watch: asked while static variables, also that one, are being made. Only in virtual time,
// when one task runs at a time, so nothing here needs a lock of its own.
constinit bool is_on = false;
// The containers below free memory themselves, while they change.
constinit bool is_busy = false;

class Busy {
  public:
    Busy() : before_(std::exchange(is_busy, true)) {}
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;
    ~Busy() { is_busy = before_; }

  private:
    bool before_;
};

struct Watch {
    std::uint32_t last_number_given = 0;
    std::array<std::uint32_t, kControls + 1> times{};
    std::array<bool, kControls + 1> in_use{};
    std::unordered_map<const Task*, Control> controls;
    const Task* last_task = nullptr;
    Control* last_control = nullptr;
    std::map<std::uintptr_t, Clock> objects;
    std::unordered_map<std::uintptr_t, std::unique_ptr<ByteBlock>> blocks;
    std::uintptr_t last_number = 0;
    ByteBlock* last_block = nullptr;
    std::set<std::pair<const void*, const void*>> reported;
    std::unordered_map<std::uint32_t, std::string> names;
};

Watch& watch() {
    static auto* const instance = new Watch();
    return *instance;
}

std::uintptr_t number_of(const void* address) {
    return reinterpret_cast<std::uintptr_t>(address);
}

void forget_current_control() {
    watch().last_task = nullptr;
    watch().last_control = nullptr;
}

Control& new_control(const Task& task) {
    Watch& all = watch();
    std::uint32_t number = all.last_number_given;
    for (std::uint32_t tried = 0; tried == 0 || (all.in_use[number] && tried <= kControls);
         ++tried) {
        number = number % kControls + 1;
    }
    all.last_number_given = number;
    all.in_use[number] = true;
    Control& control = all.controls[&task];
    control.number = number;
    control.clock.assign(number + 1, 0);
    control.clock[number] = ++all.times[number];
    const CallContext& context = task.context;
    all.names[number] = context.entry.empty() ? "a thread of the DLL" : context.entry;
    forget_current_control();
    return control;
}

void end_control_of(const Task& task) {
    Watch& all = watch();
    const auto found = all.controls.find(&task);
    if (found != all.controls.end()) {
        all.times[found->second.number] = found->second.time();
        all.in_use[found->second.number] = false;
        all.controls.erase(found);
    }
    forget_current_control();
}

// nullptr where nothing is watched: on the host's own thread, or outside the DLL.
Control* current_control() {
    Watch& all = watch();
    const Task* const task = engine().known();
    if (task != all.last_task) {
        const auto found = all.controls.find(task);
        all.last_task = task;
        all.last_control = found == all.controls.end() ? nullptr : &found->second;
    }
    return all.last_control;
}

ByteBlock& block_at(std::uintptr_t number) {
    Watch& all = watch();
    if (all.last_block == nullptr || all.last_number != number) {
        std::unique_ptr<ByteBlock>& block = all.blocks[number];
        if (block == nullptr) {
            block = std::make_unique<ByteBlock>();
        }
        all.last_number = number;
        all.last_block = block.get();
    }
    return *all.last_block;
}

// Threads that the scheduler did not start run beside the one task that may run: the host's own for
// input, and those of a DLL that it made without CreateThread.
bool watches_this_thread() {
    return is_on && engine().known() != nullptr;
}

// Whether `seen` came before everything that `control` does now.
bool is_before(const Seen& seen, const Control& control) {
    return seen.control == 0 || seen.control == control.number ||
           (seen.control < control.clock.size() && seen.time <= control.clock[seen.control]);
}

bool conflicts(const Seen& seen, const Use& use, const Control& control) {
    return !(seen.is_atomic && use.is_atomic) && !is_before(seen, control);
}

void remember_read(Byte& byte, const Seen& seen, const Control& control) {
    for (Seen& read : byte.reads) {
        if (is_before(read, control)) {
            read = seen;
            return;
        }
    }
    byte.reads.front() = seen;
}

// Whether the same thread of control did so before, and nothing can have changed since.
bool is_repeated(const Byte& byte, const Seen& seen, Access access) {
    const Seen& before = access == Access::kWrite ? byte.write : byte.reads.front();
    const bool is_alone = access == Access::kRead || byte.reads.front().control == 0;
    return is_alone && before.control == seen.control && before.time == seen.time &&
           before.is_atomic == seen.is_atomic;
}

// As a library and an offset in it, which the report turns into a line of the source.
std::string place_of(const void* code) {
    Dl_info info{};
    if (::dladdr(code, &info) == 0) {
        return "{?}";
    }
    // The address that a call returns to lies behind it.
    const std::uintptr_t offset = number_of(code) - number_of(info.dli_fbase) - 1;
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (std::uintptr_t rest = offset; rest != 0; rest /= 16) {
        text.insert(text.begin(), kDigits[rest % 16]);
    }
    return "{" + std::string(info.dli_fname) + "+0x" + text + "}";
}

void report_race(const Use& use, const Seen& seen, bool was_write) {
    if (!watch().reported.emplace(seen.code, use.code).second) {
        return;
    }
    const std::string verb = use.access == Access::kWrite ? " writes " : " reads ";
    violation("data-race", watch().names[current_control()->number] + verb + "memory at " +
                               place_of(use.code) + " that " + watch().names[seen.control] +
                               (was_write ? " wrote" : " read") + " at " + place_of(seen.code) +
                               ", and nothing orders the two");
}

void check_byte(Byte& byte, const Seen& seen, const Use& use, const Control& control) {
    if (conflicts(byte.write, use, control)) {
        report_race(use, byte.write, true);
    }
    if (use.access == Access::kRead) {
        remember_read(byte, seen, control);
        return;
    }
    for (const Seen& read : byte.reads) {
        if (conflicts(read, use, control)) {
            report_race(use, read, false);
        }
    }
    byte = {seen, {}};
}

}  // namespace

void watch_accesses() {
    static_cast<void>(watch());
    is_on = engine().is_virtual();
}

bool watches_accesses() {
    return is_on;
}

void happens_before_acquirers_of(const void* object) {
    if (!watches_this_thread()) {
        return;
    }
    const Busy busy;
    if (Control* const control = current_control()) {
        join(watch().objects[number_of(object)], control->clock);
        ++control->clock[control->number];
    }
}

void happens_after_releasers_of(const void* object) {
    if (!watches_this_thread()) {
        return;
    }
    const Busy busy;
    if (Control* const control = current_control()) {
        const auto found = watch().objects.find(number_of(object));
        if (found != watch().objects.end()) {
            join(control->clock, found->second);
        }
    }
}

void happens_before_calls_of(const void* serial, const void* object) {
    if (!watches_this_thread()) {
        return;
    }
    const Busy busy;
    const auto found = watch().objects.find(number_of(object));
    if (found != watch().objects.end()) {
        const Clock clock = found->second;
        join(watch().objects[number_of(serial)], clock);
    }
}

void happens_after_starter(Task& task) {
    if (!watches_this_thread()) {
        return;
    }
    const Busy busy;
    Clock starter;
    if (Control* const control = current_control()) {
        starter = control->clock;
        ++control->clock[control->number];
    }
    join(new_control(task).clock, starter);
}

void begin_watched_call(const void* serial) {
    if (!watches_this_thread()) {
        return;
    }
    const Busy busy;
    new_control(engine().current());
    happens_after_releasers_of(serial);
}

void end_watched(const void* object) {
    if (!watches_this_thread()) {
        return;
    }
    happens_before_acquirers_of(object);
    {
        const Busy busy;
        end_control_of(engine().current());
    }
    // The frames below are gone, and the next code on this stack has others.
    constexpr std::size_t kDeep = std::size_t{128} * 1024;
    const auto* const here = static_cast<const char*>(__builtin_frame_address(0));
    forget_accesses(here - kDeep, kDeep);
}

void forget_accesses(const void* memory, std::size_t size) {
    if (!watches_this_thread() || is_busy || size == 0) {
        return;
    }
    const Busy busy;
    Watch& all = watch();
    const std::uintptr_t begin = number_of(memory);
    const std::uintptr_t end = begin + size;
    all.objects.erase(all.objects.lower_bound(begin), all.objects.lower_bound(end));
    for (std::uintptr_t number = begin / kBlockSize; number <= (end - 1) / kBlockSize; ++number) {
        const auto found = all.blocks.find(number);
        if (found == all.blocks.end()) {
            continue;
        }
        const std::uintptr_t base = number * kBlockSize;
        if (begin <= base && base + kBlockSize <= end) {
            all.blocks.erase(found);
            all.last_block = nullptr;
            continue;
        }
        const std::size_t first = begin > base ? begin - base : 0;
        const std::size_t last = std::min<std::uintptr_t>(end - base, kBlockSize);
        std::fill(found->second->begin() + static_cast<std::ptrdiff_t>(first),
                  found->second->begin() + static_cast<std::ptrdiff_t>(last), Byte{});
    }
}

void forget_all_accesses() {
    if (!watches_this_thread()) {
        return;
    }
    const Busy busy;
    Watch& all = watch();
    if (all.controls.empty()) {
        all.names.clear();
        all.objects.clear();
        all.blocks.clear();
        all.last_block = nullptr;
        all.reported.clear();
    }
}

void check_access(const Use& use) {
    if (!watches_this_thread()) {
        return;
    }
    const Busy busy;
    const Control* const control = current_control();
    if (control == nullptr) {
        return;
    }
    const Seen seen{control->number, control->time(), use.code, use.is_atomic};
    const std::uintptr_t end = number_of(use.memory) + use.size;
    for (std::uintptr_t address = number_of(use.memory); address < end;) {
        const std::uintptr_t behind = std::min(end, (address / kBlockSize + 1) * kBlockSize);
        ByteBlock& block = block_at(address / kBlockSize);
        for (; address < behind; ++address) {
            Byte& byte = block[address % kBlockSize];
            if (!is_repeated(byte, seen, use.access)) {
                check_byte(byte, seen, use, *control);
            }
        }
    }
}

}  // namespace resforge::rhs

#endif
