// Hooks that do not come back in time: what runs beside them, and what stays for them.
#include <dlfcn.h>

#include <memory>
#include <thread>

#include "drive.h"

using host::count_hook;
using host::eventually;
using host::reported_states;
using host::script;
using host::step;
using host::world;
using namespace resforge;

namespace {

// Closes a resource whose health thread is deaf, and expects that no hook runs beside it.
void close_beside(Driver& resource, const std::string& hook) {
    CHECK(eventually([&] { return count_hook(hook + ":enter") >= 1; }));
    const int left = count_hook(hook + ":leave");
    resource.terminate();
    CHECK(logged("did not end in time"));
    CHECK(count_hook("terminate:leave") == 1);
    resource.table->Close(resource.id);
    CHECK(count_hook(hook + ":leave") == left && host::threads() == 1);
    CHECK(count_hook("close:enter") == 0);
    CHECK(world().calls["GetModuleHandleExW"] == 1 && logged("the DLL stays loaded"));
    world().entries.clear();
    world().reports.clear();
    CHECK(eventually([] { return host::threads() == 0; }));
    CHECK(count_hook("terminate:leave") == 2 && count_hook("close:leave") == 1);
    CHECK(world().hooks.back() == "close:leave");
    CHECK(world().entries.empty() && reported_states().empty());
    CHECK(resource.open() == 0);
}

}  // namespace

TEST(close_beside_a_deaf_health_check_keeps_the_hooks_alive) {
    Cached resource;
    script("check_health", {step(kStepSleep, 1500)});
    resource.go_online();
    close_beside(resource, "check_health");
}

TEST(close_beside_a_deaf_monitor_keeps_the_hooks_alive) {
    Everything resource;
    script("monitor", {step(kStepSleep, 1500)});
    resource.go_online();
    close_beside(resource, "monitor");
}

TEST(close_after_an_offline_beside_a_deaf_health_check_waits_with_its_hook) {
    Cached resource;
    script("check_health", {step(kStepSleep, 1500)});
    resource.go_online();
    CHECK(eventually([] { return count_hook("check_health:enter") == 1; }));
    world().reports.clear();
    CHECK(resource.offline() == ERROR_IO_PENDING);
    CHECK(eventually([] { return reported_states() == std::vector<DWORD>{3}; }));
    resource.table->Close(resource.id);
    CHECK(count_hook("close:enter") == 0);
    CHECK(eventually([] { return host::threads() == 0; }));
    CHECK(count_hook("terminate:leave") == 1 && count_hook("close:leave") == 1);
    CHECK(resource.open() == 0);
}

TEST(online_waits_for_a_deaf_health_check) {
    Cached resource;
    script("check_health", {step(kStepSleep, 1200)});
    resource.go_online();
    CHECK(eventually([] { return count_hook("check_health:enter") == 1; }));
    resource.terminate();
    CHECK(resource.online() == ERROR_BUSY);
    CHECK(eventually([] { return host::threads() == 0; }));
    CHECK(count_hook("terminate:leave") == 2);
    world().reports.clear();
    resource.go_online();
}

TEST(a_hook_that_returns_beside_terminate_is_cleaned_up_after) {
    Pending resource;
    script("online", {step(kStepSleep, 400)});
    script("terminate", {step(kStepSleep, 500)});
    CHECK(resource.online() == ERROR_IO_PENDING);
    CHECK(eventually([] { return count_hook("online:enter") == 1; }));
    resource.terminate();
    const std::vector<std::string> expected = {
        "open:enter",   "open:leave",      "online:enter",    "terminate:enter",
        "online:leave", "terminate:leave", "terminate:enter", "terminate:leave"};
    CHECK(world().hooks == expected);
    world().reports.clear();
    resource.go_online();
}

TEST(close_with_all_threads_ended_lets_the_library_go) {
    Pending resource;
    resource.go_online();
    resource.table->Close(resource.id);
    CHECK(world().calls["GetModuleHandleExW"] == 0);
    CHECK(resource.open() == 0);
}

TEST(a_library_that_cannot_be_kept_is_logged) {
    Pending resource;
    script("online", {step(kStepSleep, 900)});
    CHECK(resource.online() == ERROR_IO_PENDING);
    CHECK(eventually([] { return count_hook("online:enter") == 1; }));
    world().faults["GetModuleHandleExW"] = 1;
    resource.table->Close(resource.id);
    CHECK(logged("keeping the DLL loaded for it failed with error 1450"));
    CHECK(eventually([] { return host::threads() == 0; }));
    CHECK(resource.open() == 0);
}

TEST(unloading_the_library_leaves_a_thread_that_still_runs_its_code) {
    // Beside the program; see `build_tests`.
    Dl_info program{};
    CHECK(dladdr(reinterpret_cast<void*>(&Startup_pending), &program) != 0);
    const std::string self = program.dli_fname;
    const std::string path = self.substr(0, self.rfind('/') + 1) + "library.so";
    for (const DWORD milliseconds_deaf : {DWORD{0}, DWORD{900}}) {
        void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        CHECK(library != nullptr);
        const auto startup = reinterpret_cast<PSTARTUP_ROUTINE>(dlsym(library, "Startup_pending"));
        const auto set_script =
            reinterpret_cast<RESFORGE_SET_SCRIPT_ROUTINE>(dlsym(library, "SetScript_pending"));
        CHECK(startup != nullptr && startup != &Startup_pending);
        {
            Driver resource(startup, u"pending");
            set_script(host::script_table());
            script("online", {step(kStepSleep, milliseconds_deaf)});
            CHECK(resource.online() == ERROR_IO_PENDING);
            CHECK(eventually([] { return count_hook("online:enter") == 1; }));
            resource.table->Close(resource.id);
            CHECK(host::threads() == (milliseconds_deaf == 0 ? 0 : 1));
            resource.id = nullptr;
            dlclose(library);
            const bool loaded = dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD) != nullptr;
            CHECK(loaded == (milliseconds_deaf != 0));
        }
    }
}
