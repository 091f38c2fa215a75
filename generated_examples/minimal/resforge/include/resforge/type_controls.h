// ResourceTypeControl, and the answers that resource and resource type have in common.
#pragma once

#include <optional>

#include "resforge/barrier.h"
#include "resforge/contexts.h"
#include "resforge/property_controls.h"

namespace resforge {

// Value list of GET_REQUIRED_DEPENDENCIES: page clusctl-resource-get-required-dependencies. That a
// class entry carries the four-byte class only is inferred.
inline Bytes list_dependencies(std::span<const Dependency> dependencies) {
    Bytes list;
    for (const Dependency& dependency : dependencies) {
        if (dependency.type_name != nullptr) {
            append_entry(list, kNameSyntax, encode_value(TextView(dependency.type_name)));
        } else {
            append_entry(list, kResourceClassSyntax, encode_value(dependency.resource_class));
        }
    }
    append_number(list, DWORD{0});
    return list;
}

// Bytes of a CLUS_RESOURCE_CLASS_INFO.
inline Bytes encode_class(const Settings& settings) {
    Bytes bytes = encode_value(settings.resource_class);
    append_number(bytes, settings.subclass);
    return bytes;
}

// The properties of the resource type itself; the schema declares none, so all are unknown ones.
struct TypeProperties {};

// Owner of a connection to the cluster of this node. Whatever was opened through it hangs on its
// session (page nf-clusapi-opencluster) and has to be closed before.
class ClusterConnection {
  public:
    ClusterConnection() noexcept : cluster_(::OpenCluster(nullptr)) {}
    ClusterConnection(const ClusterConnection&) = delete;
    ClusterConnection& operator=(const ClusterConnection&) = delete;
    ~ClusterConnection() {
        if (cluster_ != nullptr) {
            ::CloseCluster(cluster_);
        }
    }
    HCLUSTER get() const noexcept { return cluster_; }

  private:
    HCLUSTER cluster_;
};

// Values below ResourceTypes\<name>\Parameters. The Cluster API is there from the control code
// STARTING_PHASE2 on (page recommended-practices-for-resource-dlls); before, opening it fails.
class TypeStore {
  public:
    DWORD open(LPCWSTR type_name) {
        connection_.emplace();
        if (connection_->get() == nullptr) {
            return last_error();
        }
        // Reading is enough: what the store opens through the key has the access it asks for
        // itself (samDesired of ApiOpenKey in [MS-CMRP]; for ClusterRegOpenKey inferred).
        const ClusterKey key(::GetClusterResourceTypeKey(connection_->get(), type_name, KEY_READ));
        return key ? store.open(key.get()) : last_error();
    }

  private:
    std::optional<ClusterConnection> connection_;  // in front of the store, so closed after it

  public:
    PropertyStore store;
};

inline DWORD get_type_properties(LPCWSTR type_name, ControlCall& call) {
    TypeStore type;
    DWORD status = type.open(type_name);
    PropertyListWriter list;
    if (status == ERROR_SUCCESS) {
        status = add_unknown_values(type.store, PropertyTable<TypeProperties>(), list);
    }
    return status == ERROR_SUCCESS ? call.answer(list.take()) : status;
}

inline DWORD set_type_properties(LPCWSTR type_name, const ControlCall& call) {
    VerifiedList<TypeProperties> list;
    DWORD status = verify_list(PropertyTable<TypeProperties>(), call, list);
    TypeStore type;
    if (status == ERROR_SUCCESS) {
        status = type.open(type_name);
    }
    for (std::size_t i = 0; status == ERROR_SUCCESS && i < list.items.size(); ++i) {
        const auto& item = list.items[i];
        status =
            type.store.write_changed(item.name.c_str(), {*registry_type(item.format), item.value});
    }
    return status;
}

// Serves one ResourceTypeControl call.
template <class Type>
DWORD serve_type_control(ControlCall& call) {
    const Settings& settings = Type::kSettings;
    switch (call.code()) {
        case CLUSCTL_RESOURCE_TYPE_UNKNOWN:
            return ERROR_SUCCESS;
        case CLUSCTL_RESOURCE_TYPE_GET_CHARACTERISTICS:
            return call.answer(encode_value(settings.characteristics));
        case CLUSCTL_RESOURCE_TYPE_GET_CLASS_INFO:
            return call.answer(encode_class(settings));
        case CLUSCTL_RESOURCE_TYPE_GET_REQUIRED_DEPENDENCIES:
            return call.answer(list_dependencies(settings.dependencies));
        case CLUSCTL_RESOURCE_TYPE_ENUM_PRIVATE_PROPERTIES:
            return call.answer(list_names(PropertyTable<TypeProperties>()));
        case CLUSCTL_RESOURCE_TYPE_GET_RO_PRIVATE_PROPERTIES:
            return call.answer(PropertyListWriter().take());
        case CLUSCTL_RESOURCE_TYPE_GET_PRIVATE_PROPERTIES:
            return get_type_properties(settings.type_name, call);
        case CLUSCTL_RESOURCE_TYPE_SET_PRIVATE_PROPERTIES:
            return set_type_properties(settings.type_name, call);
        case CLUSCTL_RESOURCE_TYPE_VALIDATE_PRIVATE_PROPERTIES: {
            VerifiedList<TypeProperties> list;
            return verify_list(PropertyTable<TypeProperties>(), call, list);
        }
        case CLUSCTL_RESOURCE_TYPE_GET_PRIVATE_RESOURCE_PROPERTY_FMTS:
            return call.answer(list_formats(Type::property_table()));
        default: {
            TypeControlContext context(settings.type_name);
            return Type::type_control(context, call);
        }
    }
}

}  // namespace resforge
