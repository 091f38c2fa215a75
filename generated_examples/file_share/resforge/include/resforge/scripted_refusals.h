// What hook files must not do does not compile; here it is only asked for, so that a build of the
// scripted variant fails when the runtime lets a mistake pass.
#pragma once

#include "resforge/contexts.h"
#include "resforge/deadlock_list.h"
#include "resforge/hooks.h"

namespace resforge {

struct MistypedHooks {
    template <class Properties>
    DWORD is_alive(HealthContext<Properties>& context);  // where 0 would not mean success
    template <class Properties>
    DWORD check_health(HealthContext<Properties>& context);
    int open;
    int close;
    int looks_alive;
    int validate;
    int properties_changed;
    int notified;
};

template <class Properties>
constexpr bool refuses_mistyped_hooks() noexcept {
    using Found = OptionalSignatures<MistypedHooks, Properties>;
    return !HasIsAlive<MistypedHooks, Properties> && !HasCheckHealth<MistypedHooks, Properties> &&
           !Found::open && !Found::close && !Found::looks_alive && !Found::validate &&
           !Found::properties_changed && !Found::notified;
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

// Codes of the cluster and of vendors are refused, among them the neighbours of those of
// checkpoints.
constexpr bool refuses_other_codes() noexcept {
    return NeedsNoToken<CLUSCTL_RESOURCE_ADD_REGISTRY_CHECKPOINT> &&
           NeedsNoToken<CLUSCTL_RESOURCE_GET_CRYPTO_CHECKPOINTS> &&
           !NeedsNoToken<CLUSCTL_RESOURCE_UNKNOWN> && !NeedsNoToken<CLUSCTL_RESOURCE_GET_NAME> &&
           !NeedsNoToken<CLUSCTL_RESOURCE_SET_PRIVATE_PROPERTIES> &&
           !NeedsNoToken<CLUSCTL_RESOURCE_UPGRADE_DLL> &&
           !NeedsNoToken<CLUSCTL_RESOURCE_GET_NETWORK_NAME> &&
           !NeedsNoToken<CLUSCTL_RESOURCE_GET_OPERATION_CONTEXT> &&
           !NeedsNoToken<CLUSCTL_RESOURCE_DELETE> &&
           !NeedsNoToken<static_cast<CLUSCTL_RESOURCE_CODES>(0x0160009D)> &&
           !NeedsNoToken<static_cast<CLUSCTL_RESOURCE_CODES>(0x016000A2)> &&
           !NeedsNoToken<static_cast<CLUSCTL_RESOURCE_CODES>(0x014000C6)>;
}

template <class Properties>
constexpr bool refuses_mistakes() noexcept {
    return refuses_mistyped_hooks<Properties>() && refuses_other_threads<Properties>() &&
           refuses_other_codes();
}

}  // namespace resforge
