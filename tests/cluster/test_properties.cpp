// Parameter blocks, unknown properties, stored defaults: the functions around property tables.
#include <cstring>

#include "cluster_property_list.h"
#include "tests.h"

namespace resforge::rhs {
namespace properties_tests {

using namespace calls;
using seam::Fixture;
using seam::name;
using seam::text;

struct Block {
    LPWSTR command;
    DWORD count;
    LPBYTE data;
    DWORD data_size;
    LPWSTR list;
    DWORD list_size;
    ULARGE_INTEGER big;
    FILETIME time;
    LPWSTR folder;
    LONG level;
};

BYTE kDefaultData[] = {1, 2, 3};
RESUTIL_ULARGEINT_DATA kBig{};
RESUTIL_FILETIME_DATA kTime{};

RESUTIL_PROPERTY_ITEM item(const WCHAR* item_name, DWORD format, DWORD_PTR standard, DWORD minimum,
                           DWORD maximum, DWORD flags, std::size_t offset) {
    RESUTIL_PROPERTY_ITEM made{};
    made.Name = name(item_name);
    made.Format = format;
    made.DefaultPtr = standard;
    made.Minimum = minimum;
    made.Maximum = maximum;
    made.Flags = flags;
    made.Offset = static_cast<DWORD>(offset);
    return made;
}

std::vector<RESUTIL_PROPERTY_ITEM> full_table() {
    kBig.Default.QuadPart = 0x1122334455667788;
    kTime.Default = {5, 6};
    const auto pointer = [](const void* to) { return reinterpret_cast<DWORD_PTR>(to); };
    return {
        item(T("Command"), CLUSPROP_FORMAT_SZ, 0, 0, 0, RESUTIL_PROPITEM_REQUIRED,
             offsetof(Block, command)),
        item(T("Count"), CLUSPROP_FORMAT_DWORD, 7, 0, 9, 0, offsetof(Block, count)),
        item(T("Data"), CLUSPROP_FORMAT_BINARY, pointer(kDefaultData), 3, 0, 0,
             offsetof(Block, data)),
        item(T("List"), CLUSPROP_FORMAT_MULTI_SZ, pointer(T("a\0b\0")), 10, 0, 0,
             offsetof(Block, list)),
        item(T("Big"), CLUSPROP_FORMAT_ULARGE_INTEGER, pointer(&kBig), 0, 0, 0,
             offsetof(Block, big)),
        item(T("Time"), CLUSPROP_FORMAT_FILETIME, pointer(&kTime), 0, 0, 0, offsetof(Block, time)),
        item(T("Folder"), CLUSPROP_FORMAT_EXPAND_SZ, pointer(T("%X%\\y")), 0, 0, 0,
             offsetof(Block, folder)),
        item(T("Level"), CLUSPROP_FORMAT_LONG, static_cast<DWORD>(-4), 0, 0,
             RESUTIL_PROPITEM_SIGNED, offsetof(Block, level)),
        RESUTIL_PROPERTY_ITEM{}};
}

BYTE* bytes(Block& block) {
    return static_cast<BYTE*>(static_cast<void*>(&block));
}

void free_block(Block& block, std::vector<RESUTIL_PROPERTY_ITEM>& table) {
    ResUtilFreeParameterBlock(bytes(block), nullptr, table.data());
}

void defaults_into_block() {
    const Fixture fixture;
    auto table = full_table();
    Block block{};
    LPWSTR wrong = nullptr;
    CHECK_EQUAL(
        ResUtilGetPropertiesToParameterBlock(fixture.key, table.data(), bytes(block), TRUE, &wrong),
        DWORD{ERROR_FILE_NOT_FOUND});
    CHECK(wrong == table[0].Name);
    CHECK_EQUAL(ResUtilGetPropertiesToParameterBlock(fixture.key, table.data(), bytes(block), FALSE,
                                                     &wrong),
                0u);
    CHECK(wrong == nullptr && block.command == nullptr && block.count == 7 && block.level == -4);
    CHECK(block.data_size == 3 && std::memcmp(block.data, kDefaultData, 3) == 0);
    CHECK(block.list_size == 10 && block.big.QuadPart == 0x1122334455667788);
    CHECK(block.time.dwLowDateTime == 5 && block.time.dwHighDateTime == 6);
    CHECK(text(block.folder) == u"%X%\\y");
    // Again: what the block holds is freed and replaced.
    CHECK_EQUAL(ResUtilSetSzValue(fixture.key, T("Command"), T("run"), nullptr), 0u);
    CHECK_EQUAL(
        ResUtilGetPropertiesToParameterBlock(fixture.key, table.data(), bytes(block), TRUE, &wrong),
        0u);
    CHECK(text(block.command) == u"run");
    free_block(block, table);
    CHECK_EQUAL(ResUtilSetDwordValue(fixture.key, T("Command"), 1, nullptr), 0u);
    block = {};
    CHECK_EQUAL(
        ResUtilGetPropertiesToParameterBlock(fixture.key, table.data(), bytes(block), TRUE, &wrong),
        DWORD{ERROR_INVALID_PARAMETER});
    CHECK_EQUAL(
        ResUtilGetPropertiesToParameterBlock(nullptr, table.data(), bytes(block), TRUE, &wrong),
        DWORD{ERROR_BAD_ARGUMENTS});
}

void list_from_block() {
    const Fixture fixture;
    auto table = full_table();
    Block block{};
    CHECK_EQUAL(ResUtilGetPropertiesToParameterBlock(fixture.key, table.data(), bytes(block), FALSE,
                                                     nullptr),
                0u);
    Bytes from_block(1000);
    Bytes from_key(1000);
    DWORD size = 10;
    DWORD returned = 1;
    DWORD required = 0;
    CHECK_EQUAL(ResUtilPropertyListFromParameterBlock(table.data(), from_block.data(), &size,
                                                      bytes(block), &returned, &required),
                DWORD{ERROR_MORE_DATA});
    CHECK(returned == 0 && required > 100);
    size = required;
    CHECK_EQUAL(ResUtilPropertyListFromParameterBlock(table.data(), from_block.data(), &size,
                                                      bytes(block), &returned, &required),
                0u);
    CHECK(returned == size && required == 0);
    CHECK_EQUAL(ResUtilGetProperties(fixture.key, table.data(), from_key.data(), 1000, &returned,
                                     &required),
                0u);
    CHECK(from_block == from_key);
    free_block(block, table);
}

void property_by_property() {
    const Fixture fixture;
    auto table = full_table();
    Bytes whole(1000);
    DWORD returned = 0;
    CHECK_EQUAL(
        ResUtilGetProperties(fixture.key, table.data(), whole.data(), 1000, &returned, nullptr),
        0u);
    DWORD total = 4;
    DWORD count = 0;
    for (std::size_t i = 0; i + 1 < table.size(); ++i) {
        CHECK_EQUAL(ResUtilGetPropertySize(fixture.key, &table[i], &total, &count), 0u);
    }
    CHECK(total == returned && count == 8);
    Bytes pieces(total);
    PVOID out = pieces.data() + 4;
    DWORD left = total - 4;
    for (std::size_t i = 0; i + 1 < table.size(); ++i) {
        CHECK_EQUAL(ResUtilGetProperty(fixture.key, &table[i], &out, &left), 0u);
    }
    CHECK(left == 0 && std::memcmp(pieces.data() + 4, whole.data() + 4, total - 4) == 0);
    CHECK_EQUAL(ResUtilGetProperty(fixture.key, table.data(), &out, &left), DWORD{ERROR_MORE_DATA});
    CHECK_EQUAL(ResUtilSetDwordValue(fixture.key, T("Command"), 1, nullptr), 0u);
    CHECK_EQUAL(ResUtilGetPropertySize(fixture.key, table.data(), &total, &count),
                DWORD{ERROR_INVALID_PARAMETER});
    CHECK_EQUAL(ResUtilGetPropertySize(nullptr, table.data(), &total, &count),
                DWORD{ERROR_BAD_ARGUMENTS});
}

void duplicate_and_free() {
    const Fixture fixture;
    auto table = full_table();
    Block block{};
    CHECK_EQUAL(ResUtilGetPropertiesToParameterBlock(fixture.key, table.data(), bytes(block), FALSE,
                                                     nullptr),
                0u);
    Block copy{};
    CHECK_EQUAL(ResUtilDupParameterBlock(bytes(copy), bytes(block), table.data()), 0u);
    CHECK(copy.folder != block.folder && text(copy.folder) == text(block.folder));
    CHECK(copy.data != block.data && copy.big.QuadPart == block.big.QuadPart);
    LocalFree(copy.folder);
    copy.folder = block.folder;
    ResUtilFreeParameterBlock(bytes(copy), bytes(block), table.data());
    CHECK(text(block.folder) == u"%X%\\y");
    for (int call = 1; call <= 3; ++call) {
        Block partial{};
        seam::fail_allocation(call);
        CHECK_EQUAL(ResUtilDupParameterBlock(bytes(partial), bytes(block), table.data()),
                    DWORD{ERROR_NOT_ENOUGH_MEMORY});
        free_block(partial, table);
    }
    CHECK_EQUAL(ResUtilDupParameterBlock(nullptr, bytes(block), table.data()),
                DWORD{ERROR_BAD_ARGUMENTS});
    ResUtilFreeParameterBlock(nullptr, nullptr, table.data());
    free_block(block, table);
}

Bytes sample_list() {
    ListWriter writer;
    writer.add(u"count", {Format::kDword, {3, 0, 0, 0}});
    writer.add(u"Other", {Format::kSz, text_bytes(u"x")});
    return writer.list();
}

DWORD size_of(const Bytes& list) {
    return static_cast<DWORD>(list.size());
}

void set_table() {
    Fixture fixture;
    auto table = full_table();
    Bytes list = sample_list();
    Block block{};
    CHECK_EQUAL(ResUtilSetPropertyTable(fixture.key, table.data(), nullptr, FALSE, list.data(),
                                        size_of(list), bytes(block)),
                DWORD{ERROR_INVALID_PARAMETER});
    CHECK(fixture.recorder.changes.empty() && block.count == 0);
    CHECK_EQUAL(ResUtilSetPropertyTable(fixture.key, table.data(), nullptr, TRUE, list.data(),
                                        size_of(list), bytes(block)),
                0u);
    CHECK(fixture.recorder.changes.size() == 2 && block.count == 3);
    CHECK(cluster_database().query_value(fixture.path, u"Count")->name == u"Count");
    block.count = 0;
    CHECK_EQUAL(ResUtilSetPropertyTable(fixture.key, table.data(), nullptr, TRUE, list.data(),
                                        size_of(list), bytes(block)),
                0u);
    CHECK(fixture.recorder.changes.size() == 2 && block.count == 0);  // nothing had changed
    CHECK_EQUAL(ResUtilSetPropertyTableEx(fixture.key, table.data(), nullptr, TRUE, list.data(),
                                          size_of(list), TRUE, bytes(block)),
                0u);
    CHECK(fixture.recorder.changes.size() == 4 && block.count == 3);
    CHECK_EQUAL(ResUtilSetPropertyTable(nullptr, table.data(), nullptr, TRUE, list.data(),
                                        size_of(list), nullptr),
                DWORD{ERROR_BAD_ARGUMENTS});
    cluster_database().inject_fault("ClusterRegSetValue", 2, ERROR_GEN_FAILURE);
    CHECK_EQUAL(ResUtilSetPropertyTableEx(fixture.key, table.data(), nullptr, TRUE, list.data(),
                                          size_of(list), TRUE, nullptr),
                DWORD{ERROR_GEN_FAILURE});
}

void set_block() {
    Fixture fixture;
    auto table = full_table();
    Bytes list = sample_list();
    Block live{};
    Block next{};
    CHECK_EQUAL(ResUtilDupParameterBlock(bytes(next), bytes(live), table.data()), 0u);
    CHECK_EQUAL(ResUtilVerifyPropertyTable(table.data(), nullptr, TRUE, list.data(), size_of(list),
                                           bytes(next)),
                0u);
    CHECK_EQUAL(next.count, 3u);
    CHECK_EQUAL(ResUtilSetPropertyParameterBlock(fixture.key, table.data(), nullptr, bytes(next),
                                                 list.data(), size_of(list), bytes(live)),
                0u);
    CHECK_EQUAL(live.count, 3u);
    DWORD stored = 0;
    CHECK_EQUAL(ResUtilGetDwordValue(fixture.key, T("Count"), &stored, 0), 0u);
    CHECK_EQUAL(stored, 3u);
    CHECK(cluster_database().query_value(fixture.path, u"Other").has_value());
    CHECK(!cluster_database().query_value(fixture.path, u"Command").has_value());
    const std::size_t writes = fixture.recorder.changes.size();
    CHECK_EQUAL(ResUtilSetPropertyParameterBlock(fixture.key, table.data(), nullptr, bytes(next),
                                                 list.data(), size_of(list), nullptr),
                0u);
    CHECK_EQUAL(fixture.recorder.changes.size(), writes);
    CHECK_EQUAL(ResUtilSetPropertyParameterBlockEx(fixture.key, table.data(), nullptr, bytes(next),
                                                   list.data(), size_of(list), TRUE, nullptr),
                0u);
    CHECK(fixture.recorder.changes.size() > writes);
    table[1].Flags = RESUTIL_PROPITEM_READ_ONLY;
    CHECK_EQUAL(ResUtilSetPropertyParameterBlock(fixture.key, table.data(), nullptr, bytes(next),
                                                 list.data(), size_of(list), nullptr),
                DWORD{ERROR_INVALID_PARAMETER});
    CHECK_EQUAL(ResUtilSetPropertyParameterBlock(fixture.key, nullptr, nullptr, bytes(next),
                                                 list.data(), size_of(list), nullptr),
                DWORD{ERROR_BAD_ARGUMENTS});
    ResUtilFreeParameterBlock(bytes(next), bytes(live), table.data());
    free_block(live, table);
}

void unknown_properties() {
    const Fixture fixture;
    auto table = full_table();
    Bytes list = sample_list();
    CHECK_EQUAL(ResUtilSetUnknownProperties(fixture.key, table.data(), list.data(), size_of(list)),
                0u);
    CHECK(!cluster_database().query_value(fixture.path, u"count").has_value());
    CHECK(cluster_database().query_value(fixture.path, u"Other").has_value());
    Bytes all(2000);
    Bytes grown(2000);
    DWORD returned = 0;
    DWORD required = 0;
    CHECK_EQUAL(
        ResUtilGetAllProperties(fixture.key, table.data(), all.data(), 2000, &returned, &required),
        0u);
    const DWORD whole = returned;
    CHECK_EQUAL(
        ResUtilGetProperties(fixture.key, table.data(), grown.data(), 2000, &returned, &required),
        0u);
    const DWORD known = returned;
    CHECK(known < whole);
    CHECK_EQUAL(ResUtilAddUnknownProperties(fixture.key, table.data(), grown.data(), known,
                                            &returned, &required),
                DWORD{ERROR_MORE_DATA});
    CHECK(required == whole && returned == known);
    CHECK_EQUAL(ResUtilAddUnknownProperties(fixture.key, table.data(), grown.data(), 2000,
                                            &returned, &required),
                0u);
    CHECK(returned == whole && grown == all && grown[0] == 9);
    CHECK_EQUAL(ResUtilGetPrivateProperties(fixture.key, grown.data(), 2000, &returned, &required),
                0u);
    CHECK_EQUAL(returned, 4 + property_bytes(u"Other", {Format::kSz, text_bytes(u"x")}).size());
    CHECK_EQUAL(ResUtilGetPrivateProperties(nullptr, grown.data(), 2000, &returned, &required),
                DWORD{ERROR_BAD_ARGUMENTS});
    WCHAR names[10];
    CHECK_EQUAL(ResUtilEnumPrivateProperties(fixture.key, names, 14, &returned, &required), 0u);
    CHECK(returned == 14 && text(names) == u"Other" && names[6] == 0);
    CHECK_EQUAL(ResUtilEnumPrivateProperties(fixture.key, names, 13, &returned, &required),
                DWORD{ERROR_MORE_DATA});
    CHECK_EQUAL(required, 14u);
}

void private_list() {
    const Fixture fixture;
    ListWriter writer;
    writer.add(u"Sub\\Deep\\Value", {Format::kDword, {9, 0, 0, 0}});
    writer.add(u"Plain", {Format::kFileTime, Bytes(8, 1)});
    Bytes list = writer.list();
    CHECK_EQUAL(ResUtilSetPrivatePropertyList(fixture.key, list.data(), size_of(list)), 0u);
    CHECK(cluster_database().query_value(fixture.path + u"\\sub\\deep", u"value").has_value());
    CHECK_EQUAL(cluster_database().query_value(fixture.path, u"Plain")->type, 11u);
    CHECK_EQUAL(ResUtilSetPrivatePropertyList(fixture.key, nullptr, 0),
                DWORD{ERROR_INSUFFICIENT_BUFFER});
    CHECK_EQUAL(ResUtilSetPrivatePropertyList(nullptr, list.data(), size_of(list)),
                DWORD{ERROR_BAD_ARGUMENTS});
    list[4] = 9;
    CHECK_EQUAL(ResUtilSetPrivatePropertyList(fixture.key, list.data(), size_of(list)),
                DWORD{ERROR_INVALID_PARAMETER});
}

void subkeys_and_memory() {
    Fixture fixture;
    std::vector<RESUTIL_PROPERTY_ITEM> table = {
        item(T("Deep"), CLUSPROP_FORMAT_DWORD, 4, 0, 0, 0, 0),
        item(T("Status"), CLUSPROP_FORMAT_DWORD, 5, 0, 0, RESUTIL_PROPITEM_IN_MEMORY, 4),
        RESUTIL_PROPERTY_ITEM{}};
    table[0].KeyName = name(T("Sub"));
    ListWriter writer;
    writer.add(u"Deep", {Format::kDword, {1, 0, 0, 0}});
    writer.add(u"Status", {Format::kDword, {2, 0, 0, 0}});
    Bytes list = writer.list();
    DWORD block[2] = {0, 0};
    auto* const start = static_cast<LPBYTE>(static_cast<void*>(block));
    CHECK_EQUAL(ResUtilSetPropertyTable(fixture.key, table.data(), nullptr, FALSE, list.data(),
                                        size_of(list), start),
                0u);
    CHECK(block[0] == 1 && block[1] == 2);
    CHECK(cluster_database().query_value(fixture.path + u"\\Sub", u"Deep").has_value());
    CHECK(!cluster_database().query_value(fixture.path, u"Status").has_value());
    CHECK_EQUAL(
        ResUtilGetPropertiesToParameterBlock(fixture.key, table.data(), start, FALSE, nullptr), 0u);
    CHECK(block[0] == 1 && block[1] == 5);
}

}  // namespace properties_tests

void add_property_tests(Tests& tests) {
    using namespace properties_tests;
    tests.emplace_back("defaults into block", defaults_into_block);
    tests.emplace_back("list from block", list_from_block);
    tests.emplace_back("property by property", property_by_property);
    tests.emplace_back("duplicate and free", duplicate_and_free);
    tests.emplace_back("set table", set_table);
    tests.emplace_back("set block", set_block);
    tests.emplace_back("unknown properties", unknown_properties);
    tests.emplace_back("private list", private_list);
    tests.emplace_back("subkeys and memory", subkeys_and_memory);
}

}  // namespace resforge::rhs
