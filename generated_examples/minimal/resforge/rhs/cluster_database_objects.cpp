// Resource types, resources and groups of the in-memory cluster database.
#include <algorithm>
#include <utility>

#include "cluster_database.h"
#include "cluster_errors.h"
#include "cluster_names.h"

namespace resforge::rhs {
namespace {

constexpr std::uint64_t kPrime = 0x100000001B3;  // FNV-1a, 64 bits

std::uint64_t hash(std::uint64_t state, std::string_view kind, std::u16string_view name) {
    for (const char c : kind) {
        state = (state ^ static_cast<unsigned char>(c)) * kPrime;
    }
    for (const char16_t unit : name) {
        state = (state ^ fold_case(unit)) * kPrime;
    }
    // FNV leaves the high bits of short inputs nearly equal; two rounds of mixing spread them.
    state = (state ^ (state >> 33)) * 0xFF51AFD7ED558CCD;
    state = (state ^ (state >> 33)) * 0xC4CEB9FE1A85EC53;
    return state ^ (state >> 33);
}

// The strings of a REG_MULTI_SZ value up to the first empty one.
std::vector<std::u16string> strings_of(const RegistryValue& value) {
    std::vector<std::u16string> strings;
    std::u16string text;
    for (std::size_t i = 0; i + 1 < value.data.size(); i += 2) {
        const auto unit = static_cast<char16_t>(value.data[i] | (value.data[i + 1] << 8));
        if (unit != 0) {
            text += unit;
        } else if (text.empty()) {
            break;
        } else {
            strings.push_back(std::exchange(text, {}));
        }
    }
    return strings;
}

std::u16string text_of(const RegistryValue& value) {
    const std::vector<std::u16string> strings = strings_of(value);
    return strings.empty() ? std::u16string() : strings.front();
}

std::vector<std::u16string> strings_at(const KeyNode& node, std::u16string_view name) {
    const auto found = node.values.find(name);
    return found == node.values.end() ? std::vector<std::u16string>() : strings_of(found->second);
}

void put(KeyNode& node, const RegistryValue& value) {
    node.values.insert_or_assign(value.name, value);
}

}  // namespace

std::u16string deterministic_guid(std::string_view kind, std::u16string_view name) {
    constexpr std::u16string_view kDigits = u"0123456789abcdef";
    const std::uint64_t halves[2] = {
        (hash(0xCBF29CE484222325, kind, name) & ~0xF000ULL) | 0x8000ULL,  // version 8: own scheme
        (hash(0x84222325CBF29CE4, kind, name) & ~(3ULL << 62)) | (2ULL << 62)};
    std::u16string text;
    for (const std::uint64_t half : halves) {
        for (int shift = 60; shift >= 0; shift -= 4) {
            if (text.size() == 8 || text.size() == 13 || text.size() == 18 || text.size() == 23) {
                text += u'-';
            }
            text += kDigits[(half >> shift) & 0xF];
        }
    }
    return text;
}

std::optional<std::u16string> ClusterDatabase::object_locked(
    std::u16string_view folder, std::u16string_view name_or_guid) const {
    const std::shared_ptr<KeyNode> parent = find_locked(folder);
    if (!parent || name_or_guid.empty()) {
        return std::nullopt;
    }
    for (const auto& [guid, node] : parent->subkeys) {
        const auto name = node->values.find(std::u16string_view(u"Name"));
        if (equal_names(guid, name_or_guid) ||
            (name != node->values.end() && equal_names(text_of(name->second), name_or_guid))) {
            return node->path;
        }
    }
    return std::nullopt;
}

std::optional<std::u16string> ClusterDatabase::resource_path(
    std::u16string_view name_or_guid) const {
    const std::scoped_lock lock(mutex_);
    return object_locked(u"Resources", name_or_guid);
}

std::optional<std::u16string> ClusterDatabase::group_path(std::u16string_view name_or_guid) const {
    const std::scoped_lock lock(mutex_);
    return object_locked(u"Groups", name_or_guid);
}

std::optional<std::u16string> ClusterDatabase::type_path(std::u16string_view type) const {
    const std::scoped_lock lock(mutex_);
    const std::shared_ptr<KeyNode> types = find_locked(u"ResourceTypes");
    if (!types || split_path(type).size() != 1) {
        return std::nullopt;
    }
    const auto found = types->subkeys.find(type);
    return found == types->subkeys.end() ? std::nullopt : std::optional(found->second->path);
}

std::uint32_t ClusterDatabase::create_resource_type(std::u16string_view type,
                                                    const std::vector<RegistryValue>& common) {
    if (type.empty() || type.find(u'\\') != std::u16string_view::npos) {
        return error::kInvalidParameter;
    }
    if (type_path(type)) {
        return error::kAlreadyExists;
    }
    const std::scoped_lock lock(mutex_);
    const Opened made = create_locked(root_, u"ResourceTypes\\" + std::u16string(type), nullptr);
    if (made.error != error::kSuccess) {
        return made.error;
    }
    create_locked(made.node, u"Parameters", nullptr);
    put(*made.node, string_value(u"Name", type));
    for (const RegistryValue& value : common) {
        put(*made.node, value);
    }
    return error::kSuccess;
}

std::uint32_t ClusterDatabase::create_resource(std::u16string_view resource,
                                               std::u16string_view type, std::u16string_view group,
                                               const std::vector<RegistryValue>& common) {
    if (resource.empty() || group.empty()) {
        return error::kInvalidParameter;
    }
    if (!type_path(type)) {
        return error::kResourceTypeNotFound;
    }
    const std::scoped_lock lock(mutex_);
    if (object_locked(u"Resources", resource)) {
        return error::kAlreadyExists;
    }
    const std::u16string guid = deterministic_guid("resource", resource);
    KeyNode& node = *create_locked(root_, u"Resources\\" + guid, nullptr).node;
    create_locked(root_, u"Resources\\" + guid + u"\\Parameters", nullptr);
    put(node, string_value(u"Name", resource));
    put(node, string_value(u"Type", type));
    for (const RegistryValue& value : common) {
        put(node, value);
    }
    std::optional<std::u16string> group_key = object_locked(u"Groups", group);
    if (!group_key) {
        group_key = u"Groups\\" + deterministic_guid("group", group);
        put(*create_locked(root_, *group_key, nullptr).node, string_value(u"Name", group));
    }
    KeyNode& owner = *find_locked(*group_key);
    std::vector<std::u16string> members = strings_at(owner, u"Contains");
    members.push_back(guid);
    put(owner, multi_string_value(u"Contains", members));
    states_.insert_or_assign(guid, 3);  // ClusterResourceOffline
    return error::kSuccess;
}

std::uint32_t ClusterDatabase::delete_resource(std::u16string_view name_or_guid) {
    const std::optional<std::u16string> path = resource_path(name_or_guid);
    if (!path) {
        return error::kResourceNotFound;
    }
    const std::u16string guid = path->substr(path->rfind(u'\\') + 1);
    delete_tree(*path);
    const std::scoped_lock lock(mutex_);
    states_.erase(guid);
    for (const std::u16string_view folder : {u"Groups", u"Resources"}) {
        const std::u16string_view list = folder == u"Groups" ? u"Contains" : u"DependsOn";
        for (auto& [name, node] : folder_locked(folder).subkeys) {
            std::vector<std::u16string> members = strings_at(*node, list);
            if (std::erase(members, guid) > 0) {
                put(*node, multi_string_value(list, members));
            }
        }
    }
    return error::kSuccess;
}

std::uint32_t ClusterDatabase::rename_resource(std::u16string_view name_or_guid,
                                               std::u16string_view new_name) {
    const std::scoped_lock lock(mutex_);
    const std::optional<std::u16string> path = object_locked(u"Resources", name_or_guid);
    if (!path) {
        return error::kResourceNotFound;
    }
    const std::optional<std::u16string> holder = object_locked(u"Resources", new_name);
    if (holder && *holder != *path) {
        return error::kAlreadyExists;
    }
    put(*find_locked(*path), string_value(u"Name", new_name));
    return error::kSuccess;
}

std::uint32_t ClusterDatabase::add_dependency(std::u16string_view resource,
                                              std::u16string_view provider) {
    const std::scoped_lock lock(mutex_);
    const std::optional<std::u16string> path = object_locked(u"Resources", resource);
    const std::optional<std::u16string> target = object_locked(u"Resources", provider);
    if (!path || !target) {
        return error::kResourceNotFound;
    }
    KeyNode& node = *find_locked(*path);
    std::vector<std::u16string> providers = strings_at(node, u"DependsOn");
    providers.push_back(target->substr(target->rfind(u'\\') + 1));
    put(node, multi_string_value(u"DependsOn", providers));
    return error::kSuccess;
}

std::vector<std::u16string> ClusterDatabase::dependencies(std::u16string_view name_or_guid) const {
    const std::scoped_lock lock(mutex_);
    const std::optional<std::u16string> path = object_locked(u"Resources", name_or_guid);
    return path ? strings_at(*find_locked(*path), u"DependsOn") : std::vector<std::u16string>();
}

std::vector<std::u16string> ClusterDatabase::group_members(std::u16string_view name_or_guid) const {
    const std::scoped_lock lock(mutex_);
    const std::optional<std::u16string> path = object_locked(u"Groups", name_or_guid);
    return path ? strings_at(*find_locked(*path), u"Contains") : std::vector<std::u16string>();
}

std::optional<std::u16string> ClusterDatabase::group_of(std::u16string_view name_or_guid) const {
    const std::scoped_lock lock(mutex_);
    const std::optional<std::u16string> path = object_locked(u"Resources", name_or_guid);
    if (!path) {
        return std::nullopt;
    }
    const std::u16string guid = path->substr(path->rfind(u'\\') + 1);
    for (const auto& [name, group] : folder_locked(u"Groups").subkeys) {
        const std::vector<std::u16string> members = strings_at(*group, u"Contains");
        if (std::find(members.begin(), members.end(), guid) != members.end()) {
            return strings_at(*group, u"Name").empty() ? std::u16string()
                                                       : strings_at(*group, u"Name").front();
        }
    }
    return std::nullopt;
}

std::optional<std::u16string> ClusterDatabase::text_value(std::u16string_view path,
                                                          std::u16string_view name) const {
    const std::optional<RegistryValue> value = query_value(path, name);
    return value ? std::optional(text_of(*value)) : std::nullopt;
}

std::vector<std::u16string> ClusterDatabase::resource_names() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::u16string> names;
    for (const auto& [guid, node] : folder_locked(u"Resources").subkeys) {
        const std::vector<std::u16string> name = strings_at(*node, u"Name");
        names.push_back(name.empty() ? guid : name.front());
    }
    return names;
}

void ClusterDatabase::set_resource_state(std::u16string_view name_or_guid, std::int32_t state) {
    const std::scoped_lock lock(mutex_);
    const std::optional<std::u16string> path = object_locked(u"Resources", name_or_guid);
    if (path) {
        states_.insert_or_assign(path->substr(path->rfind(u'\\') + 1), state);
    }
}

std::int32_t ClusterDatabase::resource_state(std::u16string_view name_or_guid) const {
    const std::scoped_lock lock(mutex_);
    const std::optional<std::u16string> path = object_locked(u"Resources", name_or_guid);
    if (!path) {
        return -1;
    }
    const auto found = states_.find(path->substr(path->rfind(u'\\') + 1));
    return found == states_.end() ? 3 : found->second;
}

}  // namespace resforge::rhs
