// The in-memory cluster database of the simulated host: keys, values, objects, handles, faults.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace resforge::rhs {

using Bytes = std::vector<std::uint8_t>;

// Registry type numbers (page nf-clusapi-clusterregsetvalue, with REG_MULTI_SZ = 7).
enum class ValueType : std::uint32_t {
    kNone = 0,
    kSz = 1,
    kExpandSz = 2,
    kBinary = 3,
    kDword = 4,
    kMultiSz = 7,
    kQword = 11,
};

// A named value as it is stored. Any 32-bit type number is kept as it came.
struct RegistryValue {
    std::u16string name;
    std::uint32_t type = 0;
    Bytes data;

    bool operator==(const RegistryValue&) const = default;
};

// Values of the usual types, encoded as the registry stores them.
RegistryValue string_value(std::u16string_view name, std::u16string_view text);
RegistryValue multi_string_value(std::u16string_view name,
                                 const std::vector<std::u16string>& strings);
RegistryValue dword_value(std::u16string_view name, std::uint32_t number);

// One write to the database, successful or not, as the trace shows it.
struct DatabaseChange {
    std::string operation;  // create_key delete_key set_value delete_value set_key_security
    std::u16string key;     // path below the root, e.g. Resources\<GUID>\Parameters
    std::optional<std::u16string> name;
    std::optional<std::uint32_t> type;
    std::optional<Bytes> data;
    std::uint32_t result = 0;  // Win32 error code
};

// Receives what the emulation has to tell. Called without any lock held, on the calling thread.
class ClusterObserver {
  public:
    ClusterObserver() = default;
    ClusterObserver(const ClusterObserver&) = delete;
    ClusterObserver& operator=(const ClusterObserver&) = delete;
    virtual ~ClusterObserver() = default;
    virtual void database_changed(const DatabaseChange& change) = 0;
    // `rule` is one of: forbidden-call, invalid-handle, handle-closed-twice, cluster-closed-early.
    virtual void violation(std::string_view rule, std::string_view text) = 0;
};

// Sizes for ClusterRegQueryInfoKey; lengths in characters without NUL, data size in bytes.
struct KeyInformation {
    std::uint32_t subkeys = 0;
    std::uint32_t longest_subkey = 0;
    std::uint32_t values = 0;
    std::uint32_t longest_value_name = 0;
    std::uint32_t largest_value = 0;
    std::uint32_t security_size = 0;
    std::uint64_t last_write = 0;  // number of the write that last touched the key
};

// Names in the tree compare by simple, ordinal upper case.
struct NameLess {
    using is_transparent = void;
    bool operator()(std::u16string_view left, std::u16string_view right) const;
};

struct KeyNode {
    std::u16string path;  // full path in the spelling of creation
    std::map<std::u16string, std::shared_ptr<KeyNode>, NameLess> subkeys;
    std::map<std::u16string, RegistryValue, NameLess> values;
    Bytes security;
    std::uint64_t last_write = 0;
    bool deleted = false;
};

enum class HandleKind { kKey, kCluster, kResource, kGroup, kNode, kEnumeration, kService };

struct EnumerationItem {
    std::uint32_t type = 0;  // CLUSTER_RESOURCE_ENUM or CLUSTER_GROUP_ENUM bit
    std::u16string name;
};

// What one emulated handle refers to. Numbers are never used twice, so that every use after
// close is seen.
struct HandleEntry {
    HandleKind kind = HandleKind::kKey;
    std::string resource;  // name of the resource that the opening thread served
    bool of_host = false;  // made by the host; the DLL may use it and must not close it
    std::uint32_t access = 0;
    std::uintptr_t cluster = 0;          // kCluster handle that it was obtained through, or 0
    std::shared_ptr<KeyNode> key;        // kKey
    std::u16string name;                 // kResource, kGroup: GUID; kNode, kService: name
    std::vector<EnumerationItem> items;  // kEnumeration
};

using Handle = std::uintptr_t;

// Limits of the registry (page registry-element-size-limits).
inline constexpr std::size_t kLongestKeyName = 255;
inline constexpr std::size_t kLongestValueName = 16383;
inline constexpr std::size_t kDeepestKey = 512;

struct OpenHandle {
    std::string resource;  // whose entry point or worker opened it
    std::string text;
};

constexpr std::uint32_t kAllAccess = 0xF003F;

// The database plus everything that hangs on it. All members may be called from any thread.
// Paths are relative to HKEY_LOCAL_MACHINE\Cluster, parts separated by one backslash, "" is the
// root; names compare without regard to case. Functions that can fail return a Win32 error code.
class ClusterDatabase {
  public:
    ClusterDatabase();
    ClusterDatabase(const ClusterDatabase&) = delete;
    ClusterDatabase& operator=(const ClusterDatabase&) = delete;

    // The observer must live until it is replaced (nullptr: nobody listens).
    void set_observer(ClusterObserver* observer);

    // Back to an empty cluster: root keys only, one node, no objects. Open handles go stale.
    void clear();

    // --- Objects. Names are unique per kind; GUIDs follow from kind and name alone. ---
    std::uint32_t create_resource_type(std::u16string_view type,
                                       const std::vector<RegistryValue>& common);
    // Creates the group when it does not exist. ERROR_ALREADY_EXISTS for a second resource of
    // that name.
    std::uint32_t create_resource(std::u16string_view resource, std::u16string_view type,
                                  std::u16string_view group,
                                  const std::vector<RegistryValue>& common);
    std::uint32_t delete_resource(std::u16string_view name_or_guid);
    std::uint32_t rename_resource(std::u16string_view name_or_guid, std::u16string_view new_name);
    // Adds `provider` to the dependencies of `resource`.
    std::uint32_t add_dependency(std::u16string_view resource, std::u16string_view provider);
    // "Resources\<GUID>" for a resource name or GUID.
    std::optional<std::u16string> resource_path(std::u16string_view name_or_guid) const;
    std::optional<std::u16string> type_path(std::u16string_view type) const;
    std::optional<std::u16string> group_path(std::u16string_view name_or_guid) const;
    std::vector<std::u16string> resource_names() const;
    // GUIDs of the resources that this one depends on directly, in the order added.
    std::vector<std::u16string> dependencies(std::u16string_view name_or_guid) const;
    // Name of the group that holds the resource.
    std::optional<std::u16string> group_of(std::u16string_view name_or_guid) const;
    // GUIDs of the resources in a group.
    std::vector<std::u16string> group_members(std::u16string_view name_or_guid) const;
    // The first string of a string value.
    std::optional<std::u16string> text_value(std::u16string_view path,
                                             std::u16string_view name) const;
    // What GetClusterResourceState answers (CLUSTER_RESOURCE_STATE); the host keeps it current.
    void set_resource_state(std::u16string_view name_or_guid, std::int32_t state);
    std::int32_t resource_state(std::u16string_view name_or_guid) const;  // -1 when unknown

    // --- The tree, by path, for the host: no handle, no fault, no forbidden-call check. ---
    std::uint32_t create_key(std::u16string_view path);
    std::uint32_t delete_tree(std::u16string_view path);
    std::uint32_t set_value(std::u16string_view path, const RegistryValue& value);
    std::uint32_t delete_value(std::u16string_view path, std::u16string_view name);
    std::optional<RegistryValue> query_value(std::u16string_view path,
                                             std::u16string_view name) const;
    std::optional<std::vector<RegistryValue>> values(std::u16string_view path) const;
    std::optional<std::vector<std::u16string>> subkeys(std::u16string_view path) const;

    // --- Handles. ---
    // A key handle to hand to Open as its ResourceKey; 0 when the path does not exist.
    // close_host_key is for the host when it is done with the instance.
    // `cluster` is the handle whose end ends what is opened through the key, or 0.
    Handle open_host_key(std::u16string_view path, std::uint32_t access = kAllAccess,
                         Handle cluster = 0);
    void close_host_key(Handle handle);
    // Handles that the DLL opened and did not close ("key Resources\...").
    std::vector<OpenHandle> open_handles() const;

    // --- Faults. ---
    // The `call`-th call (1 = next) of the named function fails with `error`, and with it as many
    // calls as `times` says; 0 removes it.
    // Writes and reads that a ResUtil function makes count as calls of the ClusterReg function.
    void inject_fault(std::string_view function, std::uint32_t call, std::uint32_t error,
                      std::uint32_t times = 1);
    void clear_faults();
    // Another node stores a value when the DLL is about to read it for the `read`-th time
    // (1 = next).
    std::uint32_t set_value_before_read(std::u16string_view path, const RegistryValue& value,
                                        std::uint32_t read);

    // --- The layer under the C functions: `function` is the Win32 name for messages. ---
    std::uint32_t take_fault(std::string_view function);
    void report_violation(std::string_view rule, std::string_view text) const;
    void report_change(const DatabaseChange& change) const;
    Handle add_handle(HandleEntry entry);
    // A copy of the entry, or nullopt after having reported the violation.
    std::optional<HandleEntry> use_handle(std::string_view function, Handle handle,
                                          HandleKind kind) const;
    // ERROR_INVALID_HANDLE after having reported the violation.
    std::uint32_t close_handle(std::string_view function, Handle handle, HandleKind kind);
    // Closes a cluster handle; what was obtained through it has to be closed before (page
    // nf-clusapi-closecluster).
    std::uint32_t close_cluster(Handle handle);
    // Whether the handle is open and of that kind; never a violation.
    bool is_open(Handle handle, HandleKind kind) const;

    std::uint32_t key_open(Handle key, std::u16string_view path, std::uint32_t access,
                           Handle* opened);
    std::uint32_t key_create(Handle key, std::u16string_view path, std::uint32_t access,
                             Handle* opened, bool* created);
    std::uint32_t key_close(Handle key);
    std::uint32_t key_delete(Handle key, std::u16string_view path);
    std::uint32_t key_set(Handle key, const RegistryValue& value);
    std::uint32_t key_unset(Handle key, std::u16string_view name);
    std::uint32_t key_query(Handle key, std::u16string_view name, RegistryValue* value);
    std::uint32_t key_enum_value(Handle key, std::uint32_t index, RegistryValue* value);
    std::uint32_t key_enum_key(Handle key, std::uint32_t index, std::u16string* name,
                               std::uint64_t* last_write);
    std::uint32_t key_information(Handle key, KeyInformation* information);
    std::uint32_t key_security(Handle key, Bytes* security);
    std::uint32_t key_set_security(Handle key, const Bytes& security);
    // All values of the key in enumeration order (counts as one ClusterRegEnumValue).
    std::uint32_t key_values(Handle key, std::vector<RegistryValue>* values);

    // --- JSON support (cluster_json.h): the whole tree, consistently. ---
    void visit(const std::function<void(const KeyNode&)>& visitor) const;
    void replace(std::shared_ptr<KeyNode> root);

  private:
    struct Fault {
        std::uint32_t calls_left = 0;
        std::uint32_t error = 0;
        std::uint32_t times = 1;
    };
    struct LaterValue {
        std::shared_ptr<KeyNode> key;
        RegistryValue value;
        std::uint32_t reads_left = 0;
    };
    struct Opened {
        std::uint32_t error = 0;
        std::shared_ptr<KeyNode> node;
    };

    void clear_locked();
    void create_base_keys_locked();
    std::shared_ptr<KeyNode> find_locked(std::u16string_view path) const;
    // The key or, where a DLL deleted it, an empty one.
    const KeyNode& folder_locked(std::u16string_view path) const;
    static std::shared_ptr<KeyNode> find_from_locked(std::shared_ptr<KeyNode> node,
                                                     std::u16string_view path);
    Opened create_locked(const std::shared_ptr<KeyNode>& from, std::u16string_view path,
                         bool* created);
    std::optional<std::u16string> object_locked(std::u16string_view folder,
                                                std::u16string_view name_or_guid) const;
    std::uint32_t begin(std::string_view function, Handle key, std::uint32_t access,
                        HandleEntry* entry);
    void touch_locked(KeyNode& node);
    void put_locked(KeyNode& node, const RegistryValue& value);
    void put_later_value_locked(const std::shared_ptr<KeyNode>& node, std::u16string_view name);
    std::optional<HandleEntry> lookup(Handle handle) const;
    bool was_issued(Handle handle) const;

    mutable std::mutex mutex_;
    ClusterObserver* observer_ = nullptr;
    std::shared_ptr<KeyNode> root_;
    std::map<Handle, HandleEntry> handles_;
    Handle next_handle_ = 0xC1050000;
    std::uint64_t writes_ = 0;
    std::map<std::string, Fault, std::less<>> faults_;
    std::vector<LaterValue> later_values_;
    std::map<std::u16string, std::int32_t, NameLess> states_;
};

// The one database of this process, which the C functions use.
ClusterDatabase& cluster_database();

// A GUID in text form that depends on kind ("resource", "group") and name alone.
std::u16string deterministic_guid(std::string_view kind, std::u16string_view name);

}  // namespace resforge::rhs
