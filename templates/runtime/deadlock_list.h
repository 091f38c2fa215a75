// Microsoft's list of calls that can deadlock a cluster, as compile errors in hook files.
//
// The list is the page function-calls-to-avoid-in-resource-dlls, 105 entries:
//   22 functions never    a call fails to compile and says what to do instead
//   67 on workers only    16 functions take context.worker() as their first argument, as do
//                         ClusterResourceControl and ClusterGroupControl, which carry the 51
//                         control codes
//   16 database writes    take context.writer(), or context.worker(), as their first argument
// Whatever the page does not name is called as ever. Checkpoint codes go to the Cluster service and
// never to a resource DLL (page checkpointing), so they need no token when they are constants:
// ClusterResourceControl(resource, nullptr, CLUSCTL_RESOURCE_ADD_REGISTRY_CHECKPOINT, ...).
//
// How it works: the C functions are declared first, by the SDK or by cluster_api.h; then a macro
// gives each name of the list to a function object, in this file and all that follows. So an
// unqualified call, ::Name(...), its address, and a declaration of one's own all meet the object.
//   Not [[deprecated]] made an error: that would hit deprecated functions of the author too.
//   Not objects of the same names: ::Name of the SDK would be ambiguous with them.
//   Not = delete: it says no reason before C++26, and cannot follow the SDK's declaration.
// Only functions that a hook really calls become imports of the DLL. Sources without this header
// escape; for these `resforge verify` looks for the 22 in the imports of the DLL.
#pragma once

#include <concepts>
#include <type_traits>

#include "resforge/cluster_api.h"
#include "resforge/contexts.h"  // the last of the runtime that writes to the database itself

namespace resforge::deadlock_list {

template <class...>
inline constexpr bool kAllowed = false;

template <class Function>
struct Signature;

template <class Returned, class... Parameters>
struct Signature<Returned(Parameters...)> {
    using Result = Returned;

    // A function object that calls Own::call() when the first argument is the token.
    template <class Own, class Token>
    struct Guarded {
        using Needed = Token;
        Returned operator()(const Token&, Parameters... parameters) const {
            return Own::call(parameters...);
        }
    };
};

template <class Function>
using Result = typename Signature<Function>::Result;

// A control code that may be sent from everywhere, from a constant only.
class CheckpointCode {
  public:
    consteval CheckpointCode(CLUSCTL_RESOURCE_CODES code) : value_(static_cast<DWORD>(code)) {
        if (!is_checkpoint(value_)) {
            this_control_code_is_for_workers_only_so_pass_context_worker_first();
        }
    }
    constexpr DWORD value() const noexcept { return value_; }

  private:
    // By the function number in bits 2 to 19: not every SDK has all the names. Bit 21 marks the
    // codes of vendors, which have numbers of their own.
    static constexpr bool is_checkpoint(DWORD code) noexcept {
        if ((code & (1U << 21)) != 0) {
            return false;
        }
        switch ((code >> 2) & 0x3FFFF) {
            case 40:   // ADD_REGISTRY_CHECKPOINT
            case 41:   // DELETE_REGISTRY_CHECKPOINT
            case 42:   // GET_REGISTRY_CHECKPOINTS
            case 43:   // ADD_CRYPTO_CHECKPOINT
            case 44:   // DELETE_CRYPTO_CHECKPOINT
            case 45:   // GET_CRYPTO_CHECKPOINTS
            case 47:   // ADD_REGISTRY_CHECKPOINT_64BIT
            case 48:   // ADD_REGISTRY_CHECKPOINT_32BIT
            case 181:  // ADD_CRYPTO_CHECKPOINT_EX
                return true;
            default:
                return false;
        }
    }

    // Not constexpr, so that compilers name it in their message.
    static void this_control_code_is_for_workers_only_so_pass_context_worker_first() noexcept {}

    DWORD value_;
};

}  // namespace resforge::deadlock_list

// Every use of the object that would reach the C function without a token, with its message.
#define RESFORGE_REFUSE_ADDRESS(name, message)      \
    template <class Never = void>                   \
    decltype(::name)* operator&() const {           \
        static_assert(kAllowed<Never>, message);    \
        return nullptr;                             \
    }                                               \
    template <class Function>                       \
        requires std::is_function_v<Function>       \
    operator Function*() const {                    \
        static_assert(kAllowed<Function>, message); \
        return nullptr;                             \
    }

#define RESFORGE_REFUSE(name, message)                                   \
    namespace resforge::deadlock_list {                                  \
    struct name##_ {                                                     \
        template <class... Arguments>                                    \
        Result<decltype(::name)> operator()(const Arguments&...) const { \
            static_assert(kAllowed<Arguments...>, message);              \
            return {};                                                   \
        }                                                                \
        RESFORGE_REFUSE_ADDRESS(name, message)                           \
    };                                                                   \
    }                                                                    \
    inline constexpr resforge::deadlock_list::name##_ resforge_##name{};

#define RESFORGE_GUARD(name, Token, message)                                        \
    namespace resforge::deadlock_list {                                             \
    struct name##_ : Signature<decltype(::name)>::Guarded<name##_, Token> {         \
        using Signature<decltype(::name)>::Guarded<name##_, Token>::operator();     \
        template <class... Parameters>                                              \
        static auto call(Parameters... parameters) {                                \
            return ::name(parameters...);                                           \
        }                                                                           \
        template <class First, class... Others>                                     \
            requires(!std::derived_from<First, Token>)                              \
        Result<decltype(::name)> operator()(const First&, const Others&...) const { \
            static_assert(kAllowed<First>, message);                                \
            return {};                                                              \
        }                                                                           \
        RESFORGE_REFUSE_ADDRESS(name, message)                                      \
    };                                                                              \
    }                                                                               \
    inline constexpr resforge::deadlock_list::name##_ resforge_##name{};

#define RESFORGE_NEVER(name, instead)                                                            \
    RESFORGE_REFUSE(name, #name                                                                  \
                    ": no resource DLL may call it (function-calls-to-avoid-in-resource-dlls); " \
                    "instead " instead)

#define RESFORGE_ADMINISTRATOR(name) \
    RESFORGE_NEVER(name, "leave it to the administrator, in a script or a tool outside the DLL")

#define RESFORGE_WORKER_MESSAGE(name)                                                           \
    #name ": worker threads only (function-calls-to-avoid-in-resource-dlls); call it as " #name \
          "(context.worker(), ...) from monitor, check_health, or an online or offline that pends"

#define RESFORGE_WORKER(name) RESFORGE_GUARD(name, WorkerToken, RESFORGE_WORKER_MESSAGE(name))

#define RESFORGE_WRITE(name)                                                                     \
    RESFORGE_GUARD(name, DatabaseWriteToken,                                                     \
                   #name                                                                         \
                   ": not in Open, Close, Online, Offline and Terminate "                        \
                   "(function-calls-to-avoid-in-resource-dlls); call it as " #name               \
                   "(context.writer(), ...) from a control code, a health hook, monitor, or an " \
                   "online or offline that pends")

// Never: the schema lists what a resource depends on.
RESFORGE_NEVER(AddClusterResourceDependency,
               "declare it under `dependencies` in the schema, and the cluster asks for it")
#define AddClusterResourceDependency resforge_AddClusterResourceDependency
RESFORGE_NEVER(RemoveClusterResourceDependency,
               "take it out of `dependencies` in the schema; the administrator removes the link")
#define RemoveClusterResourceDependency resforge_RemoveClusterResourceDependency
RESFORGE_NEVER(ResUtilFindDependentDiskResourceDriveLetter,
               "make the path a property, and require the disk with `class: storage` under "
               "`dependencies` in the schema")
#define ResUtilFindDependentDiskResourceDriveLetter \
    resforge_ResUtilFindDependentDiskResourceDriveLetter

// Never: the cluster brings resources up and down.
RESFORGE_NEVER(FailClusterResource, "call context.signal_failure()")
#define FailClusterResource resforge_FailClusterResource
RESFORGE_NEVER(OnlineClusterResource,
               "declare the resource under `dependencies` in the schema, and the cluster brings it "
               "online first")
#define OnlineClusterResource resforge_OnlineClusterResource
RESFORGE_NEVER(
    OfflineClusterResource,
    "leave it to the cluster, or call context.signal_failure() for a resource that no longer works")
#define OfflineClusterResource resforge_OfflineClusterResource
RESFORGE_NEVER(
    OnlineClusterGroup,
    "leave it to the cluster; what must be online first belongs under `dependencies` in the schema")
#define OnlineClusterGroup resforge_OnlineClusterGroup
RESFORGE_NEVER(
    OfflineClusterGroup,
    "leave it to the cluster, or call context.signal_failure() for a resource that no longer works")
#define OfflineClusterGroup resforge_OfflineClusterGroup
RESFORGE_NEVER(
    MoveClusterGroup,
    "call context.signal_failure(); the failover policy of the group decides whether it moves")
#define MoveClusterGroup resforge_MoveClusterGroup

// Never: the administrator shapes the cluster.
RESFORGE_ADMINISTRATOR(ChangeClusterResourceGroup)
#define ChangeClusterResourceGroup resforge_ChangeClusterResourceGroup
RESFORGE_ADMINISTRATOR(CreateClusterGroup)
#define CreateClusterGroup resforge_CreateClusterGroup
RESFORGE_ADMINISTRATOR(CreateClusterResource)
#define CreateClusterResource resforge_CreateClusterResource
RESFORGE_ADMINISTRATOR(DeleteClusterGroup)
#define DeleteClusterGroup resforge_DeleteClusterGroup
RESFORGE_ADMINISTRATOR(DeleteClusterResource)
#define DeleteClusterResource resforge_DeleteClusterResource
RESFORGE_ADMINISTRATOR(DestroyClusterGroup)
#define DestroyClusterGroup resforge_DestroyClusterGroup
RESFORGE_ADMINISTRATOR(RemoveClusterResourceNode)
#define RemoveClusterResourceNode resforge_RemoveClusterResourceNode
RESFORGE_ADMINISTRATOR(SetClusterGroupName)
#define SetClusterGroupName resforge_SetClusterGroupName
RESFORGE_ADMINISTRATOR(SetClusterGroupNodeList)
#define SetClusterGroupNodeList resforge_SetClusterGroupNodeList
RESFORGE_ADMINISTRATOR(SetClusterName)
#define SetClusterName resforge_SetClusterName
RESFORGE_ADMINISTRATOR(SetClusterQuorumResource)
#define SetClusterQuorumResource resforge_SetClusterQuorumResource
RESFORGE_NEVER(SetClusterResourceName,
               "leave the name to the administrator; context.resource_name() has it, and the hook "
               "notified is told of CLUSCTL_RESOURCE_SET_NAME")
#define SetClusterResourceName resforge_SetClusterResourceName
RESFORGE_ADMINISTRATOR(SetClusterServiceAccountPassword)
#define SetClusterServiceAccountPassword resforge_SetClusterServiceAccountPassword

// On worker threads only.
RESFORGE_WORKER(AddClusterResourceNode)
#define AddClusterResourceNode resforge_AddClusterResourceNode
RESFORGE_WORKER(CanResourceBeDependent)
#define CanResourceBeDependent resforge_CanResourceBeDependent
RESFORGE_WORKER(ClusterGroupEnum)
#define ClusterGroupEnum resforge_ClusterGroupEnum
RESFORGE_WORKER(ClusterGroupOpenEnum)
#define ClusterGroupOpenEnum resforge_ClusterGroupOpenEnum
RESFORGE_WORKER(ClusterResourceEnum)
#define ClusterResourceEnum resforge_ClusterResourceEnum
RESFORGE_WORKER(ClusterResourceOpenEnum)
#define ClusterResourceOpenEnum resforge_ClusterResourceOpenEnum
RESFORGE_WORKER(GetClusterGroupState)
#define GetClusterGroupState resforge_GetClusterGroupState
RESFORGE_WORKER(GetClusterResourceNetworkName)
#define GetClusterResourceNetworkName resforge_GetClusterResourceNetworkName
RESFORGE_WORKER(GetClusterResourceState)
#define GetClusterResourceState resforge_GetClusterResourceState
RESFORGE_WORKER(ResUtilGetEnvironmentWithNetName)
#define ResUtilGetEnvironmentWithNetName resforge_ResUtilGetEnvironmentWithNetName
RESFORGE_WORKER(ResUtilGetResourceDependency)
#define ResUtilGetResourceDependency resforge_ResUtilGetResourceDependency
RESFORGE_WORKER(ResUtilGetResourceDependencyByClass)
#define ResUtilGetResourceDependencyByClass resforge_ResUtilGetResourceDependencyByClass
RESFORGE_WORKER(ResUtilGetResourceDependencyByName)
#define ResUtilGetResourceDependencyByName resforge_ResUtilGetResourceDependencyByName
RESFORGE_WORKER(ResUtilGetResourceDependentIPAddressProps)
#define ResUtilGetResourceDependentIPAddressProps resforge_ResUtilGetResourceDependentIPAddressProps
RESFORGE_WORKER(ResUtilGetResourceNameDependency)
#define ResUtilGetResourceNameDependency resforge_ResUtilGetResourceNameDependency
RESFORGE_WORKER(ResUtilSetResourceServiceEnvironment)
#define ResUtilSetResourceServiceEnvironment resforge_ResUtilSetResourceServiceEnvironment

// The control codes of groups, and those of resources that are no checkpoint codes.
RESFORGE_WORKER(ClusterGroupControl)
#define ClusterGroupControl resforge_ClusterGroupControl

namespace resforge::deadlock_list {

struct ClusterResourceControl_ {
    using Needed = WorkerToken;
    DWORD operator()(const WorkerToken&, HRESOURCE resource, HNODE host, DWORD code, LPVOID input,
                     DWORD input_size, LPVOID output, DWORD output_size,
                     LPDWORD bytes_returned) const {
        return ::ClusterResourceControl(resource, host, code, input, input_size, output,
                                        output_size, bytes_returned);
    }
    DWORD operator()(HRESOURCE resource, HNODE host, CheckpointCode code, LPVOID input,
                     DWORD input_size, LPVOID output, DWORD output_size,
                     LPDWORD bytes_returned) const {
        return ::ClusterResourceControl(resource, host, code.value(), input, input_size, output,
                                        output_size, bytes_returned);
    }
    template <class First, class... Others>
        requires(!std::derived_from<First, WorkerToken> &&
                 !(std::same_as<Others, CLUSCTL_RESOURCE_CODES> || ...))
    DWORD operator()(const First&, const Others&...) const {
        static_assert(kAllowed<First>, RESFORGE_WORKER_MESSAGE(ClusterResourceControl));
        return {};
    }
    RESFORGE_REFUSE_ADDRESS(ClusterResourceControl, RESFORGE_WORKER_MESSAGE(ClusterResourceControl))
};

}  // namespace resforge::deadlock_list

inline constexpr resforge::deadlock_list::ClusterResourceControl_ resforge_ClusterResourceControl{};
#define ClusterResourceControl resforge_ClusterResourceControl

// Writes to the cluster database. ResUtilSetQwordValue is younger than the page and writes as the
// others do.
RESFORGE_WRITE(ClusterRegCreateKey)
#define ClusterRegCreateKey resforge_ClusterRegCreateKey
RESFORGE_WRITE(ClusterRegDeleteKey)
#define ClusterRegDeleteKey resforge_ClusterRegDeleteKey
RESFORGE_WRITE(ClusterRegDeleteValue)
#define ClusterRegDeleteValue resforge_ClusterRegDeleteValue
RESFORGE_WRITE(ClusterRegSetKeySecurity)
#define ClusterRegSetKeySecurity resforge_ClusterRegSetKeySecurity
RESFORGE_WRITE(ClusterRegSetValue)
#define ClusterRegSetValue resforge_ClusterRegSetValue
RESFORGE_WRITE(ResUtilSetBinaryValue)
#define ResUtilSetBinaryValue resforge_ResUtilSetBinaryValue
RESFORGE_WRITE(ResUtilSetDwordValue)
#define ResUtilSetDwordValue resforge_ResUtilSetDwordValue
RESFORGE_WRITE(ResUtilSetExpandSzValue)
#define ResUtilSetExpandSzValue resforge_ResUtilSetExpandSzValue
RESFORGE_WRITE(ResUtilSetMultiSzValue)
#define ResUtilSetMultiSzValue resforge_ResUtilSetMultiSzValue
RESFORGE_WRITE(ResUtilSetPrivatePropertyList)
#define ResUtilSetPrivatePropertyList resforge_ResUtilSetPrivatePropertyList
RESFORGE_WRITE(ResUtilSetPropertyParameterBlock)
#define ResUtilSetPropertyParameterBlock resforge_ResUtilSetPropertyParameterBlock
RESFORGE_WRITE(ResUtilSetPropertyParameterBlockEx)
#define ResUtilSetPropertyParameterBlockEx resforge_ResUtilSetPropertyParameterBlockEx
RESFORGE_WRITE(ResUtilSetPropertyTable)
#define ResUtilSetPropertyTable resforge_ResUtilSetPropertyTable
RESFORGE_WRITE(ResUtilSetPropertyTableEx)
#define ResUtilSetPropertyTableEx resforge_ResUtilSetPropertyTableEx
RESFORGE_WRITE(ResUtilSetSzValue)
#define ResUtilSetSzValue resforge_ResUtilSetSzValue
RESFORGE_WRITE(ResUtilSetUnknownProperties)
#define ResUtilSetUnknownProperties resforge_ResUtilSetUnknownProperties
RESFORGE_WRITE(ResUtilSetQwordValue)
#define ResUtilSetQwordValue resforge_ResUtilSetQwordValue

#undef RESFORGE_WRITE
#undef RESFORGE_WORKER
#undef RESFORGE_WORKER_MESSAGE
#undef RESFORGE_ADMINISTRATOR
#undef RESFORGE_NEVER
#undef RESFORGE_GUARD
#undef RESFORGE_REFUSE
#undef RESFORGE_REFUSE_ADDRESS
