// What the simulated RHS keeps about modules, resource types and resources.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine.h"
#include "json.h"
#include "resforge/cluster_abi.h"

namespace resforge::rhs {

// A call of Startup past RHS. `refused`: it gets callbacks that the DLL has no reason to keep.
// `missing` is the argument that is NULL: resource_type, set_resource_status, log_event,
// function_table or none.
struct StartupRequest {
    std::string type;
    std::uint32_t minimum = 0;
    std::uint32_t maximum = 0;
    bool refused = false;
    std::string missing;
};

enum class MainState {
    kNotLoaded,
    kClosed,
    kOpening,
    kOffline,
    kOnlineInProgress,
    kOnlinePending,
    kOnline,
    kOfflineInProgress,
    kOfflinePending,
    kTerminating,
    kClosing,
    kLost,
};

enum class RcmState { kInitializing, kOffline, kOnline, kFailed, kOnlinePending, kOfflinePending };

const char* name_of(MainState state);
const char* name_of(RcmState state);
CLUSTER_RESOURCE_STATE cluster_state(RcmState state);
bool is_onlining(MainState state);
bool is_offlining(MainState state);
bool is_opened(MainState state);

// The points that sources leave open: value 0 is the default, 1 the alternative.
class Policies {
  public:
    // Names as in "P1" and "KILL"; throws JsonError for others.
    void set(std::string_view policy, std::string_view value);

    bool kill_at_once() const { return values_[0] == 1; }               // P1 KILL
    bool verify_with_is_alive() const { return values_[1] == 1; }       // P2
    bool controls_in_parallel() const { return values_[2] == 1; }       // P3
    bool offline_report_is_offline() const { return values_[3] == 1; }  // P4
    bool serialise_dll() const { return values_[4] == 1; }              // P5
    bool checkpoint_must_increase() const { return values_[5] == 1; }   // P6
    bool poll_at_once() const { return values_[6] == 1; }               // P7
    bool early_signal_is_lost() const { return values_[7] == 1; }       // P8
    bool failed_offline_is_offline() const { return values_[8] == 1; }  // P9

  private:
    std::array<int, 9> values_{};
};

struct Call;
struct Resource;

// Calls that wait for one another: all of a resource, or all of a DLL (policy P5).
struct CallQueue {
    struct Waiting {
        std::string entry;
        const Resource* resource;     // nullptr for calls that concern a type
        std::function<void()> start;  // makes the call, unless it is no longer wanted
    };
    std::vector<const Call*> running;  // calls in flight
    std::deque<Waiting> waiting;
};

struct Module {
    std::string path;
    void* handle = nullptr;
    PSTARTUP_ROUTINE startup = nullptr;
    PSTARTUP_EX_ROUTINE startup_ex = nullptr;
    std::shared_ptr<CallQueue> queue = std::make_shared<CallQueue>();
};

using Modules = std::vector<std::shared_ptr<Module>>;

// Times in milliseconds (resources-pendingtimeout and neighbours).
struct Timing {
    Milliseconds looks_alive = 5000;
    Milliseconds is_alive = 60000;
    Milliseconds pending = 180000;
    Milliseconds deadlock = 300000;
};

struct ResourceType {
    std::string name;
    Timing timing;
    std::shared_ptr<Module> module;
    PCLRES_FUNCTION_TABLE table = nullptr;
    std::shared_ptr<CallQueue> controls = std::make_shared<CallQueue>();
    RESID last_closed = nullptr;  // the latest RESID that went through Close
};

struct StatusReport {
    std::int32_t state = 0;
    std::uint32_t checkpoint = 0;
    std::uint32_t wait_hint = 0;
    HANDLE event_handle = nullptr;
};

// The restart policy of RCM (resources-restartaction and neighbours).
struct RestartPolicy {
    bool enabled = false;
    std::uint32_t action = 2;
    std::uint32_t threshold = 3;
    Milliseconds period = 900000;
    Milliseconds delay = 500;
    Milliseconds retry_period = 3600000;
    std::deque<Milliseconds> restarts;  // times of restarts within the trailing period
    bool retried = false;
};

struct Resource {
    std::string name;
    std::shared_ptr<ResourceType> type;
    std::uint32_t number = 0;
    Timing timing;
    RestartPolicy restart;

    MainState state = MainState::kNotLoaded;
    RcmState result = RcmState::kOffline;  // what clients see once it is offline
    RcmState ending = RcmState::kFailed;   // what they see while Terminate runs
    bool opened_before = false;
    bool close_wanted = false;
    bool online_wanted = false;  // an online request on a closed resource opens it first
    bool maintenance = false;

    RESID resid = nullptr;
    RESID last_closed = nullptr;  // the latest RESID of this resource that went through Close
    HANDLE handle = nullptr;      // RESOURCE_HANDLE
    std::uintptr_t key = 0;       // ResourceKey while Open runs
    std::u16string name_copy;     // what Open gets; poisoned afterwards

    std::uint32_t checkpoint = 0;
    std::optional<StatusReport> latched;
    HANDLE event_handle = nullptr;
    HANDLE last_event_handle = nullptr;  // of the operation before
    bool synchronous = false;            // Online returned 0
    bool quiet = false;                  // progress with a new CheckPoint leaves no record
    bool told_to_stop = false;           // a report of this operation was answered with 1
    bool terminated = false;             // the last operation was ended by Terminate
    bool terminate_running = false;
    bool operation_running = false;  // Online or Offline has not returned
    bool looks_satisfied = false;    // the running poll stands for LooksAlive too
    unsigned starting = 0;           // calls that RHS made but no thread has entered yet

    TimerId pending_timer = 0;
    TimerId looks_timer = 0;
    TimerId alive_timer = 0;
    Milliseconds looks_due = kForever;
    Milliseconds alive_due = kForever;
    TimerId restart_timer = 0;
    WatchId event_watch = 0;

    std::function<void()> after_close;
    std::shared_ptr<CallQueue> queue = std::make_shared<CallQueue>();

    RcmState rcm() const;
};

using ResourcePointer = std::shared_ptr<Resource>;

// One call of an entry point. `invoke` runs on an RHS thread without the lock; `describe` and
// `finish` run under it after the return.
struct Call {
    std::uint64_t number = 0;
    std::string entry;
    ResourcePointer resource;
    std::shared_ptr<ResourceType> type;
    Json arguments = Json::object();
    bool negative = false;  // a call that RHS would never make
    bool serialised = true;
    std::shared_ptr<CallQueue> queue;
    Milliseconds limit = kForever;
    std::function<void(Call&)> expired;  // CALL ran out

    std::function<void()> invoke;
    std::function<void(Json&)> describe;
    std::function<void()> finish;

    Milliseconds started = 0;
    TimerId timer = 0;
    int expiries = 0;
    std::uint32_t last_error = 0;
    bool returned = false;
};

using CallPointer = std::shared_ptr<Call>;

}  // namespace resforge::rhs
