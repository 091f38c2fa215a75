// A small host for tests of the runtime: Win32 over real threads, a cluster key in memory, scripts.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "resforge/cluster_abi.h"
#include "resforge/property_value.h"
#include "resforge/script_abi.h"

namespace host {

using resforge::Bytes;
using resforge::Text;

// One callback of the DLL, in order.
struct Report {
    HANDLE resource;
    RESOURCE_STATUS status;
};
struct Entry {
    LOG_LEVEL level;
    Text format;
    Text text;
};
struct Value {
    DWORD type;
    Bytes data;
};

// Everything that a test looks at; reset() before each test.
struct World {
    std::mutex mutex;
    std::vector<Report> reports;
    std::vector<Entry> entries;
    std::vector<std::string> hooks;  // "online:enter", "control_x:input"
    std::vector<Bytes> inputs;       // what "input" and "properties_in_force" carried
    std::map<Text, Value> values;    // of the Parameters key
    std::map<Text, Value> type_values;
    bool has_parameters = true;
    DWORD answer = 0;                   // of SetResourceStatus
    std::map<std::string, int> faults;  // function: how many calls until it fails
    std::map<std::string, int> calls;
    std::vector<std::string> writes;  // names set in the database
    std::function<void()> on_query;   // inside ClusterRegQueryValue, once
    std::function<void()> on_tick;    // inside GetTickCount64, once the time has been read
    std::function<void()> on_report;  // inside SetResourceStatus
    std::map<std::string, std::vector<std::vector<RESFORGE_SCRIPT_STEP>>> scripts;
};

World& world();
void reset();

// Objects of the DLL that are still open.
int open_handles();
int open_keys();
int threads();

// The key that Open receives, and one for the resource type.
HKEY resource_key();

// Queues one call of a hook; an exhausted queue means success.
void script(const std::string& hook, std::vector<RESFORGE_SCRIPT_STEP> steps);
inline RESFORGE_SCRIPT_STEP step(DWORD kind, DWORD value = 0) {
    return {kind, value, nullptr, 0};
}
const RESFORGE_SCRIPT_TABLE* script_table();

DWORD WINAPI set_resource_status(RESOURCE_HANDLE resource, PRESOURCE_STATUS status);
VOID WINAPI log_event(RESOURCE_HANDLE resource, LOG_LEVEL level, LPCWSTR format, ...);

// Memory that runs out: while one lives, allocations of this thread do not count. Functions that
// the DLL calls hold one, so that only the DLL's own allocations fail.
class Quiet {
  public:
    Quiet() noexcept { ++depth; }
    ~Quiet() { --depth; }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;
    static inline thread_local int depth = 0;
};

// Waits up to five seconds of real time.
bool eventually(const std::function<bool()>& condition);
std::vector<DWORD> reported_states();
int count_hook(const std::string& what);

// The n-th next call of the function fails (1 = the next one).
bool fails(const std::string& function);

}  // namespace host
