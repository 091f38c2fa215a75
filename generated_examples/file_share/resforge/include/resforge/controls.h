// ResourceControl and ResourceTypeControl: standard codes, notifications, codes of the author.
#pragma once

#include <cstring>

#include "resforge/instance.h"
#include "resforge/property_controls.h"
#include "resforge/type_controls.h"

namespace resforge {

// The states in which a control code of the author is allowed, as bits.
namespace allowed {
inline constexpr unsigned kOffline = 1;
inline constexpr unsigned kOnlinePending = 2;
inline constexpr unsigned kOnline = 4;
inline constexpr unsigned kOfflinePending = 8;
}  // namespace allowed

constexpr unsigned state_bit(State state) noexcept {
    switch (state) {
        case State::offline:
            return allowed::kOffline;
        case State::online_pending:
            return allowed::kOnlinePending;
        case State::online:
            return allowed::kOnline;
        case State::offline_pending:
            return allowed::kOfflinePending;
        case State::failed:
            break;
    }
    return 0;
}

// A refusal by the hook validate. Some codes mean something else to the monitor, above all
// ERROR_INVALID_FUNCTION: it would store the refused list by itself
// (page clusctl-resource-set-private-properties).
constexpr DWORD refusal(DWORD status) noexcept {
    switch (status) {
        case ERROR_INVALID_FUNCTION:
        case ERROR_MORE_DATA:
        case ERROR_IO_PENDING:
        case ERROR_RESOURCE_PROPERTIES_STORED:
            return ERROR_INVALID_PARAMETER;
        default:
            return status;
    }
}

// Codes that tell the DLL about an event; nothing depends on their answer.
constexpr bool is_notification(DWORD code) noexcept {
    switch (code) {
        case CLUSCTL_RESOURCE_DELETE:
        case CLUSCTL_RESOURCE_INSTALL_NODE:
        case CLUSCTL_RESOURCE_EVICT_NODE:
        case CLUSCTL_RESOURCE_ADD_DEPENDENCY:
        case CLUSCTL_RESOURCE_REMOVE_DEPENDENCY:
        case CLUSCTL_RESOURCE_ADD_OWNER:
        case CLUSCTL_RESOURCE_REMOVE_OWNER:
        case CLUSCTL_RESOURCE_SET_NAME:
        case CLUSCTL_RESOURCE_CLUSTER_VERSION_CHANGED:
        case CLUSCTL_RESOURCE_PROVIDER_STATE_CHANGE:
        case CLUSCTL_RESOURCE_LEAVING_GROUP:
        case CLUSCTL_RESOURCE_JOINING_GROUP:
            return true;
        default:
            return false;
    }
}

// Serves one ResourceControl call of one instance.
template <class Type>
class ResourceControls {
  public:
    using Properties = typename Type::Properties;
    using Hooks = typename Type::Hooks;

    ResourceControls(Instance<Type>& instance, ControlCall& call)
        : instance_(instance),
          resource_(instance.resource),
          call_(call),
          stop_(instance.activity()),
          context_(resource_, *stop_, nullptr, true) {}

    DWORD serve() {
        if (is_notification(call_.code())) {
            return notify();
        }
        switch (call_.code()) {
            case CLUSCTL_RESOURCE_UNKNOWN:
                return ERROR_SUCCESS;
            case CLUSCTL_RESOURCE_GET_CHARACTERISTICS:
                return call_.answer(encode_value(Type::kSettings.characteristics));
            case CLUSCTL_RESOURCE_GET_CLASS_INFO:
                return call_.answer(encode_class(Type::kSettings));
            case CLUSCTL_RESOURCE_GET_REQUIRED_DEPENDENCIES:
                return call_.answer(list_dependencies(Type::kSettings.dependencies));
            case CLUSCTL_RESOURCE_ENUM_PRIVATE_PROPERTIES:
                return call_.answer(list_names(resource_.table));
            case CLUSCTL_RESOURCE_GET_PRIVATE_PROPERTY_FMTS:
                return call_.answer(list_formats(resource_.table));
            case CLUSCTL_RESOURCE_GET_RO_PRIVATE_PROPERTIES:
                return get_read_only_properties(resource_, call_);
            case CLUSCTL_RESOURCE_GET_PRIVATE_PROPERTIES:
                return get_properties(resource_, call_);
            case CLUSCTL_RESOURCE_VALIDATE_PRIVATE_PROPERTIES:
                return validate(nullptr);
            case CLUSCTL_RESOURCE_SET_PRIVATE_PROPERTIES:
                return set();
            case CLUSCTL_RESOURCE_STATE_CHANGE_REASON:
                return keep_state_change_reason();
            default:
                return serve_code_of_author();
        }
    }

  private:
    DWORD serve_code_of_author() {
        const unsigned states = Type::allowed_states(call_.code());
        if (states == 0) {
            return ERROR_INVALID_FUNCTION;
        }
        return (states & state_bit(instance_.state())) == 0
                   ? DWORD{ERROR_INVALID_STATE}
                   : Type::control(instance_.hooks, context_, call_);
    }

    // The table's checks, then the hook's. `accepted` receives the list when it is wanted.
    DWORD validate(VerifiedList<Properties>* accepted) {
        VerifiedList<Properties> list;
        DWORD status = verify_list(resource_.table, call_, list);
        if constexpr (HasValidate<Hooks, Properties>) {
            if (status == ERROR_SUCCESS) {
                status = refusal(guarded(resource_.log, "the hook validate", [&] {
                    return instance_.hooks.validate(context_, proposed_block(resource_, list));
                }));
            }
        }
        if (accepted != nullptr) {
            *accepted = std::move(list);
        }
        return status;
    }

    DWORD set() {
        VerifiedList<Properties> list;
        if (const DWORD status = validate(&list); status != ERROR_SUCCESS) {
            return status;
        }
        const SetOutcome outcome = set_properties(resource_, list);
        const bool online = instance_.state() == State::online;
        if constexpr (HasPropertiesChanged<Hooks, Properties>) {
            if (outcome.changed) {
                ControlContext<Properties> context(resource_, *stop_, nullptr, true);
                instance_.hooks.properties_changed(context, resource_.readable_block());
            }
        }
        if (outcome.status == ERROR_SUCCESS && outcome.waits_online && online) {
            return ERROR_RESOURCE_PROPERTIES_STORED;
        }
        return outcome.status;
    }

    // Structure: page clusctl-resource-state-change-reason.
    DWORD keep_state_change_reason() {
        if constexpr ((Type::kSettings.characteristics & CLUS_CHAR_REQUIRES_STATE_CHANGE_REASON) ==
                      0) {
            return ERROR_INVALID_FUNCTION;
        } else {
            if (call_.input().size() < sizeof(CLUSCTL_RESOURCE_STATE_CHANGE_REASON_STRUCT)) {
                return ERROR_INVALID_DATA;
            }
            resource_.state_change_reason.store(load<DWORD>(
                call_.input(), offsetof(CLUSCTL_RESOURCE_STATE_CHANGE_REASON_STRUCT, eReason)));
            return ERROR_SUCCESS;
        }
    }

    DWORD notify() {
        const bool renamed = call_.code() == CLUSCTL_RESOURCE_SET_NAME;
        const ByteView data = call_.input();
        const Text text = has_terminator(data) ? text_of(data) : Text();
        if (renamed && !text.empty()) {
            resource_.rename(text);
        }
        if constexpr (HasNotified<Hooks, Properties>) {
            instance_.hooks.notified(context_, Notification{call_.code(), data, text});
            return ERROR_SUCCESS;
        } else {
            return renamed ? DWORD{ERROR_SUCCESS} : DWORD{ERROR_INVALID_FUNCTION};
        }
    }

    Instance<Type>& instance_;
    Resource<Properties>& resource_;
    ControlCall& call_;
    std::shared_ptr<StopSource> stop_;
    ControlContext<Properties> context_;
};

}  // namespace resforge
