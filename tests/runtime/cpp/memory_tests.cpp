// Memory that runs out at every single allocation of a whole life: nothing escapes, nothing leaks,
// each call answers with its documented error, and the resource works again afterwards.
#include <atomic>
#include <cstdlib>
#include <new>

#include "drive.h"

using host::eventually;
using host::Quiet;
using host::reported_states;
using host::script;
using host::step;
using host::world;
using namespace resforge;

namespace {

std::atomic<long> left_until_failure{0};  // 0: memory does not run out
std::atomic<bool> lasting{false};         // from then on every allocation fails
std::atomic<long> failures{0};

bool runs_out() noexcept {
    if (Quiet::depth != 0 || left_until_failure.load() == 0) {
        return false;
    }
    const long left = left_until_failure.fetch_sub(1);
    if (left > 1) {
        return false;
    }
    left_until_failure.store(lasting.load() ? 1 : 0);
    ++failures;
    return true;
}

void* allocate(std::size_t size) {
    void* const memory = runs_out() ? nullptr : std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

// Not called by its name: g++ would warn of an operator delete that frees what new returned.
void (*volatile give_back)(void*) = &std::free;

}  // namespace

void* operator new(std::size_t size) {
    return allocate(size);
}
void* operator new[](std::size_t size) {
    return allocate(size);
}
void operator delete(void* memory) noexcept {
    give_back(memory);
}
void operator delete[](void* memory) noexcept {
    give_back(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    give_back(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    give_back(memory);
}

namespace {

constexpr DWORD kEchoAll = 0x02200009;

// Runs one call of the DLL on this thread, whose allocations count.
template <class Call>
auto inside(Call call) {
    const int depth = std::exchange(Quiet::depth, 0);
    const auto result = call();
    Quiet::depth = depth;
    return result;
}

bool is_one_of(DWORD status, std::initializer_list<DWORD> allowed) {
    const bool found = std::find(allowed.begin(), allowed.end(), status) != allowed.end();
    if (!found) {
        std::fprintf(stderr, "status %u\n", static_cast<unsigned>(status));
    }
    return found;
}

void send(Driver& resource, DWORD code, Bytes list) {
    Bytes output(4096);
    DWORD returned = 77;
    const DWORD status = inside([&] {
        return resource.table->ResourceControl(resource.id, code, list.data(),
                                               static_cast<DWORD>(list.size()), output.data(), 4096,
                                               &returned);
    });
    CHECK(is_one_of(status, {0, ERROR_NOT_ENOUGH_MEMORY, ERROR_INVALID_STATE,
                             ERROR_INVALID_FUNCTION, ERROR_RESOURCE_PROPERTIES_STORED}));
    CHECK(status == 0 || returned == 0);
}

void send_to_type(Driver& resource, DWORD code, Bytes list) {
    Bytes output(4096);
    DWORD returned = 77;
    const DWORD status = inside([&] {
        return resource.table->ResourceTypeControl(u"any", code, list.data(),
                                                   static_cast<DWORD>(list.size()), output.data(),
                                                   4096, &returned);
    });
    CHECK(is_one_of(status,
                    {0, ERROR_NOT_ENOUGH_MEMORY, ERROR_INVALID_FUNCTION, ERROR_INVALID_DATA}));
    CHECK(status == 0 || returned == 0);
}

// What Online or Offline ended with, also when that came later: 0, or not.
bool succeeded(DWORD status, DWORD good_state) {
    if (status != ERROR_IO_PENDING) {
        CHECK(is_one_of(status, {0, ERROR_NOT_ENOUGH_MEMORY}));
        return status == 0;
    }
    CHECK(eventually([&] {
        const std::vector<DWORD> states = reported_states();
        return !states.empty() && (states.back() == good_state || states.back() == 4);
    }));
    const bool good = reported_states().back() == good_state;
    world().reports.clear();
    return good;
}

DWORD open(Driver& resource) {
    const Text name = u"disk";
    resource.id =
        inside([&] { return resource.table->Open(name.c_str(), host::resource_key(), &resource); });
    return resource.id == nullptr ? GetLastError() : 0;
}

void live(Driver& resource, const Bytes& list) {
    if (const DWORD status = open(resource); status != 0) {
        CHECK(status == ERROR_NOT_ENOUGH_MEMORY);
        CHECK(host::open_handles() == 0 && host::open_keys() == 0);
        return;
    }
    for (const DWORD code : {kEnum, kFormats, kGetReadOnly, kGet, kValidate, DWORD{0x01000005},
                             DWORD{0x01000011}, DWORD{0x01500026}}) {
        send(resource, code, list);
    }
    for (const DWORD code : {0x02000079U, 0x0200007DU, 0x02000081U, 0x02000089U, 0x02400086U,
                             0x02000091U, 0x02000011U, kEchoAll}) {
        send_to_type(resource, code, list);
    }
    script("online", {step(kStepProgress), step(kStepWait, 1)});
    script("is_alive", {step(kStepLog), step(kStepSignalFailure)});
    const DWORD online = inside([&] { return resource.online(); });
    if (succeeded(online, 2)) {
        inside([&] { return resource.looks_alive(); });
        inside([&] { return resource.is_alive(); });
        send(resource, kSet, list);
        send(resource, kPing, {});
        const DWORD offline = inside([&] { return resource.offline(); });
        succeeded(offline, 3);
    }
    inside([&] {
        resource.terminate();
        return 0;
    });
}

template <class Resource>
void run_out_everywhere(const std::function<void()>& prepare, const Bytes& list, bool for_good) {
    const Quiet quiet;
    for (long allocation = 1;; ++allocation) {
        Resource resource(false);
        prepare();
        failures = 0;
        lasting = for_good;
        left_until_failure = allocation;
        live(resource, list);
        left_until_failure = 0;
        if (resource.id == nullptr) {
            CHECK(open(resource) == 0);
        }
        // Whatever failed, the next life is a good one.
        world().scripts.clear();
        world().reports.clear();
        resource.go_online();
        CHECK(resource.is_alive());
        CHECK(resource.control(kSet, list).status != ERROR_NOT_ENOUGH_MEMORY);
        resource.terminate();
        if (failures == 0) {
            std::printf("%ld allocations\n", allocation - 1);
            return;
        }
    }
}

struct PendingLater : Driver {
    explicit PendingLater(bool) : Driver(&Startup_pending, u"pending", false) {}
};
struct CachedLater : Driver {
    explicit CachedLater(bool) : Driver(&Startup_cached, u"CACHED", false) {}
};

const std::function<void()> kNoValues = [] {};
const std::function<void()> kFormerValue = [] {
    Driver::set(u"Old Limit", DWORD{9});
    Driver::set(u"Unknown", u"kept");
};

Bytes pending_list() {
    return List().dword(u"Limit", 7).sz(u"Note", u"n").dword(u"Port", 81).sz(u"X", u"y").bytes();
}

Bytes everything_list() {
    const Bytes lines = {'a', 0, 0, 0, 'b', 0, 0, 0, 0, 0};
    return List()
        .sz(u"Label", u"a label that is too long for a string without an allocation")
        .any(u"Lines", Format::multi_sz, lines)
        .any(u"Blob", Format::binary, Bytes(40, 1))
        .dword(u"Scratch", 5)
        .bytes();
}

}  // namespace

TEST(one_failed_allocation_harms_no_pending_resource) {
    run_out_everywhere<PendingLater>(kFormerValue, pending_list(), false);
}

TEST(a_pending_resource_survives_without_memory) {
    run_out_everywhere<PendingLater>(kFormerValue, pending_list(), true);
}

TEST(one_failed_allocation_harms_no_resource_with_cached_health) {
    run_out_everywhere<CachedLater>(kNoValues, List().dword(u"Port", 81).bytes(), false);
}

TEST(one_failed_allocation_harms_no_resource_with_an_event) {
    run_out_everywhere<Everything>(kNoValues, everything_list(), false);
}

TEST(a_resource_with_an_event_survives_without_memory) {
    run_out_everywhere<Everything>(kNoValues, everything_list(), true);
}

TEST(a_change_that_memory_failed_for_takes_effect_when_it_is_sent_again) {
    const Quiet quiet;
    const Bytes list = List().dword(u"Limit", 7).bytes();
    for (long allocation = 1; allocation < 100; ++allocation) {
        PendingLater resource(false);
        CHECK(resource.open() == 0);
        resource.go_online();
        lasting = false;
        left_until_failure = allocation;
        Bytes input = list;
        DWORD returned = 0;
        const DWORD status = inside([&] {
            return resource.table->ResourceControl(resource.id, kSet, input.data(),
                                                   static_cast<DWORD>(input.size()), nullptr, 0,
                                                   &returned);
        });
        left_until_failure = 0;
        CHECK(is_one_of(status, {0, ERROR_NOT_ENOUGH_MEMORY}));
        CHECK(resource.control(kSet, list).status == 0);
        world().inputs.clear();
        script("is_alive", {step(kStepReportProperties)});
        CHECK(resource.is_alive());
        CHECK(*value_in(world().inputs.back(), u"Limit") == encode_value(DWORD{7}));
        if (status == 0) {
            return;
        }
    }
    CHECK(false);
}
