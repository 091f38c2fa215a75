// The tree of keys by path, faults, handles and the observer of the in-memory cluster database.
#include "cluster_database.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "call_context.h"
#include "cluster_errors.h"
#include "cluster_names.h"
#include "json.h"

namespace resforge::rhs {
namespace {

constexpr Handle kFirstHandle = 0xC1050000;
constexpr Handle kHandleStep = 4;

void append_text(Bytes& bytes, std::u16string_view text) {
    for (const char16_t unit : text) {
        bytes.push_back(static_cast<std::uint8_t>(unit & 0xFF));
        bytes.push_back(static_cast<std::uint8_t>(unit >> 8));
    }
    bytes.insert(bytes.end(), 2, 0);
}

void mark_deleted(KeyNode& node) {
    node.deleted = true;
    for (auto& [name, child] : node.subkeys) {
        mark_deleted(*child);
    }
    node.subkeys.clear();
    node.values.clear();
}

std::string_view kind_text(HandleKind kind) {
    constexpr std::array<std::string_view, 7> kTexts{"key",  "cluster",     "resource", "group",
                                                     "node", "enumeration", "service"};
    return kTexts[static_cast<std::size_t>(kind)];
}

}  // namespace

RegistryValue string_value(std::u16string_view name, std::u16string_view text) {
    RegistryValue value{std::u16string(name), static_cast<std::uint32_t>(ValueType::kSz), {}};
    append_text(value.data, text);
    return value;
}

RegistryValue multi_string_value(std::u16string_view name,
                                 const std::vector<std::u16string>& strings) {
    RegistryValue value{std::u16string(name), static_cast<std::uint32_t>(ValueType::kMultiSz), {}};
    for (const std::u16string& text : strings) {
        append_text(value.data, text);
    }
    append_text(value.data, {});
    return value;
}

RegistryValue dword_value(std::u16string_view name, std::uint32_t number) {
    RegistryValue value{std::u16string(name), static_cast<std::uint32_t>(ValueType::kDword), {}};
    for (unsigned shift = 0; shift < 32; shift += 8) {
        value.data.push_back(static_cast<std::uint8_t>((number >> shift) & 0xFF));
    }
    return value;
}

bool NameLess::operator()(std::u16string_view left, std::u16string_view right) const {
    return std::lexicographical_compare(
        left.begin(), left.end(), right.begin(), right.end(),
        [](char16_t a, char16_t b) { return fold_case(a) < fold_case(b); });
}

ClusterDatabase& cluster_database() {
    // Never destroyed: threads of a DLL may still call at process exit.
    static ClusterDatabase* const database = new ClusterDatabase;
    return *database;
}

ClusterDatabase::ClusterDatabase() {
    clear_locked();
}

void ClusterDatabase::set_observer(ClusterObserver* observer) {
    const std::scoped_lock lock(mutex_);
    observer_ = observer;
}

void ClusterDatabase::clear() {
    const std::scoped_lock lock(mutex_);
    clear_locked();
}

void ClusterDatabase::touch_locked(KeyNode& node) {
    node.last_write = ++writes_;
}

void ClusterDatabase::create_base_keys_locked() {
    for (const std::u16string_view path :
         {u"Groups", u"NetworkInterfaces", u"Networks", u"Nodes\\1", u"Quorum", u"Resources",
          u"ResourceTypes"}) {
        create_locked(root_, path, nullptr);
    }
}

void ClusterDatabase::clear_locked() {
    if (root_) {
        mark_deleted(*root_);
    }
    root_ = std::make_shared<KeyNode>();
    states_.clear();
    create_base_keys_locked();
    root_->values.emplace(u"ClusterName", string_value(u"ClusterName", u"CLUSTER"));
    KeyNode& node = *root_->subkeys.at(u"Nodes")->subkeys.at(u"1");
    node.values.emplace(u"NodeName", string_value(u"NodeName", u"NODE1"));
}

std::shared_ptr<KeyNode> ClusterDatabase::find_from_locked(std::shared_ptr<KeyNode> node,
                                                           std::u16string_view path) {
    for (const std::u16string_view part : split_path(path)) {
        const auto found = node->subkeys.find(part);
        if (found == node->subkeys.end()) {
            return nullptr;
        }
        node = found->second;
    }
    return node;
}

std::shared_ptr<KeyNode> ClusterDatabase::find_locked(std::u16string_view path) const {
    return find_from_locked(root_, path);
}

const KeyNode& ClusterDatabase::folder_locked(std::u16string_view path) const {
    static const KeyNode kEmpty;
    const std::shared_ptr<KeyNode> node = find_locked(path);
    return node ? *node : kEmpty;
}

ClusterDatabase::Opened ClusterDatabase::create_locked(const std::shared_ptr<KeyNode>& from,
                                                       std::u16string_view path, bool* created) {
    const std::vector<std::u16string_view> parts = split_path(path);
    const std::size_t depth = split_path(from->path).size() + parts.size();
    if (depth > kDeepestKey || std::any_of(parts.begin(), parts.end(), [](auto part) {
            return part.size() > kLongestKeyName;
        })) {
        return {error::kInvalidParameter, nullptr};
    }
    std::shared_ptr<KeyNode> node = from;
    for (const std::u16string_view part : parts) {
        const auto found = node->subkeys.find(part);
        if (found != node->subkeys.end()) {
            node = found->second;
            continue;
        }
        auto child = std::make_shared<KeyNode>();
        child->path =
            node->path.empty() ? std::u16string(part) : node->path + u'\\' + std::u16string(part);
        touch_locked(*child);
        touch_locked(*node);
        node->subkeys.emplace(part, child);
        node = std::move(child);
        if (created != nullptr) {
            *created = true;
        }
    }
    return {error::kSuccess, node};
}

std::uint32_t ClusterDatabase::create_key(std::u16string_view path) {
    const std::scoped_lock lock(mutex_);
    return create_locked(root_, path, nullptr).error;
}

std::uint32_t ClusterDatabase::delete_tree(std::u16string_view path) {
    const std::scoped_lock lock(mutex_);
    const std::vector<std::u16string_view> parts = split_path(path);
    const std::shared_ptr<KeyNode> node = find_locked(path);
    if (!node || parts.empty()) {
        return error::kFileNotFound;
    }
    std::shared_ptr<KeyNode> parent = root_;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        parent = parent->subkeys.find(parts[i])->second;
    }
    mark_deleted(*node);
    parent->subkeys.erase(parent->subkeys.find(parts.back()));
    touch_locked(*parent);
    return error::kSuccess;
}

std::uint32_t ClusterDatabase::set_value(std::u16string_view path, const RegistryValue& value) {
    const std::scoped_lock lock(mutex_);
    const std::shared_ptr<KeyNode> node = find_locked(path);
    if (!node) {
        return error::kFileNotFound;
    }
    if (value.name.size() > kLongestValueName) {
        return error::kInvalidParameter;
    }
    node->values.insert_or_assign(value.name, value);
    touch_locked(*node);
    return error::kSuccess;
}

std::uint32_t ClusterDatabase::delete_value(std::u16string_view path, std::u16string_view name) {
    const std::scoped_lock lock(mutex_);
    const std::shared_ptr<KeyNode> node = find_locked(path);
    if (!node || node->values.find(name) == node->values.end()) {
        return error::kFileNotFound;
    }
    node->values.erase(node->values.find(name));
    touch_locked(*node);
    return error::kSuccess;
}

std::optional<RegistryValue> ClusterDatabase::query_value(std::u16string_view path,
                                                          std::u16string_view name) const {
    const std::scoped_lock lock(mutex_);
    const std::shared_ptr<KeyNode> node = find_locked(path);
    if (!node) {
        return std::nullopt;
    }
    const auto found = node->values.find(name);
    return found == node->values.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::vector<RegistryValue>> ClusterDatabase::values(std::u16string_view path) const {
    const std::scoped_lock lock(mutex_);
    const std::shared_ptr<KeyNode> node = find_locked(path);
    if (!node) {
        return std::nullopt;
    }
    std::vector<RegistryValue> all;
    for (const auto& [name, value] : node->values) {
        all.push_back(value);
    }
    return all;
}

std::optional<std::vector<std::u16string>> ClusterDatabase::subkeys(
    std::u16string_view path) const {
    const std::scoped_lock lock(mutex_);
    const std::shared_ptr<KeyNode> node = find_locked(path);
    if (!node) {
        return std::nullopt;
    }
    std::vector<std::u16string> names;
    for (const auto& [name, child] : node->subkeys) {
        names.push_back(name);
    }
    return names;
}

void ClusterDatabase::visit(const std::function<void(const KeyNode&)>& visitor) const {
    const std::scoped_lock lock(mutex_);
    visitor(*root_);
}

void ClusterDatabase::replace(std::shared_ptr<KeyNode> root) {
    const std::scoped_lock lock(mutex_);
    mark_deleted(*root_);
    root_ = std::move(root);
    states_.clear();
    create_base_keys_locked();
    touch_locked(*root_);
}

void ClusterDatabase::inject_fault(std::string_view function, std::uint32_t call,
                                   std::uint32_t error, std::uint32_t times) {
    const std::scoped_lock lock(mutex_);
    if (call == 0) {
        faults_.erase(std::string(function));
    } else {
        faults_.insert_or_assign(std::string(function), Fault{call, error, times});
    }
}

void ClusterDatabase::clear_faults() {
    const std::scoped_lock lock(mutex_);
    faults_.clear();
}

std::uint32_t ClusterDatabase::take_fault(std::string_view function) {
    const std::scoped_lock lock(mutex_);
    const auto found = faults_.find(function);
    if (found == faults_.end() || --found->second.calls_left > 0) {
        return error::kSuccess;
    }
    const std::uint32_t error = found->second.error;
    found->second.calls_left = 1;
    if (--found->second.times == 0) {
        faults_.erase(found);
    }
    return error;
}

void ClusterDatabase::report_violation(std::string_view rule, std::string_view text) const {
    ClusterObserver* observer = nullptr;
    {
        const std::scoped_lock lock(mutex_);
        observer = observer_;
    }
    if (observer != nullptr) {
        observer->violation(rule, text);
    }
}

void ClusterDatabase::report_change(const DatabaseChange& change) const {
    ClusterObserver* observer = nullptr;
    {
        const std::scoped_lock lock(mutex_);
        observer = observer_;
    }
    if (observer != nullptr) {
        observer->database_changed(change);
    }
}

Handle ClusterDatabase::add_handle(HandleEntry entry) {
    entry.resource = call_context().resource;
    const std::scoped_lock lock(mutex_);
    const Handle handle = next_handle_;
    handles_.emplace(handle, std::move(entry));
    next_handle_ += kHandleStep;
    return handle;
}

std::optional<HandleEntry> ClusterDatabase::lookup(Handle handle) const {
    const std::scoped_lock lock(mutex_);
    const auto found = handles_.find(handle);
    return found == handles_.end() ? std::nullopt : std::optional(found->second);
}

bool ClusterDatabase::is_open(Handle handle, HandleKind kind) const {
    const std::optional<HandleEntry> entry = lookup(handle);
    return entry && entry->kind == kind;
}

std::optional<HandleEntry> ClusterDatabase::use_handle(std::string_view function, Handle handle,
                                                       HandleKind kind) const {
    std::optional<HandleEntry> entry = lookup(handle);
    if (entry && entry->kind == kind) {
        return entry;
    }
    const std::string expected(kind_text(kind));
    std::string text(function);
    if (entry) {
        text += " was given a " + std::string(kind_text(entry->kind)) + " handle instead of a " +
                expected + " handle";
    } else if (was_issued(handle)) {
        text += " was given a " + expected + " handle that is closed already";
    } else {
        text += " was given a value that is no " + expected + " handle";
    }
    report_violation("invalid-handle", text);
    return std::nullopt;
}

bool ClusterDatabase::was_issued(Handle handle) const {
    const std::scoped_lock lock(mutex_);
    return handle >= kFirstHandle && handle < next_handle_ && handle % kHandleStep == 0;
}

std::uint32_t ClusterDatabase::close_handle(std::string_view function, Handle handle,
                                            HandleKind kind) {
    const std::optional<HandleEntry> entry = lookup(handle);
    if (!entry && was_issued(handle)) {
        report_violation("handle-closed-twice", std::string(function) + " closes a " +
                                                    std::string(kind_text(kind)) +
                                                    " handle that is closed already");
        return error::kInvalidHandle;
    }
    if (!use_handle(function, handle, kind)) {
        return error::kInvalidHandle;
    }
    if (entry->of_host) {
        report_violation("invalid-handle",
                         std::string(function) + " closes the key that the host handed to Open");
        return error::kSuccess;
    }
    const std::scoped_lock lock(mutex_);
    handles_.erase(handle);
    return error::kSuccess;
}

std::uint32_t ClusterDatabase::close_cluster(Handle handle) {
    std::string kinds;
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& [other, entry] : handles_) {
            if (handle != 0 && entry.cluster == handle) {
                kinds += (kinds.empty() ? "a " : ", a ") + std::string(kind_text(entry.kind));
            }
        }
    }
    if (!kinds.empty()) {
        report_violation("cluster-closed-early",
                         "CloseCluster is called before what was obtained through the handle is "
                         "closed: " +
                             kinds + " handle");
    }
    return close_handle("CloseCluster", handle, HandleKind::kCluster);
}

Handle ClusterDatabase::open_host_key(std::u16string_view path, std::uint32_t access,
                                      Handle cluster) {
    HandleEntry entry;
    {
        const std::scoped_lock lock(mutex_);
        entry.key = find_locked(path);
    }
    entry.of_host = true;
    entry.access = access;
    entry.cluster = cluster;
    return entry.key ? add_handle(std::move(entry)) : 0;
}

void ClusterDatabase::close_host_key(Handle handle) {
    const std::scoped_lock lock(mutex_);
    handles_.erase(handle);
}

std::vector<OpenHandle> ClusterDatabase::open_handles() const {
    const std::scoped_lock lock(mutex_);
    std::vector<OpenHandle> open;
    for (const auto& [handle, entry] : handles_) {
        if (!entry.of_host) {
            const std::u16string& what = entry.key ? entry.key->path : entry.name;
            open.push_back(
                {entry.resource, std::string(kind_text(entry.kind)) + " " + utf8_from_utf16(what)});
        }
    }
    return open;
}

}  // namespace resforge::rhs
