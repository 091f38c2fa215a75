// Operations on key handles: the layer directly under the ClusterReg functions.
#include <algorithm>

#include "cluster_database.h"
#include "cluster_errors.h"
#include "cluster_names.h"

namespace resforge::rhs {
namespace {

constexpr std::uint32_t kQueryValue = 0x1;
constexpr std::uint32_t kSetValue = 0x2;
constexpr std::uint32_t kCreateSubKey = 0x4;
constexpr std::uint32_t kEnumerateSubKeys = 0x8;
constexpr std::uint32_t kReadControl = 0x20000;
constexpr std::uint32_t kWriteDac = 0x40000;

// Generic rights become those of a key (page registry-key-security-and-access-rights).
std::uint32_t specific_access(std::uint32_t access) {
    constexpr std::uint32_t kMaximumAllowed = 0x02000000;
    constexpr std::uint32_t kGenericAll = 0x10000000;
    constexpr std::uint32_t kGenericWrite = 0x40000000;
    constexpr std::uint32_t kGenericRead = 0x80000000;
    constexpr std::uint32_t kKeyRead = 0x20019;
    constexpr std::uint32_t kKeyWrite = 0x20006;
    std::uint32_t specific = access & kAllAccess;
    specific |= (access & (kMaximumAllowed | kGenericAll)) != 0 ? kAllAccess : 0;
    specific |= (access & kGenericRead) != 0 ? kKeyRead : 0;
    specific |= (access & kGenericWrite) != 0 ? kKeyWrite : 0;
    return specific;
}

std::uint32_t check_path(std::u16string_view path) {
    return path.starts_with(u'\\') ? error::kBadPathname : error::kSuccess;
}

std::u16string join(const std::u16string& folder, std::u16string_view path) {
    if (folder.empty() || path.empty()) {
        return folder + std::u16string(path);
    }
    return folder + u'\\' + std::u16string(path);
}

}  // namespace

std::uint32_t ClusterDatabase::begin(std::string_view function, Handle key, std::uint32_t access,
                                     HandleEntry* entry) {
    std::optional<HandleEntry> used = use_handle(function, key, HandleKind::kKey);
    if (!used) {
        return error::kInvalidHandle;
    }
    *entry = std::move(*used);
    if (const std::uint32_t fault = take_fault(function); fault != error::kSuccess) {
        return fault;
    }
    const std::scoped_lock lock(mutex_);
    if (entry->key->deleted) {
        return error::kKeyDeleted;
    }
    return (entry->access & access) == access ? error::kSuccess : error::kAccessDenied;
}

std::uint32_t ClusterDatabase::key_open(Handle key, std::u16string_view path, std::uint32_t access,
                                        Handle* opened) {
    HandleEntry entry;
    std::uint32_t error = begin("ClusterRegOpenKey", key, 0, &entry);
    error = error == error::kSuccess ? check_path(path) : error;
    if (error != error::kSuccess) {
        return error;
    }
    HandleEntry made;
    {
        const std::scoped_lock lock(mutex_);
        made.key = find_from_locked(entry.key, path);
    }
    if (!made.key) {
        return error::kFileNotFound;
    }
    made.access = specific_access(access);
    made.cluster = entry.cluster;
    *opened = add_handle(std::move(made));
    return error::kSuccess;
}

std::uint32_t ClusterDatabase::key_create(Handle key, std::u16string_view path,
                                          std::uint32_t access, Handle* opened, bool* created) {
    HandleEntry entry;
    *created = false;
    std::uint32_t error = begin("ClusterRegCreateKey", key, 0, &entry);
    error = error == error::kSuccess ? check_path(path) : error;
    HandleEntry made;
    if (error == error::kSuccess) {
        const std::scoped_lock lock(mutex_);
        made.key = find_from_locked(entry.key, path);
        if (!made.key) {
            const bool allowed = (entry.access & kCreateSubKey) != 0;
            const Opened result = allowed ? create_locked(entry.key, path, created)
                                          : Opened{error::kAccessDenied, {}};
            error = result.error;
            made.key = result.node;
        }
    }
    if (*created || error != error::kSuccess) {
        const std::u16string folder = entry.key ? entry.key->path : std::u16string();
        report_change({"create_key", join(folder, path), {}, {}, {}, error});
    }
    if (error == error::kSuccess) {
        made.access = specific_access(access);
        made.cluster = entry.cluster;
        *opened = add_handle(std::move(made));
    }
    return error;
}

std::uint32_t ClusterDatabase::key_close(Handle key) {
    // The key is closed even when a fault makes the call fail: the DLL could do no better.
    const std::uint32_t fault = take_fault("ClusterRegCloseKey");
    const std::uint32_t error = close_handle("ClusterRegCloseKey", key, HandleKind::kKey);
    return error != error::kSuccess ? error : fault;
}

std::uint32_t ClusterDatabase::key_delete(Handle key, std::u16string_view path) {
    HandleEntry entry;
    std::uint32_t error = begin("ClusterRegDeleteKey", key, 0, &entry);
    error = error == error::kSuccess ? check_path(path) : error;
    std::u16string full = entry.key ? join(entry.key->path, path) : std::u16string(path);
    if (error == error::kSuccess) {
        const std::scoped_lock lock(mutex_);
        const std::shared_ptr<KeyNode> node = find_from_locked(entry.key, path);
        if (split_path(path).empty()) {
            error = error::kInvalidParameter;
        } else if (!node) {
            error = error::kFileNotFound;
        } else if (!node->subkeys.empty()) {
            error = error::kDirectoryNotEmpty;
        } else {
            full = node->path;
        }
    }
    if (error == error::kSuccess) {
        error = delete_tree(full);
    }
    report_change({"delete_key", full, {}, {}, {}, error});
    return error;
}

void ClusterDatabase::put_locked(KeyNode& node, const RegistryValue& value) {
    const auto found = node.values.find(value.name);
    if (found != node.values.end()) {
        found->second.type = value.type;
        found->second.data = value.data;
    } else {
        node.values.emplace(value.name, value);
    }
    touch_locked(node);
}

void ClusterDatabase::put_later_value_locked(const std::shared_ptr<KeyNode>& node,
                                             std::u16string_view name) {
    constexpr NameLess kIsLess;
    for (auto later = later_values_.begin(); later != later_values_.end();) {
        const bool is_other = later->key != node || kIsLess(later->value.name, name) ||
                              kIsLess(name, later->value.name);
        const bool is_due = !is_other && --later->reads_left == 0;
        if (is_due) {
            put_locked(*node, later->value);
        }
        later = is_due ? later_values_.erase(later) : std::next(later);
    }
}

std::uint32_t ClusterDatabase::set_value_before_read(std::u16string_view path,
                                                     const RegistryValue& value,
                                                     std::uint32_t read) {
    const std::scoped_lock lock(mutex_);
    const std::shared_ptr<KeyNode> node = find_locked(path);
    if (node == nullptr || read == 0) {
        return node == nullptr ? error::kFileNotFound : error::kInvalidParameter;
    }
    later_values_.push_back({node, value, read});
    return error::kSuccess;
}

std::uint32_t ClusterDatabase::key_set(Handle key, const RegistryValue& value) {
    HandleEntry entry;
    std::uint32_t error = begin("ClusterRegSetValue", key, kSetValue, &entry);
    if (error == error::kSuccess && value.name.size() > kLongestValueName) {
        error = error::kInvalidParameter;
    }
    if (error == error::kSuccess) {
        const std::scoped_lock lock(mutex_);
        put_locked(*entry.key, value);
    }
    const std::u16string path = entry.key ? entry.key->path : std::u16string();
    report_change({"set_value", path, value.name, value.type, value.data, error});
    return error;
}

std::uint32_t ClusterDatabase::key_unset(Handle key, std::u16string_view name) {
    HandleEntry entry;
    std::uint32_t error = begin("ClusterRegDeleteValue", key, kSetValue, &entry);
    if (error == error::kSuccess) {
        const std::scoped_lock lock(mutex_);
        const auto found = entry.key->values.find(name);
        if (found == entry.key->values.end()) {
            error = error::kFileNotFound;
        } else {
            entry.key->values.erase(found);
            touch_locked(*entry.key);
        }
    }
    const std::u16string path = entry.key ? entry.key->path : std::u16string();
    report_change({"delete_value", path, std::u16string(name), {}, {}, error});
    return error;
}

std::uint32_t ClusterDatabase::key_query(Handle key, std::u16string_view name,
                                         RegistryValue* value) {
    HandleEntry entry;
    const std::uint32_t error = begin("ClusterRegQueryValue", key, kQueryValue, &entry);
    if (error != error::kSuccess) {
        return error;
    }
    const std::scoped_lock lock(mutex_);
    put_later_value_locked(entry.key, name);
    const auto found = entry.key->values.find(name);
    if (found == entry.key->values.end()) {
        return error::kFileNotFound;
    }
    *value = found->second;
    return error::kSuccess;
}

std::uint32_t ClusterDatabase::key_enum_value(Handle key, std::uint32_t index,
                                              RegistryValue* value) {
    HandleEntry entry;
    const std::uint32_t error = begin("ClusterRegEnumValue", key, kQueryValue, &entry);
    if (error != error::kSuccess) {
        return error;
    }
    const std::scoped_lock lock(mutex_);
    if (index >= entry.key->values.size()) {
        return error::kNoMoreItems;
    }
    const auto found = std::next(entry.key->values.begin(), static_cast<std::ptrdiff_t>(index));
    put_later_value_locked(entry.key, found->first);
    *value = found->second;
    return error::kSuccess;
}

std::uint32_t ClusterDatabase::key_values(Handle key, std::vector<RegistryValue>* values) {
    HandleEntry entry;
    const std::uint32_t error = begin("ClusterRegEnumValue", key, kQueryValue, &entry);
    if (error != error::kSuccess) {
        return error;
    }
    const std::scoped_lock lock(mutex_);
    for (const auto& [name, value] : entry.key->values) {
        values->push_back(value);
    }
    return error::kSuccess;
}

std::uint32_t ClusterDatabase::key_enum_key(Handle key, std::uint32_t index, std::u16string* name,
                                            std::uint64_t* last_write) {
    HandleEntry entry;
    const std::uint32_t error = begin("ClusterRegEnumKey", key, kEnumerateSubKeys, &entry);
    if (error != error::kSuccess) {
        return error;
    }
    const std::scoped_lock lock(mutex_);
    if (index >= entry.key->subkeys.size()) {
        return error::kNoMoreItems;
    }
    const auto found = std::next(entry.key->subkeys.begin(), static_cast<std::ptrdiff_t>(index));
    *name = found->first;
    *last_write = found->second->last_write;
    return error::kSuccess;
}

std::uint32_t ClusterDatabase::key_information(Handle key, KeyInformation* information) {
    HandleEntry entry;
    const std::uint32_t error = begin("ClusterRegQueryInfoKey", key, kQueryValue, &entry);
    if (error != error::kSuccess) {
        return error;
    }
    const std::scoped_lock lock(mutex_);
    const auto raise = [](std::uint32_t& maximum, std::size_t size) {
        maximum = std::max(maximum, static_cast<std::uint32_t>(size));
    };
    const KeyNode& node = *entry.key;
    information->subkeys = static_cast<std::uint32_t>(node.subkeys.size());
    information->values = static_cast<std::uint32_t>(node.values.size());
    information->security_size = static_cast<std::uint32_t>(node.security.size());
    information->last_write = node.last_write;
    for (const auto& [name, child] : node.subkeys) {
        raise(information->longest_subkey, name.size());
    }
    for (const auto& [name, value] : node.values) {
        raise(information->longest_value_name, name.size());
        raise(information->largest_value, value.data.size());
    }
    return error::kSuccess;
}

std::uint32_t ClusterDatabase::key_security(Handle key, Bytes* security) {
    HandleEntry entry;
    const std::uint32_t error = begin("ClusterRegGetKeySecurity", key, kReadControl, &entry);
    if (error == error::kSuccess) {
        const std::scoped_lock lock(mutex_);
        *security = entry.key->security;
    }
    return error;
}

std::uint32_t ClusterDatabase::key_set_security(Handle key, const Bytes& security) {
    HandleEntry entry;
    const std::uint32_t error = begin("ClusterRegSetKeySecurity", key, kWriteDac, &entry);
    if (error == error::kSuccess) {
        const std::scoped_lock lock(mutex_);
        entry.key->security = security;
        touch_locked(*entry.key);
    }
    const std::u16string path = entry.key ? entry.key->path : std::u16string();
    report_change({"set_key_security", path, {}, {}, security, error});
    return error;
}

}  // namespace resforge::rhs
