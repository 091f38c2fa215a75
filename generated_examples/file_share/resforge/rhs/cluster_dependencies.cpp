// Emulated functions that walk from a resource to its providers, dependents and network name.
#include <algorithm>
#include <cstring>
#include <set>

#include "cluster_call.h"
#include "cluster_errors.h"
#include "cluster_objects.h"
#include "cluster_text.h"

namespace resforge::rhs {
namespace {

using Match = bool (*)(const std::u16string& guid, const void* wanted);

std::u16string value_of(const std::u16string& guid, std::u16string_view below,
                        std::u16string_view name) {
    const std::u16string path = u"Resources\\" + guid + std::u16string(below);
    return cluster_database().text_value(path, name).value_or(u"");
}

bool has_type(const std::u16string& guid, const void* wanted) {
    return equal_names(value_of(guid, u"", u"Type"), view(static_cast<LPCWSTR>(wanted)));
}

// The class of a type is read from a DWORD value ResourceClass of its key (inferred); types
// without that value are of class unknown.
bool has_class(const std::u16string& guid, const void* wanted) {
    const std::u16string type = value_of(guid, u"", u"Type");
    const std::optional<RegistryValue> stored =
        cluster_database().query_value(u"ResourceTypes\\" + type, u"ResourceClass");
    DWORD resource_class = 0;
    if (stored && stored->data.size() >= sizeof resource_class) {
        std::memcpy(&resource_class, stored->data.data(), sizeof resource_class);
    }
    return resource_class ==
           static_cast<DWORD>(static_cast<const CLUS_RESOURCE_CLASS_INFO*>(wanted)->rc);
}

// The first provider that matches, breadth first; `seen` keeps cycles from going round.
std::optional<std::u16string> find_provider(const std::u16string& start, bool recurse, Match match,
                                            const void* wanted) {
    std::vector<std::u16string> queue{start};
    std::set<std::u16string> seen{start};
    for (std::size_t i = 0; i < queue.size() && (i == 0 || recurse); ++i) {
        for (const std::u16string& guid : cluster_database().dependencies(queue[i])) {
            if (match(guid, wanted)) {
                return guid;
            }
            if (seen.insert(guid).second) {
                queue.push_back(guid);
            }
        }
    }
    return std::nullopt;
}

std::uint32_t open_provider(const std::u16string& start, bool recurse, Match match,
                            const void* wanted, HRESOURCE* provider) {
    const std::optional<std::u16string> found = find_provider(start, recurse, match, wanted);
    if (!found) {
        return error::kDependencyNotFound;
    }
    *provider = resource_handle(*found);
    return error::kSuccess;
}

std::uint32_t dependency_of(std::string_view function, HANDLE self, bool recurse, Match match,
                            const void* wanted, HRESOURCE* provider) {
    if (wanted == nullptr) {
        return error::kInvalidParameter;
    }
    const std::optional<std::u16string> guid =
        resource_guid(function, static_cast<HRESOURCE>(self));
    return guid ? open_provider(*guid, recurse, match, wanted, provider) : error::kInvalidHandle;
}

std::optional<std::u16string> network_name(const std::u16string& guid) {
    const std::optional<std::u16string> provider =
        find_provider(guid, true, has_type, RESFORGE_TEXT("Network Name"));
    return provider ? std::optional(value_of(*provider, u"\\Parameters", u"Name")) : std::nullopt;
}

std::vector<EnumerationItem> enumerate(const std::u16string& guid, DWORD types) {
    std::vector<EnumerationItem> items;
    if ((types & CLUSTER_RESOURCE_ENUM_DEPENDS) != 0) {
        for (const std::u16string& provider : cluster_database().dependencies(guid)) {
            items.push_back({CLUSTER_RESOURCE_ENUM_DEPENDS, value_of(provider, u"", u"Name")});
        }
    }
    if ((types & CLUSTER_RESOURCE_ENUM_PROVIDES) != 0) {
        for (const std::u16string& name : cluster_database().resource_names()) {
            const std::vector<std::u16string> providers = cluster_database().dependencies(name);
            if (std::find(providers.begin(), providers.end(), guid) != providers.end()) {
                items.push_back({CLUSTER_RESOURCE_ENUM_PROVIDES, name});
            }
        }
    }
    if ((types & CLUSTER_RESOURCE_ENUM_NODES) != 0) {
        items.push_back({CLUSTER_RESOURCE_ENUM_NODES,
                         cluster_database().text_value(u"Nodes\\1", u"NodeName").value_or(u"")});
    }
    return items;
}

template <typename Enumeration>
Enumeration open_enumeration(std::vector<EnumerationItem> items) {
    HandleEntry entry;
    entry.kind = HandleKind::kEnumeration;
    entry.items = std::move(items);
    return reinterpret_cast<Enumeration>(cluster_database().add_handle(std::move(entry)));
}

template <typename Enumeration>
std::uint32_t next_item(std::string_view function, Enumeration enumeration, DWORD index,
                        LPDWORD type, LPWSTR name, LPDWORD length) {
    const std::optional<HandleEntry> entry = cluster_database().use_handle(
        function, reinterpret_cast<Handle>(enumeration), HandleKind::kEnumeration);
    if (!entry || length == nullptr) {
        return entry ? error::kInvalidParameter : error::kInvalidHandle;
    }
    if (index >= entry->items.size()) {
        return error::kNoMoreItems;
    }
    if (type != nullptr) {
        *type = entry->items[index].type;
    }
    return copy_name(entry->items[index].name, name, length);
}

template <typename Enumeration>
DWORD count_of(std::string_view function, Enumeration enumeration) {
    DWORD count = 0;
    guarded_last_error(function, [&] {
        const std::optional<HandleEntry> entry = cluster_database().use_handle(
            function, reinterpret_cast<Handle>(enumeration), HandleKind::kEnumeration);
        count = entry ? static_cast<DWORD>(entry->items.size()) : 0;
        return entry ? error::kSuccess : error::kInvalidHandle;
    });
    return count;
}

template <typename Enumeration>
DWORD close_enumeration(std::string_view function, Enumeration enumeration) {
    return guarded(function, [&] {
        return cluster_database().close_handle(function, reinterpret_cast<Handle>(enumeration),
                                               HandleKind::kEnumeration);
    });
}

std::uint32_t put_optional_name(std::u16string_view name, LPWSTR buffer, LPDWORD length) {
    return length == nullptr ? error::kInvalidParameter : copy_name(name, buffer, length);
}

}  // namespace

namespace emulated {

RESFORGE_EMULATED HRESENUM WINAPI ClusterResourceOpenEnum(HRESOURCE resource, DWORD types) {
    HRESENUM enumeration = nullptr;
    guarded_last_error("ClusterResourceOpenEnum", [&] {
        const std::optional<std::u16string> guid =
            resource_guid("ClusterResourceOpenEnum", resource);
        if (guid) {
            enumeration = open_enumeration<HRESENUM>(enumerate(*guid, types));
        }
        return guid ? error::kSuccess : error::kInvalidHandle;
    });
    return enumeration;
}

RESFORGE_EMULATED DWORD WINAPI ClusterResourceGetEnumCount(HRESENUM enumeration) {
    return count_of("ClusterResourceGetEnumCount", enumeration);
}

RESFORGE_EMULATED DWORD WINAPI ClusterResourceEnum(HRESENUM enumeration, DWORD index, LPDWORD type,
                                                   LPWSTR name, LPDWORD length) {
    return guarded("ClusterResourceEnum", [&] {
        return next_item("ClusterResourceEnum", enumeration, index, type, name, length);
    });
}

RESFORGE_EMULATED DWORD WINAPI ClusterResourceCloseEnum(HRESENUM enumeration) {
    return close_enumeration("ClusterResourceCloseEnum", enumeration);
}

RESFORGE_EMULATED HGROUPENUM WINAPI ClusterGroupOpenEnum(HGROUP group, DWORD types) {
    HGROUPENUM enumeration = nullptr;
    guarded_last_error("ClusterGroupOpenEnum", [&] {
        constexpr DWORD kContains = 1;  // CLUSTER_GROUP_ENUM_CONTAINS
        const std::optional<HandleEntry> entry = cluster_database().use_handle(
            "ClusterGroupOpenEnum", reinterpret_cast<Handle>(group), HandleKind::kGroup);
        if (!entry) {
            return error::kInvalidHandle;
        }
        std::vector<EnumerationItem> items;
        if ((types & kContains) != 0) {
            for (const std::u16string& guid : cluster_database().group_members(entry->name)) {
                items.push_back({kContains, value_of(guid, u"", u"Name")});
            }
        }
        enumeration = open_enumeration<HGROUPENUM>(std::move(items));
        return error::kSuccess;
    });
    return enumeration;
}

RESFORGE_EMULATED DWORD WINAPI ClusterGroupGetEnumCount(HGROUPENUM enumeration) {
    return count_of("ClusterGroupGetEnumCount", enumeration);
}

RESFORGE_EMULATED DWORD WINAPI ClusterGroupEnum(HGROUPENUM enumeration, DWORD index, LPDWORD type,
                                                LPWSTR name, LPDWORD length) {
    return guarded("ClusterGroupEnum", [&] {
        return next_item("ClusterGroupEnum", enumeration, index, type, name, length);
    });
}

RESFORGE_EMULATED DWORD WINAPI ClusterGroupCloseEnum(HGROUPENUM enumeration) {
    return close_enumeration("ClusterGroupCloseEnum", enumeration);
}

RESFORGE_EMULATED BOOL WINAPI GetClusterResourceNetworkName(HRESOURCE resource, LPWSTR name,
                                                            LPDWORD length) {
    return guarded_last_error("GetClusterResourceNetworkName", [&]() -> std::uint32_t {
        const std::optional<std::u16string> guid =
            resource_guid("GetClusterResourceNetworkName", resource);
        if (!guid) {
            return error::kInvalidHandle;
        }
        const std::optional<std::u16string> found = network_name(*guid);
        return found ? put_optional_name(*found, name, length) : error::kDependencyNotFound;
    });
}

// Refuses what would close a circle.
RESFORGE_EMULATED BOOL WINAPI CanResourceBeDependent(HRESOURCE resource, HRESOURCE provider) {
    return guarded_last_error("CanResourceBeDependent", [&] {
        const std::optional<std::u16string> self =
            resource_guid("CanResourceBeDependent", resource);
        const std::optional<std::u16string> target =
            resource_guid("CanResourceBeDependent", provider);
        if (!self || !target) {
            return error::kInvalidHandle;
        }
        const auto same = [](const std::u16string& guid, const void* wanted) {
            return guid == *static_cast<const std::u16string*>(wanted);
        };
        const bool circle =
            *self == *target || find_provider(*target, true, same, &*self).has_value();
        return circle ? error::kCircularDependency : error::kSuccess;
    });
}

RESFORGE_EMULATED DWORD WINAPI AddClusterResourceNode(HRESOURCE resource, HNODE node) {
    return guarded("AddClusterResourceNode", [&] {
        const bool valid = resource_guid("AddClusterResourceNode", resource).has_value() &&
                           cluster_database()
                               .use_handle("AddClusterResourceNode", reinterpret_cast<Handle>(node),
                                           HandleKind::kNode)
                               .has_value();
        return valid ? error::kSuccess : error::kInvalidHandle;
    });
}

RESFORGE_EMULATED HRESOURCE WINAPI ResUtilGetResourceDependency(HANDLE self, LPCWSTR type) {
    HRESOURCE provider = nullptr;
    guarded_last_error("ResUtilGetResourceDependency", [&] {
        return dependency_of("ResUtilGetResourceDependency", self, false, has_type, type,
                             &provider);
    });
    return provider;
}

RESFORGE_EMULATED HRESOURCE WINAPI ResUtilGetResourceDependencyByName(HCLUSTER, HANDLE self,
                                                                      LPCWSTR type, BOOL recurse) {
    HRESOURCE provider = nullptr;
    guarded_last_error("ResUtilGetResourceDependencyByName", [&] {
        return dependency_of("ResUtilGetResourceDependencyByName", self, recurse != FALSE, has_type,
                             type, &provider);
    });
    return provider;
}

RESFORGE_EMULATED HRESOURCE WINAPI ResUtilGetResourceDependencyByClass(
    HCLUSTER, HANDLE self, PCLUS_RESOURCE_CLASS_INFO info, BOOL recurse) {
    HRESOURCE provider = nullptr;
    guarded_last_error("ResUtilGetResourceDependencyByClass", [&] {
        return dependency_of("ResUtilGetResourceDependencyByClass", self, recurse != FALSE,
                             has_class, info, &provider);
    });
    return provider;
}

RESFORGE_EMULATED HRESOURCE WINAPI ResUtilGetResourceNameDependency(LPCWSTR name, LPCWSTR type) {
    HRESOURCE provider = nullptr;
    guarded_last_error("ResUtilGetResourceNameDependency", [&]() -> std::uint32_t {
        if (name == nullptr || type == nullptr) {
            return error::kInvalidParameter;
        }
        const std::optional<std::u16string> path = cluster_database().resource_path(view(name));
        return path ? open_provider(path->substr(path->rfind(u'\\') + 1), false, has_type, type,
                                    &provider)
                    : error::kResourceNotFound;
    });
    return provider;
}

RESFORGE_EMULATED DWORD WINAPI ResUtilGetResourceDependentIPAddressProps(
    HRESOURCE resource, LPWSTR address, DWORD* address_length, LPWSTR mask, DWORD* mask_length,
    LPWSTR network, DWORD* network_length) {
    return guarded("ResUtilGetResourceDependentIPAddressProps", [&]() -> std::uint32_t {
        const std::optional<std::u16string> guid =
            resource_guid("ResUtilGetResourceDependentIPAddressProps", resource);
        if (!guid) {
            return error::kInvalidHandle;
        }
        const std::optional<std::u16string> provider =
            find_provider(*guid, true, has_type, RESFORGE_TEXT("IP Address"));
        if (!provider) {
            return error::kDependencyNotFound;
        }
        const auto put = [&](std::u16string_view name, LPWSTR buffer, DWORD* length) {
            return put_optional_name(value_of(*provider, u"\\Parameters", name), buffer, length);
        };
        const std::uint32_t errors[] = {put(u"Address", address, address_length),
                                        put(u"SubnetMask", mask, mask_length),
                                        put(u"Network", network, network_length)};
        return *std::max_element(std::begin(errors), std::end(errors));
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilGetResourceName(HRESOURCE resource, PWSTR name,
                                                      DWORD* length) {
    return guarded("ResUtilGetResourceName", [&]() -> std::uint32_t {
        const std::optional<std::u16string> guid =
            resource_guid("ResUtilGetResourceName", resource);
        return guid ? put_optional_name(value_of(*guid, u"", u"Name"), name, length)
                    : error::kInvalidHandle;
    });
}

RESFORGE_EMULATED BOOL WINAPI ResUtilResourcesEqual(HRESOURCE self, HRESOURCE resource) {
    bool equal = false;
    guarded_last_error("ResUtilResourcesEqual", [&] {
        const std::optional<std::u16string> left = resource_guid("ResUtilResourcesEqual", self);
        const std::optional<std::u16string> right =
            resource_guid("ResUtilResourcesEqual", resource);
        equal = left && left == right;
        return left && right ? error::kSuccess : error::kInvalidHandle;
    });
    return equal;
}

RESFORGE_EMULATED BOOL WINAPI ResUtilResourceTypesEqual(LPCWSTR type, HRESOURCE resource) {
    bool equal = false;
    guarded_last_error("ResUtilResourceTypesEqual", [&] {
        const std::optional<std::u16string> guid =
            resource_guid("ResUtilResourceTypesEqual", resource);
        equal = guid && type != nullptr && has_type(*guid, type);
        return guid ? error::kSuccess : error::kInvalidHandle;
    });
    return equal;
}

// The block holds NAME=VALUE texts and an empty one at the end, as CreateProcessW wants it.
RESFORGE_EMULATED LPVOID WINAPI ResUtilGetEnvironmentWithNetName(HRESOURCE resource) {
    LPVOID environment = nullptr;
    guarded_last_error("ResUtilGetEnvironmentWithNetName", [&]() -> std::uint32_t {
        const std::optional<std::u16string> guid =
            resource_guid("ResUtilGetEnvironmentWithNetName", resource);
        if (!guid) {
            return error::kInvalidHandle;
        }
        const std::optional<std::u16string> name = network_name(*guid);
        if (!name) {
            return error::kDependencyNotFound;
        }
        const Bytes block = multi_string_value({}, {u"COMPUTERNAME=" + *name,
                                                    u"_CLUSTER_NETWORK_HOSTNAME_=" + *name,
                                                    u"_CLUSTER_NETWORK_NAME_=" + *name})
                                .data;
        environment = allocate_copy(block.data(), block.size());
        return environment == nullptr ? error::kNotEnoughMemory : error::kSuccess;
    });
    return environment;
}

RESFORGE_EMULATED DWORD WINAPI ResUtilFreeEnvironment(LPVOID environment) {
    return guarded("ResUtilFreeEnvironment", [&] {
        LocalFree(environment);
        return error::kSuccess;
    });
}

}  // namespace emulated
}  // namespace resforge::rhs
