// The database itself: keys, values, handles, faults, JSON, and what it reports.
#include <cstring>

#include "cluster_exports.h"
#include "cluster_json.h"
#include "cluster_names.h"
#include "tests.h"

namespace resforge::rhs {
namespace database_tests {

using namespace calls;
using seam::Fixture;
using seam::text;

constexpr REGSAM kAll = 0xF003F;

void keys() {
    Fixture fixture;
    HKEY made = nullptr;
    DWORD disposition = 0;
    CHECK_EQUAL(ClusterRegCreateKey(fixture.key, T("A\\B"), 0, kAll, nullptr, &made, &disposition),
                0);
    CHECK_EQUAL(disposition, 1u);
    CHECK_EQUAL(ClusterRegCloseKey(made), 0);
    CHECK_EQUAL(ClusterRegCreateKey(fixture.key, T("a\\b"), 0, kAll, nullptr, &made, &disposition),
                0);
    CHECK_EQUAL(disposition, 2u);
    CHECK(fixture.recorder.changes.size() == 1 &&
          fixture.recorder.changes[0].operation == "create_key");
    CHECK_EQUAL(ClusterRegDeleteKey(fixture.key, T("A")), 145);
    CHECK_EQUAL(ClusterRegDeleteKey(fixture.key, T("A\\B")), 0);
    const BYTE byte = 1;
    CHECK_EQUAL(ClusterRegSetValue(made, T("v"), 3, &byte, 1), DWORD{ERROR_KEY_DELETED});
    CHECK_EQUAL(ClusterRegCloseKey(made), 0);
    CHECK_EQUAL(ClusterRegOpenKey(fixture.key, T("A\\B"), kAll, &made), ERROR_FILE_NOT_FOUND);
    CHECK_EQUAL(ClusterRegDeleteKey(fixture.key, T("A\\B")), ERROR_FILE_NOT_FOUND);
    CHECK_EQUAL(ClusterRegDeleteKey(fixture.key, T("")), ERROR_INVALID_PARAMETER);
    CHECK_EQUAL(ClusterRegOpenKey(fixture.key, T("\\A"), kAll, &made), 161);
    CHECK_EQUAL(ClusterRegOpenKey(fixture.key, nullptr, kAll, &made), ERROR_INVALID_PARAMETER);
    CHECK_EQUAL(ClusterRegOpenKey(fixture.key, T(""), KEY_READ, &made), 0);
    CHECK_EQUAL(ClusterRegSetValue(made, T("v"), 3, &byte, 1), DWORD{ERROR_ACCESS_DENIED});
    CHECK_EQUAL(ClusterRegCloseKey(made), 0);
    CHECK_EQUAL(ClusterRegCreateKey(fixture.key, T("x"), 1, kAll, nullptr, &made, &disposition),
                ERROR_INVALID_PARAMETER);
}

void values() {
    Fixture fixture;
    const BYTE data[4] = {1, 2, 3, 4};
    CHECK_EQUAL(ClusterRegSetValue(fixture.key, T("Beta"), 3, data, 4), 0u);
    CHECK_EQUAL(ClusterRegSetValue(fixture.key, T("alpha"), 4, data, 4), 0u);
    CHECK_EQUAL(ClusterRegSetValue(fixture.key, T("BETA"), 3, data, 2), 0u);
    CHECK_EQUAL(ClusterRegSetValue(fixture.key, T("x"), 3, nullptr, 1),
                DWORD{ERROR_INVALID_PARAMETER});
    DWORD type = 0;
    DWORD size = 0;
    BYTE buffer[4] = {};
    CHECK_EQUAL(ClusterRegQueryValue(fixture.key, T("beta"), &type, nullptr, &size), 0);
    CHECK(type == 3 && size == 2);
    size = 1;
    CHECK_EQUAL(ClusterRegQueryValue(fixture.key, T("beta"), &type, buffer, &size),
                ERROR_MORE_DATA);
    CHECK(size == 2 && buffer[0] == 0);
    CHECK_EQUAL(ClusterRegQueryValue(fixture.key, T("beta"), nullptr, buffer, &size), 0);
    CHECK_EQUAL(buffer[1], 2);
    CHECK_EQUAL(ClusterRegQueryValue(fixture.key, T("none"), &type, buffer, &size),
                ERROR_FILE_NOT_FOUND);
    WCHAR name[6];
    DWORD length = 5;
    size = 4;
    CHECK_EQUAL(ClusterRegEnumValue(fixture.key, 0, name, &length, &type, buffer, &size),
                DWORD{ERROR_MORE_DATA});
    CHECK_EQUAL(length, 5u);
    length = 6;
    CHECK_EQUAL(ClusterRegEnumValue(fixture.key, 0, name, &length, &type, buffer, &size), 0u);
    CHECK(length == 5 && text(name) == u"alpha" && type == 4 && size == 4);
    CHECK_EQUAL(ClusterRegEnumValue(fixture.key, 2, name, &length, &type, buffer, &size),
                DWORD{ERROR_NO_MORE_ITEMS});
    DWORD count = 0;
    DWORD longest = 0;
    DWORD largest = 0;
    FILETIME time{};
    CHECK_EQUAL(ClusterRegQueryInfoKey(fixture.key, nullptr, nullptr, &count, &longest, &largest,
                                       nullptr, &time),
                0);
    CHECK(count == 2 && longest == 5 && largest == 4 && time.dwHighDateTime != 0);
    CHECK_EQUAL(ClusterRegDeleteValue(fixture.key, T("ALPHA")), 0u);
    CHECK_EQUAL(ClusterRegDeleteValue(fixture.key, T("alpha")), DWORD{ERROR_FILE_NOT_FOUND});
    CHECK_EQUAL(fixture.recorder.changes.back().operation, std::string("delete_value"));
    CHECK_EQUAL(fixture.recorder.changes.back().result, DWORD{ERROR_FILE_NOT_FOUND});
}

void enumerate_keys() {
    const Fixture fixture;
    cluster_database().create_key(fixture.path + u"\\One");
    WCHAR name[4];
    DWORD length = 3;
    FILETIME time{};
    CHECK_EQUAL(ClusterRegEnumKey(fixture.key, 0, name, &length, &time), ERROR_MORE_DATA);
    length = 4;
    CHECK_EQUAL(ClusterRegEnumKey(fixture.key, 0, name, &length, &time), 0);
    CHECK(length == 3 && text(name) == u"One");
    CHECK_EQUAL(ClusterRegEnumKey(fixture.key, 1, name, &length, nullptr), ERROR_NO_MORE_ITEMS);
    CHECK_EQUAL(ClusterRegEnumKey(fixture.key, 0, nullptr, &length, nullptr),
                ERROR_INVALID_PARAMETER);
}

void security() {
    const Fixture fixture;
    // Self-relative, owner at 20 with one sub-authority: 12 bytes.
    BYTE descriptor[32] = {1, 0, 0, 0x80, 20};
    descriptor[20] = 1;
    descriptor[21] = 1;
    CHECK_EQUAL(ClusterRegSetKeySecurity(fixture.key, 4, descriptor), 0);
    CHECK_EQUAL(ClusterRegSetKeySecurity(fixture.key, 4, nullptr), ERROR_INVALID_PARAMETER);
    BYTE copy[32] = {};
    DWORD size = 31;
    CHECK_EQUAL(ClusterRegGetKeySecurity(fixture.key, 4, copy, &size), ERROR_INSUFFICIENT_BUFFER);
    CHECK_EQUAL(size, 32u);
    CHECK_EQUAL(ClusterRegGetKeySecurity(fixture.key, 4, copy, &size), 0);
    CHECK(std::memcmp(copy, descriptor, 32) == 0);
}

void handle_misuse() {
    Fixture fixture;
    HKEY opened = nullptr;
    CHECK_EQUAL(ClusterRegOpenKey(fixture.key, T(""), kAll, &opened), 0);
    CHECK_EQUAL(cluster_database().open_handles().size(), 1u);
    CHECK_EQUAL(ClusterRegCloseKey(opened), 0);
    CHECK(fixture.recorder.violations.empty());
    CHECK_EQUAL(ClusterRegCloseKey(opened), ERROR_INVALID_HANDLE);
    CHECK(fixture.recorder.took("handle-closed-twice"));
    CHECK_EQUAL(ClusterRegDeleteValue(opened, T("x")), DWORD{ERROR_INVALID_HANDLE});
    CHECK(fixture.recorder.took("invalid-handle"));
    HKEY const garbage = reinterpret_cast<HKEY>(fixture.handle + 1);
    CHECK_EQUAL(ClusterRegCloseKey(garbage), ERROR_INVALID_HANDLE);
    CHECK(fixture.recorder.took("invalid-handle"));
    CHECK_EQUAL(ClusterRegOpenKey(nullptr, T("x"), kAll, &opened), ERROR_INVALID_HANDLE);
    CHECK(fixture.recorder.took("invalid-handle"));
    CHECK_EQUAL(ClusterRegCloseKey(fixture.key), 0);
    CHECK(fixture.recorder.took("invalid-handle"));
    HCLUSTER const cluster = OpenCluster(nullptr);
    CHECK_EQUAL(ClusterRegCloseKey(reinterpret_cast<HKEY>(cluster)), ERROR_INVALID_HANDLE);
    CHECK(fixture.recorder.took("invalid-handle"));
    CHECK(CloseCluster(cluster));
}

void cluster_handles() {
    Fixture fixture;
    HCLUSTER const cluster = OpenCluster(nullptr);
    HCLUSTER const other = OpenCluster(nullptr);
    HKEY const root = GetClusterKey(cluster, KEY_READ);
    HKEY below = nullptr;
    CHECK_EQUAL(ClusterRegOpenKey(root, T("Resources"), kAll, &below), 0);
    CHECK(CloseCluster(other));
    CHECK(ClusterRegCloseKey(root) == 0 && fixture.recorder.violations.empty());
    CHECK(CloseCluster(cluster));
    CHECK(fixture.recorder.took("cluster-closed-early"));
    CHECK_EQUAL(ClusterRegCloseKey(below), 0);
    CHECK(fixture.recorder.violations.empty());
}

void faults() {
    const Fixture fixture;
    DWORD type = 0;
    cluster_database().set_value(fixture.path, dword_value(u"n", 1));
    cluster_database().inject_fault("ClusterRegQueryValue", 2, 1450);
    CHECK_EQUAL(ClusterRegQueryValue(fixture.key, T("n"), &type, nullptr, nullptr), 0);
    CHECK_EQUAL(ClusterRegQueryValue(fixture.key, T("n"), &type, nullptr, nullptr), 1450);
    CHECK_EQUAL(ClusterRegQueryValue(fixture.key, T("n"), &type, nullptr, nullptr), 0);
    cluster_database().inject_fault("ResUtilGetDwordValue", 1, 8);
    DWORD number = 0;
    CHECK_EQUAL(ResUtilGetDwordValue(fixture.key, T("n"), &number, 0), 8u);
    CHECK_EQUAL(ResUtilGetDwordValue(fixture.key, T("n"), &number, 0), 0u);
    cluster_database().inject_fault("OpenCluster", 1, 1753);
    CHECK(OpenCluster(nullptr) == nullptr && GetLastError() == 1753);
}

void json_round_trip() {
    const Fixture fixture;
    cluster_database().set_value(fixture.path, string_value(u"Text", u"\u00E4\xD83D\xDE00"));
    cluster_database().set_value(fixture.path, dword_value(u"Number", 0xFFFFFFFF));
    cluster_database().set_value(fixture.path, multi_string_value(u"List", {u"a", u"b"}));
    cluster_database().set_value(fixture.path, {u"Raw", 3, {0, 255}});
    cluster_database().set_value(fixture.path, {u"Odd", 1, {65, 0, 0}});
    cluster_database().set_value(fixture.path, {u"Strange", 77, {1}});
    cluster_database().set_value(fixture.path, {u"Half", 1, {0x00, 0xD8, 0, 0}});
    const Json dump = database_to_json(cluster_database());
    const auto before = cluster_database().values(fixture.path);
    cluster_database().clear();
    load_database(cluster_database(), Json::parse(dump.dump()));
    CHECK(cluster_database().values(fixture.path) == before);
    CHECK(database_to_json(cluster_database()) == dump);
    for (const char* const bad :
         {"[]", "{\"keys\": 1}", "{\"other\": {}}", "{\"keys\": {\"a\\\\b\": {}}}",
          "{\"values\": {\"v\": {\"type\": \"SZ\"}}}", "{\"keys\": {\"A\": {}, \"a\": {}}}",
          "{\"values\": {\"v\": {\"type\": \"DWORD\", \"value\": 4294967296}}}"}) {
        bool refused = false;
        try {
            load_database(cluster_database(), Json::parse(bad));
        } catch (const JsonError&) {
            refused = true;
        }
        CHECK(refused && database_to_json(cluster_database()) == dump);
    }
}

void names() {
    CHECK(equal_names(u"\u00E4\u03C9\u0436z", u"\u00C4\u03A9\u0416Z"));
    CHECK(!equal_names(u"\u0131", u"I") && !equal_names(u"a", u"ab"));
    CHECK(fold_case(u"\u00DF\u00FF\u0101") == u"\u00DF\u0178\u0100");
    CHECK(deterministic_guid("resource", u"A") == deterministic_guid("resource", u"a"));
    CHECK(deterministic_guid("resource", u"A") != deterministic_guid("group", u"A"));
    CHECK_EQUAL(deterministic_guid("resource", u"A").size(), 36u);
    CHECK(split_path(u"a\\b\\\\c").size() == 3 && split_path(u"").empty());
    const std::u16string long_name(256, u'x');
    CHECK_EQUAL(cluster_database().create_key(long_name), 87u);
    std::u16string deep;
    for (int level = 0; level < 600; ++level) {
        deep += u"\\d";
    }
    CHECK_EQUAL(cluster_database().create_key(deep.substr(1)), 87u);
}

void exports() {
    std::size_t count = 0;
    bool with_open_key = false;
    for (const EmulatedFunction& function : cluster_exports()) {
        CHECK(function.address != nullptr);
        with_open_key = with_open_key || (std::strcmp(function.name, "ClusterRegOpenKey") == 0 &&
                                          std::strcmp(function.module, "clusapi.dll") == 0);
        ++count;
    }
    CHECK(count > 130 && with_open_key);
}

}  // namespace database_tests

void add_database_tests(Tests& tests) {
    using namespace database_tests;
    tests.emplace_back("keys", keys);
    tests.emplace_back("values", values);
    tests.emplace_back("enumerate keys", enumerate_keys);
    tests.emplace_back("security", security);
    tests.emplace_back("handle misuse", handle_misuse);
    tests.emplace_back("cluster handles", cluster_handles);
    tests.emplace_back("faults", faults);
    tests.emplace_back("JSON round trip", json_round_trip);
    tests.emplace_back("names", names);
    tests.emplace_back("exports", exports);
}

}  // namespace resforge::rhs
