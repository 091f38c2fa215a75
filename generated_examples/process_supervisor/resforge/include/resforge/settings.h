// What the schema says about a resource type, apart from its properties and control codes.
#pragma once

#include <span>

#include "resforge/cluster_abi.h"

namespace resforge {

enum class Detection {
    polling,        // the hooks looks_alive and is_alive answer the polls
    cached_health,  // the hook check_health runs on a thread of its own; polls get its last answer
    event_handle,   // the hook monitor runs on a thread of its own and signals an event
};

// A required dependency: a class, or a type name when `type_name` is not null.
struct Dependency {
    DWORD resource_class;
    LPCWSTR type_name;
};

// Milliseconds an entry point may take, and the bound of every join inside it.
struct Budgets {
    DWORD open;
    DWORD close;
    DWORD online;
    DWORD offline;
    DWORD terminate;
    DWORD looks_alive;
    DWORD is_alive;
    DWORD control;
};

// Milliseconds.
struct Timeouts {
    DWORD looks_alive_interval;
    DWORD is_alive_interval;
    DWORD pending_timeout;
    DWORD deadlock_timeout;
    DWORD heartbeat;
    DWORD health_interval;  // 0 unless the detection is cached_health
    Budgets budgets;
};

struct Settings {
    LPCWSTR type_name;
    DWORD characteristics;
    DWORD resource_class;
    DWORD subclass;
    std::span<const Dependency> dependencies;
    bool single_instance_per_node;
    bool online_pends;
    bool offline_pends;
    Detection detection;
    Timeouts timeouts;
};

}  // namespace resforge
