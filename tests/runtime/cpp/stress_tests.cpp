// Many threads and many resources at once, with hooks that misbehave at random: what Terminate has
// stopped stays silent, and whatever strangers call together, nothing breaks.
#include <array>
#include <atomic>
#include <chrono>
#include <random>
#include <thread>

#include "drive.h"

using host::script;
using host::step;
using host::world;
using namespace resforge;

namespace {

using Random = std::mt19937;
using Steps = std::vector<RESFORGE_SCRIPT_STEP>;

constexpr auto kDuration = std::chrono::seconds(3);

bool goes_on(std::chrono::steady_clock::time_point start) {
    return std::chrono::steady_clock::now() - start < kDuration;
}

// A hook that waits, is deaf for a moment, throws, fails, signals or simply succeeds.
Steps misbehaviour(Random& random) {
    Steps steps;
    for (auto count = random() % 4; count > 0; --count) {
        switch (random() % 12) {
            case 0:
            case 1:
                steps.push_back(step(kStepWait, random() % 8));
                break;
            case 2:
                steps.push_back(step(kStepSleep, random() % 4));
                break;
            case 3:
                steps.push_back(step(kStepSleep, random() % 32 == 0 ? 300 : 0));
                break;
            case 4:
                steps.push_back(step(kStepThrow));
                break;
            case 5:
                steps.push_back(step(kStepThrowUnknown));
                break;
            case 6:
                steps.push_back(step(kStepOutOfMemory));
                break;
            case 7:
                steps.push_back(step(kStepSignalFailure));
                break;
            case 8:
                steps.push_back(step(kStepLog));
                break;
            case 9:
                steps.push_back(step(kStepReturn, random() % 2 == 0 ? 0 : 31));
                break;
            default:
                steps.push_back(step(kStepProgress));
        }
    }
    return steps;
}

void feed_hooks(Random& random) {
    constexpr std::array kHooks = {"open",     "close",        "online",  "offline",
                                   "is_alive", "check_health", "monitor", "control_ping"};
    script(kHooks[random() % kHooks.size()], misbehaviour(random));
    if (random() % 8 == 0) {
        script("terminate", misbehaviour(random));
    }
}

CLRES_V1_FUNCTIONS& functions(PSTARTUP_ROUTINE startup, const Text& type) {
    PCLRES_FUNCTION_TABLE table = nullptr;
    CHECK(startup(type.c_str(), 0x100, 0x400, &host::set_resource_status, &host::log_event,
                  &table) == 0);
    return table->V1Functions;
}

std::array<CLRES_V1_FUNCTIONS*, 3> all_types() {
    host::reset();
    SetScript_pending(host::script_table());
    Driver::set(u"Command", u"run");
    Driver::set(u"Label", u"text");
    return {&functions(&Startup_pending, u"pending"), &functions(&Startup_cached, u"cached"),
            &functions(&Startup_everything, kEverything)};
}

std::size_t reports_of(const void* resource) {
    const std::scoped_lock guard(world().mutex);
    std::size_t count = 0;
    for (const host::Report& report : world().reports) {
        count += report.resource == resource ? 1U : 0U;
    }
    return count;
}

void nothing_is_left() {
    CHECK(host::eventually([] { return host::threads() == 0; }));
    CHECK(host::open_handles() == 0);
    CHECK(host::open_keys() == 0);
}

// One resource as RHS treats it, except that Terminate comes at any moment, also twice.
void terminate_at_any_moment(CLRES_V1_FUNCTIONS& type, unsigned seed) {
    Random random(seed);
    RESID id = nullptr;
    const auto start = std::chrono::steady_clock::now();
    while (goes_on(start)) {
        feed_hooks(random);
        if (id == nullptr) {
            id = type.Open(u"disk", host::resource_key(), &random);
            continue;
        }
        const auto microseconds = random() % 3000;
        std::thread stranger([&, microseconds] {
            std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
            type.Terminate(id);
        });
        HANDLE event = nullptr;
        const DWORD status = type.Online(id, &event);
        if (status == 0 || status == ERROR_IO_PENDING) {
            type.LooksAlive(id);
            type.IsAlive(id);
            type.ResourceControl(id, kPing, nullptr, 0, nullptr, 0, nullptr);
            if (random() % 2 == 0) {
                type.Offline(id);
            }
        }
        if (random() % 2 == 0) {
            type.Terminate(id);
        }
        stranger.join();
        type.Terminate(id);
        const std::size_t reports = reports_of(&random);
        CHECK(type.IsAlive(id) == FALSE && type.LooksAlive(id) == FALSE);
        CHECK(type.Offline(id) == 0);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        CHECK(reports_of(&random) == reports);
        if (random() % 8 == 0) {
            type.Close(id);
            id = nullptr;
            CHECK(reports_of(&random) == reports);
        }
    }
    type.Close(id);
}

using Resources = std::array<std::atomic<RESID>, 3>;

// Any entry point on any resource, whatever the others do with it.
void call_anything(CLRES_V1_FUNCTIONS& type, Resources& resources, unsigned seed) {
    Random random(seed);
    Bytes list = List().dword(u"Limit", seed).sz(u"Unknown", u"x").bytes();
    const auto size = static_cast<DWORD>(list.size());
    Bytes output(2048);
    DWORD returned = 0;
    HANDLE event = nullptr;
    const auto start = std::chrono::steady_clock::now();
    while (goes_on(start)) {
        feed_hooks(random);
        std::atomic<RESID>& place = resources[random() % resources.size()];
        const RESID id = place.load();
        switch (random() % 12) {
            case 0:
                if (id == nullptr) {
                    type.Close(place.exchange(type.Open(u"disk", host::resource_key(), &place)));
                }
                break;
            case 1:
                if (random() % 8 == 0) {
                    type.Close(place.exchange(nullptr));
                }
                break;
            case 2:
            case 3:
            case 4:
                type.Online(id, &event);
                break;
            case 5:
                type.Offline(id);
                break;
            case 6:
                type.Terminate(id);
                break;
            case 7:
                type.IsAlive(id);
                break;
            case 8:
                type.LooksAlive(id);
                break;
            case 9:
                type.ResourceControl(id, kSet, list.data(), size, nullptr, 0, &returned);
                break;
            case 10:
                type.ResourceControl(id, kGet, nullptr, 0, output.data(), 2048, &returned);
                break;
            default:
                type.ResourceControl(id, kPing, nullptr, 0, nullptr, 0, &returned);
        }
    }
}

}  // namespace

TEST(what_terminate_stopped_stays_silent_whenever_it_came) {
    std::vector<std::thread> threads;
    unsigned seed = 1;
    for (CLRES_V1_FUNCTIONS* const type : all_types()) {
        threads.emplace_back([type, seed] { terminate_at_any_moment(*type, seed); });
        threads.emplace_back([type, seed] { terminate_at_any_moment(*type, 100 + seed); });
        ++seed;
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    nothing_is_left();
    std::printf("%zu reports\n", world().reports.size());
}

TEST(strangers_may_call_everything_at_once) {
    std::vector<std::thread> threads;
    const auto types = all_types();
    std::array<Resources, 3> resources{};
    for (std::size_t i = 0; i < types.size(); ++i) {
        for (unsigned thread = 0; thread < 3; ++thread) {
            threads.emplace_back(
                [&, i, thread] { call_anything(*types[i], resources[i], 1000 * thread + 7); });
        }
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (std::size_t i = 0; i < types.size(); ++i) {
        for (std::atomic<RESID>& resource : resources[i]) {
            types[i]->Close(resource);
        }
    }
    nothing_is_left();
}
