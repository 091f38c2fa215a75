// The test host's callbacks, scripts and cluster key.
#include "host.h"

#include <algorithm>
#include <chrono>
#include <cstdarg>
#include <set>
#include <thread>
#include <utility>

namespace host {

World& world() {
    static World instance;
    return instance;
}

namespace {

thread_local std::vector<RESFORGE_SCRIPT_STEP> current_steps;
thread_local std::string current_hook;
thread_local std::size_t current_step = 0;

BOOL WINAPI next_step(LPCWSTR, const char* hook, RESFORGE_SCRIPT_STEP* step) {
    const Quiet quiet;
    if (current_hook != hook) {
        return FALSE;
    }
    if (current_step >= current_steps.size()) {
        return FALSE;
    }
    *step = current_steps[current_step++];
    return TRUE;
}

VOID WINAPI report(LPCWSTR, const char* hook, const char* what, const BYTE* bytes, DWORD size) {
    const Quiet quiet;
    World& w = world();
    const std::scoped_lock guard(w.mutex);
    w.hooks.push_back(std::string(hook) + ":" + what);
    if (size != 0 || std::string(what) == "input") {
        w.inputs.emplace_back(bytes, bytes + size);
    }
    if (std::string(what) != "enter") {
        return;
    }
    current_hook = hook;
    current_step = 0;
    current_steps.clear();
    auto& queue = w.scripts[hook];
    if (!queue.empty()) {
        current_steps = queue.front();
        queue.erase(queue.begin());
    }
}

const RESFORGE_SCRIPT_TABLE kTable = {sizeof(RESFORGE_SCRIPT_TABLE), &next_step, &report};

}  // namespace

const RESFORGE_SCRIPT_TABLE* script_table() {
    return &kTable;
}

void reset() {
    World& w = world();
    const std::scoped_lock guard(w.mutex);
    w.reports.clear();
    w.entries.clear();
    w.hooks.clear();
    w.inputs.clear();
    w.values.clear();
    w.type_values.clear();
    w.has_parameters = true;
    w.answer = 0;
    w.faults.clear();
    w.calls.clear();
    w.writes.clear();
    w.on_query = nullptr;
    w.on_tick = nullptr;
    w.on_report = nullptr;
    w.scripts.clear();
}

bool fails(const std::string& function) {
    World& w = world();
    const std::scoped_lock guard(w.mutex);
    ++w.calls[function];
    const auto fault = w.faults.find(function);
    return fault != w.faults.end() && --fault->second == 0;
}

void script(const std::string& hook, std::vector<RESFORGE_SCRIPT_STEP> steps) {
    const std::scoped_lock guard(world().mutex);
    world().scripts[hook].push_back(std::move(steps));
}

DWORD WINAPI set_resource_status(RESOURCE_HANDLE resource, PRESOURCE_STATUS status) {
    const Quiet quiet;
    World& w = world();
    std::function<void()> then;
    DWORD answer = 0;
    {
        const std::scoped_lock guard(w.mutex);
        w.reports.push_back({resource, *status});
        then = w.on_report;
        answer = w.answer;
    }
    if (then) {
        then();
    }
    return answer;
}

VOID WINAPI log_event(RESOURCE_HANDLE, LOG_LEVEL level, LPCWSTR format, ...) {
    const Quiet quiet;
    std::va_list arguments;
    va_start(arguments, format);
    const LPCWSTR text = va_arg(arguments, LPCWSTR);
    va_end(arguments);
    World& w = world();
    const std::scoped_lock guard(w.mutex);
    w.entries.push_back({level, format, text});
}

bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 5000; ++i) {
        if (condition()) {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
}

std::vector<DWORD> reported_states() {
    const std::scoped_lock guard(world().mutex);
    std::vector<DWORD> states;
    for (const Report& item : world().reports) {
        states.push_back(static_cast<DWORD>(item.status.ResourceState));
    }
    return states;
}

int count_hook(const std::string& what) {
    const std::scoped_lock guard(world().mutex);
    return static_cast<int>(std::ranges::count(world().hooks, what));
}

namespace {

// A key handle: which values it shows, or the resource's own key.
struct Key {
    enum Kind { resource, parameters, type, type_parameters } kind;
};
std::mutex key_mutex;
std::set<Key*> keys;
Key root_key{Key::resource};

HKEY add_key(Key::Kind kind) {
    const std::scoped_lock guard(key_mutex);
    return reinterpret_cast<HKEY>(*keys.insert(new Key{kind}).first);
}

std::map<Text, Value>& values_of(HKEY key) {
    return reinterpret_cast<Key*>(key)->kind == Key::parameters ? world().values
                                                                : world().type_values;
}

auto find_value(std::map<Text, Value>& values, const Text& name) {
    return std::ranges::find_if(
        values, [&](const auto& item) { return resforge::equal_names(item.first, name); });
}

}  // namespace

HKEY resource_key() {
    return reinterpret_cast<HKEY>(&root_key);
}

int open_keys() {
    const std::scoped_lock guard(key_mutex);
    return static_cast<int>(keys.size());
}

}  // namespace host

using namespace host;

extern "C" {

LONG WINAPI ClusterRegOpenKey(HKEY key, LPCWSTR name, REGSAM, PHKEY result) {
    const Quiet quiet;
    if (fails("ClusterRegOpenKey")) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    const bool type = reinterpret_cast<Key*>(key)->kind == Key::type;
    if (Text(name).empty()) {
        *result = add_key(Key::resource);
        return 0;
    }
    const std::scoped_lock guard(world().mutex);
    if (!type && !world().has_parameters) {
        return ERROR_FILE_NOT_FOUND;
    }
    *result = add_key(type ? Key::type_parameters : Key::parameters);
    return 0;
}

LONG WINAPI ClusterRegCreateKey(HKEY, LPCWSTR, DWORD, REGSAM, LPSECURITY_ATTRIBUTES, PHKEY result,
                                LPDWORD) {
    const Quiet quiet;
    if (fails("ClusterRegCreateKey")) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    {
        const std::scoped_lock guard(world().mutex);
        world().has_parameters = true;
    }
    *result = add_key(Key::parameters);
    return 0;
}

LONG WINAPI ClusterRegCloseKey(HKEY key) {
    const Quiet quiet;
    const std::scoped_lock guard(key_mutex);
    auto* item = reinterpret_cast<Key*>(key);
    if (keys.erase(item) == 0) {
        std::abort();
    }
    delete item;
    return 0;
}

DWORD WINAPI ClusterRegSetValue(HKEY key, LPCWSTR name, DWORD type, const BYTE* data, DWORD size) {
    const Quiet quiet;
    if (fails("ClusterRegSetValue")) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    const std::scoped_lock guard(world().mutex);
    auto& values = values_of(key);
    const auto found = find_value(values, name);
    const Text spelled = found == values.end() ? Text(name) : found->first;
    values[spelled] = {type, Bytes(data, data + size)};
    world().writes.push_back(resforge::to_utf8(name));
    return 0;
}

LONG WINAPI ClusterRegQueryValue(HKEY key, LPCWSTR name, LPDWORD type, LPBYTE data, LPDWORD size) {
    const Quiet quiet;
    if (fails("ClusterRegQueryValue")) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    if (const auto then = std::exchange(world().on_query, nullptr)) {
        then();
    }
    const std::scoped_lock guard(world().mutex);
    auto& values = values_of(key);
    const auto found = find_value(values, name);
    if (found == values.end()) {
        return ERROR_FILE_NOT_FOUND;
    }
    const Value& value = found->second;
    const DWORD room = *size;
    *size = static_cast<DWORD>(value.data.size());
    *type = value.type;
    if (data == nullptr) {
        return 0;
    }
    if (room < value.data.size()) {
        return ERROR_MORE_DATA;
    }
    std::copy(value.data.begin(), value.data.end(), data);
    return 0;
}

DWORD WINAPI ClusterRegEnumValue(HKEY key, DWORD index, LPWSTR name, LPDWORD length, LPDWORD type,
                                 LPBYTE data, LPDWORD size) {
    const Quiet quiet;
    if (fails("ClusterRegEnumValue")) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    const std::scoped_lock guard(world().mutex);
    auto& values = values_of(key);
    if (index >= values.size()) {
        return ERROR_NO_MORE_ITEMS;
    }
    const auto& [found, value] = *std::next(values.begin(), static_cast<int>(index));
    const bool fits = found.size() < *length && value.data.size() <= *size;
    *length = static_cast<DWORD>(found.size());
    *size = static_cast<DWORD>(value.data.size());
    *type = value.type;
    if (!fits) {
        return ERROR_MORE_DATA;
    }
    std::copy_n(found.c_str(), found.size() + 1, name);
    std::copy(value.data.begin(), value.data.end(), data);
    return 0;
}

HCLUSTER WINAPI OpenCluster(LPCWSTR) {
    const Quiet quiet;
    return fails("OpenCluster") ? nullptr : reinterpret_cast<HCLUSTER>(&root_key);
}
BOOL WINAPI CloseCluster(HCLUSTER) {
    return TRUE;
}
HRESOURCE WINAPI OpenClusterResource(HCLUSTER, LPCWSTR) {
    return reinterpret_cast<HRESOURCE>(&root_key);
}
BOOL WINAPI CloseClusterResource(HRESOURCE) {
    return TRUE;
}
DWORD WINAPI ClusterResourceControl(HRESOURCE, HNODE, DWORD, LPVOID, DWORD, LPVOID, DWORD,
                                    LPDWORD) {
    return ERROR_SUCCESS;
}
HKEY WINAPI GetClusterResourceKey(HRESOURCE, REGSAM) {
    return nullptr;
}
DWORD WINAPI ResUtilGetBinaryValue(HKEY, LPCWSTR, LPBYTE*, LPDWORD) {
    return ERROR_FILE_NOT_FOUND;
}
HLOCAL WINAPI LocalFree(HLOCAL memory) {
    return memory;
}
HKEY WINAPI GetClusterResourceTypeKey(HCLUSTER, LPCWSTR, REGSAM) {
    const Quiet quiet;
    return add_key(Key::type);
}

}  // extern "C"
