// Which cluster function may be called from where (function-calls-to-avoid-in-resource-dlls).
#include "cluster_call.h"

#include <algorithm>
#include <iterator>
#include <new>
#include <stdexcept>
#include <string>

#include "call_context.h"
#include "cluster_database.h"
#include "cluster_errors.h"
#include "kernel.h"

namespace resforge::rhs {
namespace {

constexpr std::string_view kEntries[] = {"Open", "Close", "Online", "Offline", "Terminate"};

constexpr std::string_view kNotInEntries[] = {
    "ClusterRegCreateKey",
    "ClusterRegDeleteKey",
    "ClusterRegDeleteValue",
    "ClusterRegSetKeySecurity",
    "ClusterRegSetValue",
    "ResUtilSetBinaryValue",
    "ResUtilSetDwordValue",
    "ResUtilSetExpandSzValue",
    "ResUtilSetMultiSzValue",
    "ResUtilSetPrivatePropertyList",
    "ResUtilSetPropertyParameterBlock",
    "ResUtilSetPropertyParameterBlockEx",
    "ResUtilSetPropertyTable",
    "ResUtilSetPropertyTableEx",
    "ResUtilSetQwordValue",
    "ResUtilSetSzValue",
    "ResUtilSetUnknownProperties",
};

constexpr std::string_view kWorkerOnly[] = {
    "AddClusterResourceNode",
    "CanResourceBeDependent",
    "ClusterGroupEnum",
    "ClusterGroupOpenEnum",
    "ClusterResourceEnum",
    "ClusterResourceOpenEnum",
    "GetClusterGroupState",
    "GetClusterResourceNetworkName",
    "GetClusterResourceState",
    "ResUtilGetEnvironmentWithNetName",
    "ResUtilGetResourceDependency",
    "ResUtilGetResourceDependencyByClass",
    "ResUtilGetResourceDependencyByName",
    "ResUtilGetResourceDependentIPAddressProps",
    "ResUtilGetResourceNameDependency",
    "ResUtilSetResourceServiceEnvironment",
};

constexpr std::string_view kNever[] = {
    "AddClusterResourceDependency",
    "ChangeClusterResourceGroup",
    "CreateClusterGroup",
    "CreateClusterResource",
    "DeleteClusterGroup",
    "DeleteClusterResource",
    "DestroyClusterGroup",
    "FailClusterResource",
    "MoveClusterGroup",
    "OfflineClusterGroup",
    "OfflineClusterResource",
    "OnlineClusterGroup",
    "OnlineClusterResource",
    "RemoveClusterResourceDependency",
    "RemoveClusterResourceNode",
    "ResUtilFindDependentDiskResourceDriveLetter",
    "SetClusterGroupName",
    "SetClusterGroupNodeList",
    "SetClusterName",
    "SetClusterQuorumResource",
    "SetClusterResourceName",
    "SetClusterServiceAccountPassword",
};

// Registry and crypto checkpoints of both objects: answered by the Cluster service, safe
// everywhere (page checkpointing).
bool is_checkpoint_code(std::uint32_t code) {
    constexpr std::uint32_t kFunctions[] = {40, 41, 42, 43, 44, 45, 47, 48, 181};
    const std::uint32_t function = (code >> 2) & 0x3FFFF;
    return std::find(std::begin(kFunctions), std::end(kFunctions), function) !=
           std::end(kFunctions);
}

template <std::size_t N>
bool holds(const std::string_view (&names)[N], std::string_view name) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

void report(std::string_view function, std::string_view place, std::string_view rule) {
    cluster_database().report_violation(
        "forbidden-call",
        std::string(function) + " was called " + std::string(place) + "; " + std::string(rule));
}

}  // namespace

void check_call_allowed(std::string_view function) {
    const CallContext& context = call_context();
    const bool of_dll = context.is_worker || !context.entry.empty();
    if (!of_dll) {
        return;
    }
    const std::string place =
        context.entry.empty() ? "by a worker thread" : "from " + context.entry;
    if (holds(kNever, function)) {
        report(function, place, "a resource DLL must never call it");
    } else if (!context.is_worker && holds(kWorkerOnly, function)) {
        report(function, place, "only a worker thread may call it");
    } else if (!context.is_worker && holds(kEntries, context.entry) &&
               holds(kNotInEntries, function)) {
        report(function, place, "it may deadlock in Open, Close, Online, Offline and Terminate");
    }
}

void check_control_allowed(std::string_view function, std::uint32_t code) {
    const CallContext& context = call_context();
    if (!context.entry.empty() && !context.is_worker && !is_checkpoint_code(code)) {
        report(function, "from " + context.entry,
               "only a worker thread may send control codes to resources and groups");
    }
}

std::uint32_t begin_call(std::string_view function) {
    yield_point();
    take_time(function);
    check_call_allowed(function);
    // Counted by the database itself, so that calls made inside ResUtil functions count too.
    constexpr std::string_view kDatabasePrefix = "ClusterReg";
    return function.starts_with(kDatabasePrefix) ? 0 : cluster_database().take_fault(function);
}

std::uint32_t exception_code() noexcept {
    constexpr std::uint32_t kGeneralFailure = 31;  // ERROR_GEN_FAILURE
    try {
        throw;
    } catch (const std::bad_alloc&) {
        return error::kNotEnoughMemory;
    } catch (const std::length_error&) {
        return error::kNotEnoughMemory;
    } catch (...) {
        return kGeneralFailure;
    }
}

}  // namespace resforge::rhs
