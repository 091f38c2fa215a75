// Emulated functions that open cluster objects, name them and tell their state.
#include <algorithm>
#include <cstring>

#include "cluster_call.h"
#include "cluster_errors.h"
#include "cluster_objects.h"
#include "cluster_text.h"

namespace resforge::rhs {
namespace {

constexpr char16_t kNodeId[] = u"1";

template <typename Pointer>
Pointer pointer(Handle handle) {
    return reinterpret_cast<Pointer>(handle);
}

std::u16string node_name() {
    return cluster_database().text_value(u"Nodes\\1", u"NodeName").value_or(u"NODE1");
}

std::uint32_t check(std::string_view function, Handle handle, HandleKind kind) {
    return cluster_database().use_handle(function, handle, kind) ? error::kSuccess
                                                                 : error::kInvalidHandle;
}

// Opens an object below a cluster handle by name.
template <typename Find>
std::uint32_t open_named(std::string_view function, HCLUSTER cluster, LPCWSTR name, HandleKind kind,
                         std::uint32_t missing, Find find, Handle* opened) {
    const std::uint32_t error = check(function, number(cluster), HandleKind::kCluster);
    if (error != error::kSuccess || name == nullptr) {
        return error != error::kSuccess ? error : error::kInvalidParameter;
    }
    const std::optional<std::u16string> path = find(view(name));
    if (!path) {
        return missing;
    }
    HandleEntry entry;
    entry.kind = kind;
    entry.name = path->substr(path->rfind(u'\\') + 1);
    entry.cluster = number(cluster);
    *opened = cluster_database().add_handle(std::move(entry));
    return error::kSuccess;
}

std::uint32_t close(std::string_view function, Handle handle, HandleKind kind) {
    return cluster_database().close_handle(function, handle, kind);
}

// A key handle for the key of an object.
std::uint32_t open_key(std::u16string_view path, REGSAM access, Handle cluster, HKEY* key) {
    const Handle root = cluster_database().open_host_key({}, kAllAccess, cluster);
    Handle opened = 0;
    const std::uint32_t error = cluster_database().key_open(root, path, access, &opened);
    cluster_database().close_host_key(root);
    *key = pointer<HKEY>(opened);
    return error;
}

std::uint32_t object_key(std::string_view function, Handle handle, HandleKind kind,
                         std::u16string_view folder, REGSAM access, HKEY* key) {
    const std::optional<HandleEntry> entry = cluster_database().use_handle(function, handle, kind);
    return entry
               ? open_key(std::u16string(folder) + u'\\' + entry->name, access, entry->cluster, key)
               : error::kInvalidHandle;
}

// Lengths for optional name outputs: a buffer without a length is an error.
std::uint32_t put_name(std::u16string_view name, LPWSTR buffer, LPDWORD length) {
    if (length == nullptr) {
        return buffer == nullptr ? error::kSuccess : error::kInvalidParameter;
    }
    return copy_name(name, buffer, length);
}

std::uint32_t resource_state(HRESOURCE resource, LPWSTR node, LPDWORD node_length, LPWSTR group,
                             LPDWORD group_length, std::int32_t* state) {
    const std::optional<std::u16string> guid = resource_guid("GetClusterResourceState", resource);
    if (!guid) {
        return error::kInvalidHandle;
    }
    std::uint32_t error = put_name(node_name(), node, node_length);
    if (error == error::kSuccess) {
        error = put_name(cluster_database().group_of(*guid).value_or(u""), group, group_length);
    }
    *state = error == error::kSuccess ? cluster_database().resource_state(*guid) : -1;
    return error;
}

// Online when all members are, offline when all are, failed or partly online otherwise.
CLUSTER_GROUP_STATE combined_state(const std::vector<std::u16string>& members) {
    std::size_t online = 0;
    std::size_t offline = 0;
    for (const std::u16string& guid : members) {
        const std::int32_t state = cluster_database().resource_state(guid);
        if (state == ClusterResourceFailed) {
            return ClusterGroupFailed;
        }
        if (state >= ClusterResourcePending) {
            return ClusterGroupPending;
        }
        online += state == ClusterResourceOnline ? 1 : 0;
        offline += state == ClusterResourceOffline ? 1 : 0;
    }
    return offline == members.size()  ? ClusterGroupOffline
           : online == members.size() ? ClusterGroupOnline
                                      : ClusterGroupPartialOnline;
}

void fill(LPCLUSTERVERSIONINFO information) {
    constexpr WORD kMajor = 10;  // Windows Server 2016
    constexpr WORD kBuild = 14393;
    constexpr DWORD kVersion = 0x00090000 | kBuild;
    const DWORD size = information->dwVersionInfoSize;
    CLUSTERVERSIONINFO filled{};
    filled.dwVersionInfoSize = size;
    filled.MajorVersion = kMajor;
    filled.BuildNumber = kBuild;
    filled.dwClusterHighestVersion = kVersion;
    filled.dwClusterLowestVersion = kVersion;
    std::memcpy(information, &filled, std::min<std::size_t>(size, sizeof filled));
}

}  // namespace

std::optional<std::u16string> resource_guid(std::string_view function, HRESOURCE resource) {
    const std::optional<HandleEntry> entry =
        cluster_database().use_handle(function, number(resource), HandleKind::kResource);
    return entry ? std::optional(entry->name) : std::nullopt;
}

HRESOURCE resource_handle(std::u16string_view guid) {
    HandleEntry entry;
    entry.kind = HandleKind::kResource;
    entry.name = guid;
    return pointer<HRESOURCE>(cluster_database().add_handle(std::move(entry)));
}

namespace emulated {

RESFORGE_EMULATED HCLUSTER WINAPI OpenCluster(LPCWSTR) {
    HCLUSTER cluster = nullptr;
    guarded_last_error("OpenCluster", [&] {
        HandleEntry entry;
        entry.kind = HandleKind::kCluster;
        cluster = pointer<HCLUSTER>(cluster_database().add_handle(std::move(entry)));
        return error::kSuccess;
    });
    return cluster;
}

RESFORGE_EMULATED BOOL WINAPI CloseCluster(HCLUSTER cluster) {
    return guarded_last_error("CloseCluster",
                              [&] { return cluster_database().close_cluster(number(cluster)); });
}

RESFORGE_EMULATED HRESOURCE WINAPI OpenClusterResource(HCLUSTER cluster, LPCWSTR name) {
    Handle opened = 0;
    guarded_last_error("OpenClusterResource", [&] {
        return open_named(
            "OpenClusterResource", cluster, name, HandleKind::kResource, error::kResourceNotFound,
            [](auto text) { return cluster_database().resource_path(text); }, &opened);
    });
    return pointer<HRESOURCE>(opened);
}

RESFORGE_EMULATED BOOL WINAPI CloseClusterResource(HRESOURCE resource) {
    return guarded_last_error("CloseClusterResource", [&] {
        return close("CloseClusterResource", number(resource), HandleKind::kResource);
    });
}

RESFORGE_EMULATED HGROUP WINAPI OpenClusterGroup(HCLUSTER cluster, LPCWSTR name) {
    Handle opened = 0;
    guarded_last_error("OpenClusterGroup", [&] {
        return open_named(
            "OpenClusterGroup", cluster, name, HandleKind::kGroup, error::kGroupNotFound,
            [](auto text) { return cluster_database().group_path(text); }, &opened);
    });
    return pointer<HGROUP>(opened);
}

RESFORGE_EMULATED BOOL WINAPI CloseClusterGroup(HGROUP group) {
    return guarded_last_error("CloseClusterGroup", [&] {
        return close("CloseClusterGroup", number(group), HandleKind::kGroup);
    });
}

RESFORGE_EMULATED HNODE WINAPI OpenClusterNode(HCLUSTER cluster, LPCWSTR name) {
    Handle opened = 0;
    guarded_last_error("OpenClusterNode", [&] {
        return open_named(
            "OpenClusterNode", cluster, name, HandleKind::kNode, error::kNodeNotFound,
            [](std::u16string_view text) {
                const bool known = equal_names(text, node_name()) || text == kNodeId;
                return known ? std::optional<std::u16string>(u"Nodes\\1") : std::nullopt;
            },
            &opened);
    });
    return pointer<HNODE>(opened);
}

RESFORGE_EMULATED BOOL WINAPI CloseClusterNode(HNODE node) {
    return guarded_last_error("CloseClusterNode", [&] {
        return close("CloseClusterNode", number(node), HandleKind::kNode);
    });
}

RESFORGE_EMULATED HKEY WINAPI GetClusterKey(HCLUSTER cluster, REGSAM access) {
    HKEY key = nullptr;
    guarded_last_error("GetClusterKey", [&] {
        const std::uint32_t error = check("GetClusterKey", number(cluster), HandleKind::kCluster);
        return error != error::kSuccess ? error : open_key({}, access, number(cluster), &key);
    });
    return key;
}

RESFORGE_EMULATED HKEY WINAPI GetClusterResourceKey(HRESOURCE resource, REGSAM access) {
    HKEY key = nullptr;
    guarded_last_error("GetClusterResourceKey", [&] {
        return object_key("GetClusterResourceKey", number(resource), HandleKind::kResource,
                          u"Resources", access, &key);
    });
    return key;
}

RESFORGE_EMULATED HKEY WINAPI GetClusterResourceTypeKey(HCLUSTER cluster, LPCWSTR type,
                                                        REGSAM access) {
    HKEY key = nullptr;
    guarded_last_error("GetClusterResourceTypeKey", [&]() -> std::uint32_t {
        const std::uint32_t error =
            check("GetClusterResourceTypeKey", number(cluster), HandleKind::kCluster);
        if (error != error::kSuccess || type == nullptr) {
            return error != error::kSuccess ? error : error::kInvalidParameter;
        }
        const std::optional<std::u16string> path = cluster_database().type_path(view(type));
        return path ? open_key(*path, access, number(cluster), &key) : error::kResourceTypeNotFound;
    });
    return key;
}

RESFORGE_EMULATED HKEY WINAPI GetClusterGroupKey(HGROUP group, REGSAM access) {
    HKEY key = nullptr;
    guarded_last_error("GetClusterGroupKey", [&] {
        return object_key("GetClusterGroupKey", number(group), HandleKind::kGroup, u"Groups",
                          access, &key);
    });
    return key;
}

RESFORGE_EMULATED HKEY WINAPI GetClusterNodeKey(HNODE node, REGSAM access) {
    HKEY key = nullptr;
    guarded_last_error("GetClusterNodeKey", [&] {
        return object_key("GetClusterNodeKey", number(node), HandleKind::kNode, u"Nodes", access,
                          &key);
    });
    return key;
}

RESFORGE_EMULATED CLUSTER_RESOURCE_STATE WINAPI GetClusterResourceState(
    HRESOURCE resource, LPWSTR node, LPDWORD node_length, LPWSTR group, LPDWORD group_length) {
    std::int32_t state = ClusterResourceStateUnknown;
    guarded_last_error("GetClusterResourceState", [&] {
        return resource_state(resource, node, node_length, group, group_length, &state);
    });
    return static_cast<CLUSTER_RESOURCE_STATE>(state);
}

RESFORGE_EMULATED CLUSTER_GROUP_STATE WINAPI GetClusterGroupState(HGROUP group, LPWSTR node,
                                                                  LPDWORD node_length) {
    CLUSTER_GROUP_STATE state = ClusterGroupStateUnknown;
    guarded_last_error("GetClusterGroupState", [&] {
        const std::optional<HandleEntry> entry = cluster_database().use_handle(
            "GetClusterGroupState", number(group), HandleKind::kGroup);
        if (!entry) {
            return error::kInvalidHandle;
        }
        const std::uint32_t error = put_name(node_name(), node, node_length);
        if (error == error::kSuccess) {
            state = combined_state(cluster_database().group_members(entry->name));
        }
        return error;
    });
    return state;
}

RESFORGE_EMULATED CLUSTER_NODE_STATE WINAPI GetClusterNodeState(HNODE node) {
    const bool known = guarded_last_error("GetClusterNodeState", [&] {
        return check("GetClusterNodeState", number(node), HandleKind::kNode);
    });
    return known ? ClusterNodeUp : ClusterNodeStateUnknown;
}

// A NULL handle means the local node, as in the header's GetCurrentClusterNodeId.
RESFORGE_EMULATED DWORD WINAPI GetClusterNodeId(HNODE node, LPWSTR id, LPDWORD length) {
    return guarded("GetClusterNodeId", [&]() -> std::uint32_t {
        if (length == nullptr) {
            return error::kInvalidParameter;
        }
        const std::uint32_t error =
            node == nullptr ? error::kSuccess
                            : check("GetClusterNodeId", number(node), HandleKind::kNode);
        return error != error::kSuccess ? error : copy_name(kNodeId, id, length);
    });
}

RESFORGE_EMULATED DWORD WINAPI GetNodeClusterState(LPCWSTR, LPDWORD state) {
    return guarded("GetNodeClusterState", [&] {
        constexpr DWORD kRunning = 0x13;  // ClusterStateRunning (ne-clusapi-node_cluster_state)
        if (state == nullptr) {
            return error::kInvalidParameter;
        }
        *state = kRunning;
        return error::kSuccess;
    });
}

RESFORGE_EMULATED DWORD WINAPI GetClusterInformation(HCLUSTER cluster, LPWSTR name,
                                                     LPDWORD name_length,
                                                     LPCLUSTERVERSIONINFO information) {
    return guarded("GetClusterInformation", [&]() -> std::uint32_t {
        const std::uint32_t error =
            check("GetClusterInformation", number(cluster), HandleKind::kCluster);
        if (error != error::kSuccess || name_length == nullptr) {
            return error != error::kSuccess ? error : error::kInvalidParameter;
        }
        if (information != nullptr) {
            fill(information);
        }
        return copy_name(cluster_database().text_value({}, u"ClusterName").value_or(u"CLUSTER"),
                         name, name_length);
    });
}

}  // namespace emulated
}  // namespace resforge::rhs
