// Cluster objects, dependencies, control codes and the rules about where calls are allowed.
#include <cstring>

#include "cluster_property_list.h"
#include "tests.h"

namespace resforge::rhs {
namespace objects_tests {

using namespace calls;
using seam::Fixture;
using seam::text;

// The fixture's resource depends on a network name, that on an address; seen from a worker.
struct Network : Fixture {
    Network() {
        ClusterDatabase& database = cluster_database();
        database.create_resource_type(u"Network Name", {});
        database.create_resource_type(u"IP Address", {dword_value(u"ResourceClass", 2)});
        database.create_resource(u"Name", u"Network Name", u"Group", {});
        database.create_resource(u"Address", u"IP Address", u"Group", {});
        database.add_dependency(u"Sample 1", u"Name");
        database.add_dependency(u"Name", u"Address");
        database.set_value(*database.resource_path(u"Name") + u"\\Parameters",
                           string_value(u"Name", u"FILES"));
        database.set_value(*database.resource_path(u"Address") + u"\\Parameters",
                           string_value(u"Address", u"10.0.0.9"));
        call_context().is_worker = true;
        cluster = OpenCluster(nullptr);
        resource = OpenClusterResource(cluster, T("sample 1"));
        CHECK(resource != nullptr);
    }
    ~Network() {
        CHECK(CloseClusterResource(resource));
        CHECK(CloseCluster(cluster));
    }

    HCLUSTER cluster = nullptr;
    HRESOURCE resource = nullptr;
};

void open_and_keys() {
    const Network network;
    CHECK(OpenClusterResource(network.cluster, T("absent")) == nullptr);
    CHECK_EQUAL(GetLastError(), DWORD{ERROR_RESOURCE_NOT_FOUND});
    HKEY key = GetClusterResourceKey(network.resource, KEY_READ);
    LPWSTR const name = ResUtilGetSzValue(key, T("Name"));
    CHECK(text(name) == u"Sample 1");
    LocalFree(name);
    CHECK_EQUAL(ClusterRegCloseKey(key), 0);
    key = GetClusterResourceTypeKey(network.cluster, T("ip address"), KEY_READ);
    CHECK(key != nullptr && ClusterRegCloseKey(key) == 0);
    CHECK(GetClusterResourceTypeKey(network.cluster, T("absent"), KEY_READ) == nullptr);
    key = GetClusterKey(network.cluster, KEY_READ);
    CHECK(key != nullptr && ClusterRegCloseKey(key) == 0);
    HGROUP const group = OpenClusterGroup(network.cluster, T("Group"));
    key = GetClusterGroupKey(group, KEY_READ);
    CHECK(key != nullptr && ClusterRegCloseKey(key) == 0);
    CHECK(CloseClusterGroup(group));
    HNODE const node = OpenClusterNode(network.cluster, T("node1"));
    key = GetClusterNodeKey(node, KEY_READ);
    CHECK(key != nullptr && ClusterRegCloseKey(key) == 0);
    CHECK_EQUAL(GetClusterNodeState(node), ClusterNodeUp);
    CHECK(CloseClusterNode(node));
}

void states() {
    const Network network;
    WCHAR node[16];
    WCHAR group[16];
    DWORD node_length = 16;
    DWORD group_length = 16;
    cluster_database().set_resource_state(u"Sample 1", ClusterResourceOnline);
    CHECK_EQUAL(GetClusterResourceState(network.resource, node, &node_length, group, &group_length),
                ClusterResourceOnline);
    CHECK(text(node) == u"NODE1" && text(group) == u"Group" && group_length == 5);
    group_length = 5;
    CHECK_EQUAL(GetClusterResourceState(network.resource, nullptr, nullptr, group, &group_length),
                ClusterResourceStateUnknown);
    CHECK_EQUAL(GetLastError(), DWORD{ERROR_MORE_DATA});
    HGROUP const whole = OpenClusterGroup(network.cluster, T("Group"));
    CHECK_EQUAL(GetClusterGroupState(whole, nullptr, nullptr), ClusterGroupPartialOnline);
    CHECK(CloseClusterGroup(whole));
    DWORD state = 0;
    CHECK(GetNodeClusterState(nullptr, &state) == 0 && state == 0x13);
    WCHAR id[2];
    DWORD length = 2;
    CHECK(GetClusterNodeId(nullptr, id, &length) == 0 && text(id) == u"1");
    CLUSTERVERSIONINFO information{};
    information.dwVersionInfoSize = sizeof information;
    length = 16;
    CHECK(GetClusterInformation(network.cluster, node, &length, &information) == 0);
    CHECK(information.MajorVersion == 10 && text(node) == u"CLUSTER");
}

void dependencies() {
    const Network network;
    HRESOURCE provider = ResUtilGetResourceDependency(network.resource, T("network name"));
    WCHAR name[16];
    DWORD length = 16;
    CHECK(ResUtilGetResourceName(provider, name, &length) == 0 && text(name) == u"Name");
    CHECK(ResUtilResourceTypesEqual(T("Network Name"), provider));
    CHECK(!ResUtilResourcesEqual(provider, network.resource));
    CHECK(!CanResourceBeDependent(provider, network.resource));
    CHECK(CanResourceBeDependent(network.resource, provider));
    CHECK(CloseClusterResource(provider));
    CHECK(ResUtilGetResourceDependency(network.resource, T("IP Address")) == nullptr);
    CHECK_EQUAL(GetLastError(), DWORD{ERROR_DEPENDENCY_NOT_FOUND});
    provider = ResUtilGetResourceDependencyByName(network.cluster, network.resource,
                                                  T("IP Address"), TRUE);
    CHECK(provider != nullptr && CloseClusterResource(provider));
    CLUS_RESOURCE_CLASS_INFO info{};
    info.rc = CLUS_RESCLASS_NETWORK;
    provider = ResUtilGetResourceDependencyByClass(network.cluster, network.resource, &info, TRUE);
    CHECK(provider != nullptr && CloseClusterResource(provider));
    provider = ResUtilGetResourceNameDependency(T("Name"), T("IP Address"));
    CHECK(provider != nullptr && CloseClusterResource(provider));
    length = 16;
    CHECK(GetClusterResourceNetworkName(network.resource, name, &length) && text(name) == u"FILES");
    LPVOID const environment = ResUtilGetEnvironmentWithNetName(network.resource);
    CHECK(text(static_cast<LPCWSTR>(environment)) == u"COMPUTERNAME=FILES");
    CHECK_EQUAL(ResUtilFreeEnvironment(environment), 0u);
    WCHAR address[16];
    DWORD lengths[3] = {16, 16, 16};
    CHECK_EQUAL(ResUtilGetResourceDependentIPAddressProps(network.resource, address, &lengths[0],
                                                          name, &lengths[1], nullptr, &lengths[2]),
                0u);
    CHECK(text(address) == u"10.0.0.9" && text(name).empty());
    // A circle, which only a broken database has, ends the walk.
    cluster_database().add_dependency(u"Address", u"Sample 1");
    CHECK(ResUtilGetResourceDependencyByName(network.cluster, network.resource, T("None"), TRUE) ==
          nullptr);
}

void enumerations() {
    const Network network;
    HRESENUM const all = ClusterResourceOpenEnum(network.resource, CLUSTER_RESOURCE_ENUM_ALL);
    CHECK_EQUAL(ClusterResourceGetEnumCount(all), 2u);
    WCHAR name[8];
    DWORD length = 8;
    DWORD type = 0;
    CHECK_EQUAL(ClusterResourceEnum(all, 0, &type, name, &length), 0u);
    CHECK(type == CLUSTER_RESOURCE_ENUM_DEPENDS && text(name) == u"Name");
    CHECK_EQUAL(ClusterResourceEnum(all, 2, &type, name, &length), DWORD{ERROR_NO_MORE_ITEMS});
    CHECK_EQUAL(ClusterResourceCloseEnum(all), 0u);
    HGROUP const group = OpenClusterGroup(network.cluster, T("Group"));
    HGROUPENUM const members = ClusterGroupOpenEnum(group, 1);
    CHECK_EQUAL(ClusterGroupGetEnumCount(members), 3u);
    CHECK_EQUAL(ClusterGroupCloseEnum(members), 0u);
    CHECK(CloseClusterGroup(group));
}

DWORD control(const Network& network, DWORD code, Bytes& output, DWORD* returned) {
    return ClusterResourceControl(network.resource, nullptr, code, nullptr, 0, output.data(),
                                  static_cast<DWORD>(output.size()), returned);
}

void controls() {
    const Network network;
    Bytes output(200);
    DWORD returned = 0;
    CHECK_EQUAL(control(network, CLUSCTL_RESOURCE_GET_NAME, output, &returned), 0u);
    CHECK(returned == 18 && text_from_bytes(output) == u"Sample 1");
    CHECK_EQUAL(control(network, CLUSCTL_RESOURCE_GET_ID, output, &returned), 0u);
    CHECK_EQUAL(returned, 74u);
    CHECK_EQUAL(control(network, CLUSCTL_RESOURCE_GET_RESOURCE_TYPE, output, &returned), 0u);
    CHECK(text_from_bytes(output) == u"Sample");
    CHECK_EQUAL(control(network, CLUSCTL_RESOURCE_GET_CLASS_INFO, output, &returned), 0u);
    CHECK_EQUAL(returned, 8u);
    CHECK_EQUAL(control(network, CLUSCTL_RESOURCE_GET_REQUIRED_DEPENDENCIES, output, &returned),
                0u);
    CHECK_EQUAL(returned, 4u);
    ListWriter writer;
    writer.add(u"Port", {Format::kDword, {1, 0, 0, 0}});
    Bytes list = writer.list();
    CHECK_EQUAL(
        ClusterResourceControl(network.resource, nullptr, CLUSCTL_RESOURCE_SET_PRIVATE_PROPERTIES,
                               list.data(), static_cast<DWORD>(list.size()), nullptr, 0, nullptr),
        0u);
    Bytes small(4);
    CHECK_EQUAL(control(network, CLUSCTL_RESOURCE_GET_PRIVATE_PROPERTIES, small, &returned),
                DWORD{ERROR_MORE_DATA});
    CHECK_EQUAL(returned, list.size());
    CHECK_EQUAL(control(network, CLUSCTL_RESOURCE_GET_PRIVATE_PROPERTIES, output, &returned), 0u);
    CHECK(std::memcmp(output.data(), list.data(), list.size()) == 0);
    CHECK_EQUAL(control(network, 0x01200005, output, &returned), DWORD{ERROR_INVALID_FUNCTION});
}

void forbidden_calls() {
    Network network;
    call_context().is_worker = false;
    const auto from = [&network](const char* entry, auto call) {
        call_context().entry = entry;
        call();
        call_context().entry.clear();
        return network.recorder.took("forbidden-call");
    };
    const auto set = [&network] { ResUtilSetDwordValue(network.key, T("n"), 1, nullptr); };
    for (const char* const entry : {"Open", "Close", "Online", "Offline", "Terminate"}) {
        CHECK(from(entry, set));
        CHECK(from(entry, [&] { ClusterRegSetValue(network.key, T("n"), 3, nullptr, 0); }));
    }
    for (const char* const entry : {"", "ResourceControl", "IsAlive", "LooksAlive"}) {
        CHECK(!from(entry, set));
        CHECK(network.recorder.violations.empty());
    }
    const auto state = [&] {
        GetClusterResourceState(network.resource, nullptr, nullptr, nullptr, nullptr);
    };
    CHECK(from("ResourceControl", state) && !from("", state));
    Bytes output(100);
    DWORD returned = 0;
    const auto get_name = [&] { control(network, CLUSCTL_RESOURCE_GET_NAME, output, &returned); };
    CHECK(from("Open", get_name));
    CHECK(!from("Open", [&] { control(network, 0x010000A9, output, &returned); }));
    CHECK(from("IsAlive", [&] { FailClusterResource(network.resource); }));
    call_context().is_worker = true;
    CHECK(!from("", set) && !from("", state) && !from("", get_name));
    CHECK(from("", [&] { OfflineClusterResource(network.resource); }));
    CHECK(from("", [&] { CHECK(CreateClusterGroup(network.cluster, T("g")) == nullptr); }));
}

void object_life() {
    const Fixture fixture;
    ClusterDatabase& database = cluster_database();
    CHECK_EQUAL(database.create_resource(u"SAMPLE 1", u"Sample", u"G", {}), 183u);
    CHECK_EQUAL(database.create_resource(u"x", u"No Type", u"G", {}), 5078u);
    CHECK_EQUAL(database.rename_resource(u"Sample 1", u"Other"), 0u);
    CHECK(!database.resource_path(u"Sample 1") && database.resource_path(u"other"));
    CHECK(database.group_of(u"Other") == std::u16string(u"Group"));
    CHECK_EQUAL(database.delete_resource(u"Other"), 0u);
    CHECK(!database.resource_path(u"Other") && database.group_members(u"Group").empty());
    DWORD number = 0;
    CHECK_EQUAL(ResUtilGetDwordValue(fixture.key, T("n"), &number, 0), DWORD{ERROR_KEY_DELETED});
}

}  // namespace objects_tests

void add_object_tests(Tests& tests) {
    using namespace objects_tests;
    tests.emplace_back("open and keys", open_and_keys);
    tests.emplace_back("states", states);
    tests.emplace_back("dependencies", dependencies);
    tests.emplace_back("enumerations", enumerations);
    tests.emplace_back("controls", controls);
    tests.emplace_back("forbidden calls", forbidden_calls);
    tests.emplace_back("object life", object_life);
}

}  // namespace resforge::rhs
