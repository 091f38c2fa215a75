// Names of states and policies.
#include "rhs_types.h"

#include <algorithm>
#include <cstddef>

namespace resforge::rhs {
namespace {

struct PolicyValues {
    std::string_view policy;
    std::string_view first;
    std::string_view second;
};

constexpr std::array<PolicyValues, 9> kPolicies = {{
    {"P1", "TERMINATE_THEN_KILL", "KILL"},
    {"P2", "FAIL_NOW", "VERIFY_WITH_ISALIVE"},
    {"P3", "QUEUE", "PARALLEL"},
    {"P4", "FAILED", "OFFLINE"},
    {"P5", "RESOURCE", "DLL"},
    {"P6", "CHANGED", "INCREASED"},
    {"P7", "AFTER_INTERVAL", "IMMEDIATE"},
    {"P8", "LATCHED", "LOST"},
    {"P9", "FAILED", "OFFLINE"},
}};

}  // namespace

const char* name_of(MainState state) {
    constexpr std::array<const char*, 12> kNames = {
        "NotLoaded",        "Closed",        "Opening", "Offline",
        "OnlineInProgress", "OnlinePending", "Online",  "OfflineInProgress",
        "OfflinePending",   "Terminating",   "Closing", "Lost"};
    return kNames[static_cast<std::size_t>(state)];
}

const char* name_of(RcmState state) {
    constexpr std::array<const char*, 6> kNames = {
        "Initializing", "Offline", "Online", "Failed", "OnlinePending", "OfflinePending"};
    return kNames[static_cast<std::size_t>(state)];
}

CLUSTER_RESOURCE_STATE cluster_state(RcmState state) {
    constexpr std::array<CLUSTER_RESOURCE_STATE, 6> kStates = {
        ClusterResourceInitializing, ClusterResourceOffline,       ClusterResourceOnline,
        ClusterResourceFailed,       ClusterResourceOnlinePending, ClusterResourceOfflinePending};
    return kStates[static_cast<std::size_t>(state)];
}

bool is_onlining(MainState state) {
    return state == MainState::kOnlineInProgress || state == MainState::kOnlinePending;
}

bool is_offlining(MainState state) {
    return state == MainState::kOfflineInProgress || state == MainState::kOfflinePending;
}

bool is_opened(MainState state) {
    return state == MainState::kOffline || state == MainState::kOnline || is_onlining(state) ||
           is_offlining(state) || state == MainState::kTerminating;
}

void Policies::set(std::string_view policy, std::string_view value) {
    const auto found =
        std::find_if(kPolicies.begin(), kPolicies.end(),
                     [policy](const PolicyValues& values) { return values.policy == policy; });
    if (found == kPolicies.end()) {
        throw JsonError("unknown policy \"" + std::string(policy) + "\", expected P1 to P9");
    }
    if (value != found->first && value != found->second) {
        throw JsonError("policy " + std::string(policy) + " is " + std::string(found->first) +
                        " or " + std::string(found->second));
    }
    values_[static_cast<std::size_t>(found - kPolicies.begin())] = value == found->second ? 1 : 0;
}

RcmState Resource::rcm() const {
    if (is_onlining(state)) {
        return RcmState::kOnlinePending;
    }
    if (is_offlining(state)) {
        return RcmState::kOfflinePending;
    }
    switch (state) {
        case MainState::kOffline:
        case MainState::kClosing:
            return result;
        case MainState::kOnline:
            return RcmState::kOnline;
        case MainState::kTerminating:
            return ending;
        case MainState::kLost:
            return RcmState::kFailed;
        default:
            return opened_before ? RcmState::kOffline : RcmState::kInitializing;
    }
}

}  // namespace resforge::rhs
