// What hook files must not do does not compile; here it is only asked for, so that a build of the
// scripted variant fails when the runtime lets a mistake pass.
#pragma once

#include "resforge/contexts.h"
#include "resforge/deadlock_list.h"
#include "resforge/hooks.h"

namespace resforge {

// Members of the names of optional hooks that are none.
struct MistypedHooks {
    int open;
    int close;
    int looks_alive;
    int validate;
    int properties_changed;
    int notified;
};

// Answers that would be converted, with another meaning: 0 is no success for who asks for a bool.
struct MisansweringHooks {
    template <class Context, class... Given>
    char online(Context& context, Given&... given);
    template <class Context, class... Given>
    char offline(Context& context, Given&... given);
    template <class Context, class... Given>
    char terminate(Context& context, Given&... given);
    template <class Context, class... Given>
    char is_alive(Context& context, Given&... given);
    template <class Context, class... Given>
    char check_health(Context& context, Given&... given);
    template <class Context, class... Given>
    char monitor(Context& context, Given&... given);
    template <class Context, class... Given>
    char open(Context& context, Given&... given);
    template <class Context, class... Given>
    char close(Context& context, Given&... given);
    template <class Context, class... Given>
    char looks_alive(Context& context, Given&... given);
    template <class Context, class... Given>
    char validate(Context& context, Given&... given);
    template <class Context, class... Given>
    char properties_changed(Context& context, Given&... given);
    template <class Context, class... Given>
    char notified(Context& context, Given&... given);
};

template <class Properties>
constexpr bool refuses_mistyped_hooks() noexcept {
    using Found = OptionalSignatures<MistypedHooks, Properties>;
    using H = MisansweringHooks;
    return !Found::open && !Found::close && !Found::looks_alive && !Found::validate &&
           !Found::properties_changed && !Found::notified && !HasOnline<H, Properties> &&
           !HasOffline<H, Properties> && !HasTerminate<H, Properties> &&
           !HasIsAlive<H, Properties> && !HasCheckHealth<H, Properties> &&
           !HasMonitor<H, Properties> && !HasOpen<H, Properties> && !HasClose<H, Properties> &&
           !HasLooksAlive<H, Properties> && !HasValidate<H, Properties> &&
           !HasPropertiesChanged<H, Properties> && !HasNotified<H, Properties>;
}

// Page function-calls-to-avoid-in-resource-dlls.
template <class Properties>
constexpr bool refuses_other_threads() noexcept {
    constexpr Threads kWorkers = kThreads<Properties>;
    using Online = OnlineContext<Properties>;
    using Offline = OfflineContext<Properties>;
    return !OpenContext<Properties>::kMayWrite && !CloseContext<Properties>::kMayWrite &&
           !TerminateContext<Properties>::kMayWrite && !OpenContext<Properties>::kMayWork &&
           !CloseContext<Properties>::kMayWork && !TerminateContext<Properties>::kMayWork &&
           !ControlContext<Properties>::kMayWork && !TypeControlContext::kMayWork &&
           HealthContext<Properties>::kMayWork == kWorkers.check_health &&
           Online::kMayWork == kWorkers.online && Online::kMayWrite == kWorkers.online &&
           Offline::kMayWork == kWorkers.offline && Offline::kMayWrite == kWorkers.offline;
}

template <CLUSCTL_RESOURCE_CODES code>
concept NeedsNoToken =
    requires { typename std::bool_constant<(deadlock_list::CheckpointCode(code).value() != 0)>; };

// Only those of checkpoints need none, not their neighbours and those of vendors.
constexpr bool refuses_other_codes() noexcept {
    constexpr auto kOf = [](DWORD function, DWORD object) {
        return static_cast<CLUSCTL_RESOURCE_CODES>(object | function << 2);
    };
    constexpr DWORD kResource = 0x01000000;
    constexpr DWORD kVendor = 0x01200000;
    return NeedsNoToken<kOf(40, kResource)> && NeedsNoToken<kOf(41, kResource)> &&
           NeedsNoToken<kOf(42, kResource)> && NeedsNoToken<kOf(43, kResource)> &&
           NeedsNoToken<kOf(44, kResource)> && NeedsNoToken<kOf(45, kResource)> &&
           NeedsNoToken<kOf(47, kResource)> && NeedsNoToken<kOf(48, kResource)> &&
           NeedsNoToken<kOf(181, kResource)> && !NeedsNoToken<kOf(0, kResource)> &&
           !NeedsNoToken<kOf(10, kResource)> && !NeedsNoToken<kOf(33, kResource)> &&
           !NeedsNoToken<kOf(39, kResource)> && !NeedsNoToken<kOf(46, kResource)> &&
           !NeedsNoToken<kOf(49, kResource)> && !NeedsNoToken<kOf(90, kResource)> &&
           !NeedsNoToken<kOf(180, kResource)> && !NeedsNoToken<kOf(182, kResource)> &&
           !NeedsNoToken<kOf(40, kVendor)> && !NeedsNoToken<kOf(44, kVendor)> &&
           !NeedsNoToken<kOf(181, kVendor)>;
}

// The three parts of Microsoft's list.
template <class Function, class Token>
concept NeedsToken = std::same_as<typename Function::Needed, Token>;
template <class Function>
concept NobodyCalls = std::is_class_v<Function> && !requires { typename Function::Needed; };

static_assert(NobodyCalls<std::remove_cv_t<decltype(AddClusterResourceDependency)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(ChangeClusterResourceGroup)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(CreateClusterGroup)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(CreateClusterResource)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(DeleteClusterGroup)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(DeleteClusterResource)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(DestroyClusterGroup)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(FailClusterResource)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(MoveClusterGroup)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(OfflineClusterGroup)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(OfflineClusterResource)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(OnlineClusterGroup)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(OnlineClusterResource)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(RemoveClusterResourceDependency)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(RemoveClusterResourceNode)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(ResUtilFindDependentDiskResourceDriveLetter)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(SetClusterGroupName)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(SetClusterGroupNodeList)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(SetClusterName)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(SetClusterQuorumResource)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(SetClusterResourceName)>>);
static_assert(NobodyCalls<std::remove_cv_t<decltype(SetClusterServiceAccountPassword)>>);
static_assert(NeedsToken<std::remove_cv_t<decltype(AddClusterResourceNode)>, WorkerToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(CanResourceBeDependent)>, WorkerToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ClusterGroupControl)>, WorkerToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ClusterGroupEnum)>, WorkerToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ClusterGroupOpenEnum)>, WorkerToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ClusterResourceControl)>, WorkerToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ClusterResourceEnum)>, WorkerToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ClusterResourceOpenEnum)>, WorkerToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(GetClusterGroupState)>, WorkerToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(GetClusterResourceNetworkName)>, WorkerToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(GetClusterResourceState)>, WorkerToken>);
static_assert(
    NeedsToken<std::remove_cv_t<decltype(ResUtilGetEnvironmentWithNetName)>, WorkerToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ResUtilGetResourceDependency)>, WorkerToken>);
static_assert(
    NeedsToken<std::remove_cv_t<decltype(ResUtilGetResourceDependencyByClass)>, WorkerToken>);
static_assert(
    NeedsToken<std::remove_cv_t<decltype(ResUtilGetResourceDependencyByName)>, WorkerToken>);
static_assert(
    NeedsToken<std::remove_cv_t<decltype(ResUtilGetResourceDependentIPAddressProps)>, WorkerToken>);
static_assert(
    NeedsToken<std::remove_cv_t<decltype(ResUtilGetResourceNameDependency)>, WorkerToken>);
static_assert(
    NeedsToken<std::remove_cv_t<decltype(ResUtilSetResourceServiceEnvironment)>, WorkerToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ClusterRegCreateKey)>, DatabaseWriteToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ClusterRegDeleteKey)>, DatabaseWriteToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ClusterRegDeleteValue)>, DatabaseWriteToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ClusterRegSetKeySecurity)>, DatabaseWriteToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ClusterRegSetValue)>, DatabaseWriteToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ResUtilSetBinaryValue)>, DatabaseWriteToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ResUtilSetDwordValue)>, DatabaseWriteToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ResUtilSetExpandSzValue)>, DatabaseWriteToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ResUtilSetMultiSzValue)>, DatabaseWriteToken>);
static_assert(
    NeedsToken<std::remove_cv_t<decltype(ResUtilSetPrivatePropertyList)>, DatabaseWriteToken>);
static_assert(
    NeedsToken<std::remove_cv_t<decltype(ResUtilSetPropertyParameterBlock)>, DatabaseWriteToken>);
static_assert(
    NeedsToken<std::remove_cv_t<decltype(ResUtilSetPropertyParameterBlockEx)>, DatabaseWriteToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ResUtilSetPropertyTable)>, DatabaseWriteToken>);
static_assert(
    NeedsToken<std::remove_cv_t<decltype(ResUtilSetPropertyTableEx)>, DatabaseWriteToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ResUtilSetQwordValue)>, DatabaseWriteToken>);
static_assert(NeedsToken<std::remove_cv_t<decltype(ResUtilSetSzValue)>, DatabaseWriteToken>);
static_assert(
    NeedsToken<std::remove_cv_t<decltype(ResUtilSetUnknownProperties)>, DatabaseWriteToken>);

// A token that is kept would outlive its hook.
template <class Token>
concept HasAddress = requires(const Token& token) { &token; };
static_assert(!HasAddress<WorkerToken> && !HasAddress<DatabaseWriteToken>);
static_assert(!std::copyable<WorkerToken> && !std::copyable<DatabaseWriteToken>);

template <class Properties>
constexpr bool refuses_mistakes() noexcept {
    return refuses_mistyped_hooks<Properties>() && refuses_other_threads<Properties>() &&
           refuses_other_codes();
}

}  // namespace resforge
