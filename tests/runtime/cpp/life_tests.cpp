// The life of a resource: every entry point in every state, and Terminate beside the others.
#include <array>
#include <atomic>
#include <memory>
#include <thread>

#include "drive.h"
#include "resforge/single_instance.h"

using host::count_hook;
using host::eventually;
using host::reported_states;
using host::script;
using host::step;
using host::world;
using namespace resforge;

TEST(startup_compares_names_without_case_and_versions_first) {
    PCLRES_FUNCTION_TABLE table = nullptr;
    const auto start = [&](LPCWSTR name, DWORD low, DWORD high) {
        return Startup_pending(name, low, high, &host::set_resource_status, &host::log_event,
                               &table);
    };
    CHECK(start(u"Pending", 0x101, 0x400) == ERROR_REVISION_MISMATCH);
    CHECK(start(u"Other", 0, 0xFF) == ERROR_REVISION_MISMATCH);
    CHECK(start(u"Other", 0x100, 0x400) == ERROR_CLUSTER_RESNAME_NOT_FOUND);
    CHECK(start(nullptr, 0x100, 0x400) == ERROR_CLUSTER_RESNAME_NOT_FOUND);
    CHECK(table == nullptr);
    CHECK(start(u"pENDING", 0, 0xFFFFFFFF) == 0);
    CHECK(table->TableSize == 88 && table->Version == 0x100);
    CHECK(table->V1Functions.Arbitrate == nullptr && table->V1Functions.Release == nullptr);
}

TEST(stale_and_null_resource_identifiers_are_refused) {
    Pending resource;
    const RESID stale = resource.id;
    resource.table->Close(resource.id);
    CHECK(resource.open() == 0);
    DWORD returned = 7;
    const auto bogus = reinterpret_cast<RESID>(std::uintptr_t{0x123456789});
    for (const RESID id : {RESID{nullptr}, stale, bogus}) {
        CHECK(resource.table->Online(id, nullptr) == ERROR_RESOURCE_NOT_FOUND);
        CHECK(resource.table->Offline(id) == ERROR_RESOURCE_NOT_FOUND);
        CHECK(resource.table->IsAlive(id) == FALSE && resource.table->LooksAlive(id) == FALSE);
        returned = 7;
        CHECK(resource.table->ResourceControl(id, 0x01000000, nullptr, 0, nullptr, 0, &returned) ==
              ERROR_RESOURCE_NOT_FOUND);
        CHECK(returned == 0);
        resource.table->Terminate(id);
        resource.table->Close(id);
    }
}

TEST(pending_online_and_offline_report_once_with_rising_checkpoints) {
    Pending resource;
    script("online", {step(kStepWait, 100), step(kStepReturn, 0)});
    CHECK(resource.online() == ERROR_IO_PENDING);
    CHECK(resource.event == nullptr);
    CHECK(!resource.is_alive() && !resource.looks_alive());
    CHECK(resource.offline() == ERROR_INVALID_STATE);
    CHECK(resource.online() == ERROR_INVALID_STATE);
    CHECK(eventually([] { return !reported_states().empty() && reported_states().back() == 2; }));
    CHECK(reported_states().size() >= 3);
    for (std::size_t i = 0; i < world().reports.size(); ++i) {
        const host::Report& report = world().reports[i];
        CHECK(report.status.CheckPoint == i + 1);
        CHECK(report.status.WaitHint == 0 && report.status.EventHandle == nullptr);
        CHECK(report.resource == &resource);
        CHECK(report.status.ResourceState == (i + 1 == world().reports.size() ? 2 : 129));
    }
    CHECK(resource.is_alive() && resource.looks_alive());
    CHECK(resource.online() == ERROR_INVALID_STATE);
    world().reports.clear();
    CHECK(resource.offline() == ERROR_IO_PENDING);
    CHECK(eventually([] { return reported_states() == std::vector<DWORD>{3}; }));
    CHECK(world().reports[0].status.CheckPoint == 1);
    CHECK(resource.offline() == 0);
    resource.terminate();
    CHECK(count_hook("terminate:enter") == 0);
}

TEST(a_failing_hook_reports_failed_and_waits_for_terminate) {
    Pending resource;
    script("online", {step(kStepReturn, 5)});
    CHECK(resource.online() == ERROR_IO_PENDING);
    CHECK(eventually([] { return reported_states() == std::vector<DWORD>{4}; }));
    CHECK(resource.online() == ERROR_INVALID_STATE);
    CHECK(!resource.is_alive());
    resource.terminate();
    CHECK(count_hook("terminate:enter") == 1);
    world().reports.clear();
    resource.go_online();
}

TEST(terminate_stops_a_waiting_online_at_once_and_silences_it) {
    Pending resource;
    script("online", {step(kStepWait, 60000)});
    CHECK(resource.online() == ERROR_IO_PENDING);
    CHECK(eventually([] { return count_hook("online:enter") == 1; }));
    CHECK(milliseconds([&] { resource.terminate(); }) < 150);
    const auto before = reported_states().size();
    CHECK(host::threads() == 0);
    Sleep(80);
    CHECK(reported_states().size() == before);
    CHECK(before == 0 || reported_states().back() == 129);
    CHECK(count_hook("terminate:leave") == 1);
    world().reports.clear();
    resource.go_online();
}

TEST(terminate_gives_up_on_a_deaf_worker_and_cleans_up_when_it_returns) {
    Pending resource;
    script("online", {step(kStepSleep, 700)});
    CHECK(resource.online() == ERROR_IO_PENDING);
    CHECK(eventually([] { return count_hook("online:enter") == 1; }));
    const long long taken = milliseconds([&] { resource.terminate(); });
    CHECK(taken >= 150 && taken < 500);
    CHECK(logged("did not end in time"));
    CHECK(resource.online() == ERROR_BUSY);
    CHECK(eventually([] { return count_hook("terminate:leave") == 2; }));
    CHECK(eventually([] { return host::threads() == 0; }));
    CHECK(reported_states().empty());
    resource.go_online();
}

TEST(close_beside_a_deaf_worker_keeps_the_instance_alive) {
    {
        Pending resource;
        script("online", {step(kStepSleep, 800)});
        CHECK(resource.online() == ERROR_IO_PENDING);
        CHECK(eventually([] { return count_hook("online:enter") == 1; }));
        resource.table->Close(resource.id);
        CHECK(count_hook("close:enter") == 0);
        world().entries.clear();
        CHECK(eventually([] { return host::threads() == 0; }));
        CHECK(count_hook("terminate:leave") == 2 && count_hook("close:leave") == 1);
        CHECK(reported_states().empty() && world().entries.empty());
        CHECK(resource.open() == 0);
    }
}

TEST(close_while_online_terminates_first) {
    Pending resource;
    resource.go_online();
    resource.table->Close(resource.id);
    CHECK(count_hook("terminate:leave") == 1 && count_hook("close:leave") == 1);
    CHECK(resource.open() == 0);
}

TEST(a_stop_answer_ends_the_work_without_a_final_report) {
    Pending resource;
    world().answer = 1;
    script("online", {step(kStepProgress), step(kStepWait, 60000)});
    CHECK(resource.online() == ERROR_IO_PENDING);
    CHECK(eventually([] { return count_hook("online:leave") == 1; }));
    CHECK(eventually([] { return host::threads() == 0; }));
    CHECK(reported_states() == std::vector<DWORD>{129});
    CHECK(resource.online() == ERROR_INVALID_STATE);
    world().answer = 0;
    resource.terminate();
    world().reports.clear();
    resource.go_online();
}

TEST(an_unknown_answer_also_means_stop) {
    Pending resource;
    world().answer = 77;
    script("offline", {step(kStepProgress), step(kStepProgress), step(kStepReturn, 0)});
    world().answer = 0;
    resource.go_online();
    world().reports.clear();
    world().answer = 77;
    CHECK(resource.offline() == ERROR_IO_PENDING);
    CHECK(eventually([] { return host::threads() == 0; }));
    CHECK(reported_states() == std::vector<DWORD>{130});
}

TEST(exceptions_of_hooks_become_codes_and_log_entries) {
    Everything resource;
    constexpr std::array<BYTE, 6> text = {'w', 0, 'h', 0, 'y', 0};
    script("online", {{kStepThrow, 0, text.data(), text.size()}});
    CHECK(resource.online() == ERROR_UNHANDLED_EXCEPTION);
    CHECK(logged("ended with an exception: why (error 574)") &&
          world().entries.back().level == LOG_ERROR);
    resource.terminate();
    script("online", {step(kStepThrowUnknown)});
    CHECK(resource.online() == ERROR_UNHANDLED_EXCEPTION);
    resource.terminate();
    script("online", {step(kStepOutOfMemory)});
    CHECK(resource.online() == ERROR_NOT_ENOUGH_MEMORY);
    script("terminate", {step(kStepThrow)});
    resource.terminate();
    resource.go_online();
    script("is_alive", {step(kStepThrow)});
    CHECK(!resource.is_alive());
    CHECK(resource.is_alive());
    script("control_ping", {step(kStepThrow)});
    CHECK(resource.control(0x01200005).status == ERROR_UNHANDLED_EXCEPTION);
    script("type_control_ping_all", {step(kStepOutOfMemory)});
    CHECK(resource.type_control(0x0220000D).status == ERROR_NOT_ENOUGH_MEMORY);
    script("close", {step(kStepThrow)});
}

TEST(a_synchronous_online_is_cancelled_by_terminate) {
    Everything resource;
    script("online", {step(kStepWait, 60000)});
    std::atomic<DWORD> status{0};
    std::thread caller([&] { status = resource.online(); });
    CHECK(eventually([] { return count_hook("online:enter") == 1; }));
    resource.terminate();
    caller.join();
    CHECK(status == ERROR_OPERATION_ABORTED && resource.event == nullptr);
    CHECK(count_hook("terminate:enter") == 1);
    CHECK(reported_states().empty());
    resource.go_online();
    CHECK(resource.offline() == 0);
    CHECK(reported_states().empty());
}

TEST(a_synchronous_online_that_succeeds_beside_terminate_is_aborted) {
    Everything resource;
    script("online", {step(kStepSleep, 100), step(kStepReturn, 0)});
    std::atomic<DWORD> status{0};
    std::thread caller([&] { status = resource.online(); });
    CHECK(eventually([] { return count_hook("online:enter") == 1; }));
    resource.terminate();
    caller.join();
    CHECK(status == ERROR_OPERATION_ABORTED && resource.event == nullptr);
    CHECK(host::threads() == 0 && count_hook("monitor:enter") == 0);
    CHECK(resource.offline() == 0 && !resource.is_alive());
    resource.go_online();
}

TEST(the_event_handle_signals_once_and_is_reset_for_the_next_online) {
    Everything resource;
    resource.go_online();
    const HANDLE event = resource.event;
    CHECK(event != nullptr && WaitForSingleObject(event, 0) == WAIT_TIMEOUT);
    CHECK(resource.offline() == 0);
    CHECK(WaitForSingleObject(event, 0) == WAIT_TIMEOUT);
    script("monitor", {step(kStepWait, 20), step(kStepReturn, 0)});
    resource.go_online();
    CHECK(resource.event == event);
    CHECK(WaitForSingleObject(event, 3000) == WAIT_OBJECT_0);
    CHECK(!resource.is_alive() && !resource.looks_alive());
    resource.terminate();
    resource.go_online();
    CHECK(WaitForSingleObject(event, 0) == WAIT_TIMEOUT && resource.is_alive());
    script("control_ping", {step(kStepSignalFailure)});
    CHECK(resource.control(0x01200005).status == 0);
    CHECK(WaitForSingleObject(event, 0) == WAIT_OBJECT_0 && !resource.is_alive());
}

TEST(cached_health_answers_from_its_thread_and_goes_stale) {
    Cached resource;
    resource.go_online();
    CHECK(eventually([] { return count_hook("check_health:leave") >= 2; }));
    CHECK(resource.is_alive() && resource.looks_alive());
    CHECK(count_hook("is_alive:enter") == 0 && count_hook("looks_alive:enter") == 0);
    script("check_health", {step(kStepReturn, 0)});
    CHECK(eventually([&] { return !resource.is_alive(); }));
    CHECK(eventually([&] { return resource.is_alive(); }));
    script("check_health", {step(kStepSleep, 400)});
    CHECK(eventually([&] { return !resource.looks_alive(); }));
    CHECK(eventually([&] { return resource.looks_alive(); }));
    script("check_health", {step(kStepThrow)});
    CHECK(eventually([&] { return !resource.is_alive(); }));
    CHECK(eventually([&] { return resource.is_alive(); }));
    CHECK(resource.offline() == ERROR_IO_PENDING);
    CHECK(eventually([] { return reported_states().back() == 3; }));
    const int checks = count_hook("check_health:enter");
    Sleep(60);
    CHECK(count_hook("check_health:enter") == checks);
}

TEST(a_missing_required_property_fails_online_before_any_worker) {
    Pending resource;
    for (const Text& text : {Text(), Text(u"x")}) {
        world().values.erase(u"Command");
        if (!text.empty()) {
            Driver::set(u"Command", Text());
        }
        CHECK(resource.online() == ERROR_FILE_NOT_FOUND);
        CHECK(host::threads() == 0 && count_hook("online:enter") == 0);
        resource.terminate();
        CHECK(count_hook("terminate:enter") == 0);
    }
    Driver::set(u"Command", DWORD{5});
    CHECK(resource.online() == ERROR_FILE_NOT_FOUND);
    Driver::set(u"Command", u"ok");
    world().values[u"port"] = {REG_DWORD, Bytes(3)};
    CHECK(resource.online() == ERROR_INVALID_DATA);
    Driver::set(u"port", DWORD{70000});
    CHECK(resource.online() == ERROR_INVALID_PARAMETER);
    world().values.erase(u"port");
    resource.go_online();
}

TEST(every_failing_call_leaves_nothing_behind) {
    for (const char* function : {"CreateEventW", "CreateSemaphoreW", "CreateThread",
                                 "ClusterRegOpenKey", "ClusterRegQueryValue"}) {
        for (int call = 1; call < 40; ++call) {
            Everything resource(false);
            world().faults[function] = call;
            if (resource.open() != 0) {
                CHECK(GetLastError() == ERROR_NO_SYSTEM_RESOURCES ||
                      GetLastError() == ERROR_NOT_ENOUGH_MEMORY);
                CHECK(host::open_handles() == 0 && host::open_keys() == 0);
                CHECK(resource.open() == 0);
            }
            const DWORD status = resource.online();
            if (status != 0) {
                CHECK(resource.event == nullptr);
                resource.terminate();
                CHECK(resource.online() == 0);
            }
        }
    }
}

TEST(a_failed_open_gives_the_single_instance_back) {
    Everything resource(false);
    script("open", {step(kStepReturn, 31)});
    CHECK(resource.open() == 31);
    CHECK(resource.open() == 0);
    const RESID first = resource.id;
    CHECK(resource.open() == ERROR_OBJECT_ALREADY_EXISTS);
    // The semaphore lives on while another process looks at it, so it must be given back.
    const Handle other(
        CreateSemaphoreW(nullptr, 1, 1, semaphore_name(kEverything.c_str()).c_str()));
    resource.table->Close(first);
    CHECK(resource.open() == 0);
    resource.table->Close(resource.id);
    resource.id = nullptr;
}

TEST(terminate_is_idempotent_in_every_state_and_beside_itself) {
    Pending resource;
    resource.terminate();
    resource.terminate();
    CHECK(count_hook("terminate:enter") == 0);
    resource.go_online();
    script("terminate", {step(kStepSleep, 100)});
    std::thread other([&] { resource.terminate(); });
    CHECK(eventually([] { return count_hook("terminate:enter") == 1; }));
    CHECK(!resource.is_alive());
    CHECK(resource.offline() == ERROR_INVALID_STATE && resource.online() == ERROR_INVALID_STATE);
    resource.terminate();
    CHECK(count_hook("terminate:leave") == 1);
    other.join();
    CHECK(count_hook("terminate:enter") == 1);
}

TEST(terminate_runs_beside_polls_and_controls) {
    Pending resource;
    for (int round = 0; round < 30; ++round) {
        world().reports.clear();
        resource.go_online();
        std::atomic<bool> go{true};
        std::vector<std::thread> threads;
        for (int i = 0; i < 2; ++i) {
            threads.emplace_back([&] {
                while (go) {
                    resource.is_alive();
                    resource.looks_alive();
                    resource.control(0x01000081);
                    resource.control(0x01200005);
                    resource.control(0x01400086, List().dword(u"Limit", 7).bytes());
                }
            });
        }
        resource.terminate();
        go = false;
        for (std::thread& thread : threads) {
            thread.join();
        }
    }
}

TEST(terminate_beside_a_starting_online_never_leaves_it_running) {
    Pending resource;
    for (int round = 0; round < 200; ++round) {
        std::thread starter([&] { resource.online(); });
        for (int spin = 0; spin < round * 20; ++spin) {
            std::atomic_signal_fence(std::memory_order_seq_cst);
        }
        resource.terminate();
        starter.join();
        resource.terminate();
        CHECK(eventually([] { return host::threads() == 0; }));
        CHECK(resource.offline() == 0);
    }
}

TEST(terminate_before_the_worker_exists_keeps_the_hook_from_running) {
    for (const bool pends : {true, false}) {
        std::unique_ptr<Driver> resource;
        if (pends) {
            resource = std::make_unique<Pending>();
        } else {
            resource = std::make_unique<Everything>();
        }
        world().on_query = [&] { std::thread([&] { resource->terminate(); }).join(); };
        resource->online();
        CHECK(eventually([] { return host::threads() == 0; }));
        CHECK(count_hook("online:enter") == 0 && reported_states().empty());
        CHECK(resource->offline() == 0);
        resource->go_online();
    }
}

TEST(an_online_that_succeeds_beside_terminate_starts_nothing) {
    Cached resource;
    script("online", {step(kStepSleep, 100), step(kStepReturn, 0)});
    CHECK(resource.online() == ERROR_IO_PENDING);
    CHECK(eventually([] { return count_hook("online:enter") == 1; }));
    resource.terminate();
    CHECK(host::threads() == 0 && reported_states().empty());
    CHECK(count_hook("terminate:leave") == 1);
    Sleep(50);
    CHECK(count_hook("check_health:enter") == 0);
    CHECK(resource.offline() == 0);
}

TEST(many_instances_do_not_touch_each_other) {
    Pending first;
    const RESID one = first.id;
    CHECK(first.open() == 0);
    const RESID two = first.id;
    CHECK(one != two);
    first.go_online();
    CHECK(first.table->IsAlive(two) != FALSE && first.table->IsAlive(one) == FALSE);
    first.table->Terminate(one);
    CHECK(first.table->IsAlive(two) != FALSE);
    first.table->Close(one);
}

TEST(a_slow_entry_point_is_logged) {
    Everything resource;
    script("online", {step(kStepSleep, 400)});
    resource.go_online();
    CHECK(logged("its budget is 300 ms"));
}
