// Lists byte for byte: the worked examples, every parsing rule, the size protocol.
#include <cstring>

#include "cluster_property_list.h"
#include "json.h"
#include "tests.h"

namespace resforge::rhs {
namespace lists_tests {

using namespace calls;
using seam::Fixture;
using seam::name;

constexpr char kList[] =
    "03000000 03000400 0A000000 50006F00720074000000 0000 02000100 04000000 901F0000 00000000"
    "03000400 12000000 48006F00730074004E0061006D0065000000 0000"
    "03000100 0E000000 6E006F00640065002D0061000000 0000 00000000"
    "03000400 0C000000 500061007400680073000000"
    "05000100 18000000 43003A005C0061000000 44003A005C00620063000000 0000 00000000";
constexpr char kNames[] =
    "50006F00720074000000 48006F00730074004E0061006D0065000000 500061007400680073000000 0000";
constexpr char kFormats[] =
    "02000000 03000400 0A000000 50006F00720074000000 0000 0B000100 02000000 0200 0000 00000000"
    "03000400 0C000000 500061007400680073000000 0B000100 02000000 0500 0000 00000000";

struct Block {
    DWORD port;
    LPWSTR host_name;
    LPWSTR paths;
    DWORD paths_size;
};

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

std::vector<RESUTIL_PROPERTY_ITEM> worked_table() {
    return {item(T("Port"), CLUSPROP_FORMAT_DWORD, 80, 0, 65535, 0, offsetof(Block, port)),
            item(T("HostName"), CLUSPROP_FORMAT_SZ, 0, 0, 0, 0, offsetof(Block, host_name)),
            item(T("Paths"), CLUSPROP_FORMAT_MULTI_SZ, 0, 0, 0, 0, offsetof(Block, paths)),
            RESUTIL_PROPERTY_ITEM{}};
}

DWORD size_of(const Bytes& bytes) {
    return static_cast<DWORD>(bytes.size());
}

DWORD verify(std::vector<RESUTIL_PROPERTY_ITEM>& table, Bytes list, BOOL unknown = TRUE) {
    return ResUtilVerifyPropertyTable(table.data(), nullptr, unknown, list.data(), size_of(list),
                                      nullptr);
}

void worked_list() {
    const Fixture fixture;
    auto table = worked_table();
    Bytes list = bytes_from_hex(kList);
    CHECK_EQUAL(list.size(), 152u);
    CHECK_EQUAL(ResUtilSetPropertyTable(fixture.key, table.data(), nullptr, FALSE, list.data(),
                                        size_of(list), nullptr),
                0u);
    BYTE output[152];
    DWORD returned = 0;
    DWORD required = 0;
    CHECK_EQUAL(ResUtilGetProperties(fixture.key, table.data(), output, 151, &returned, &required),
                DWORD{ERROR_MORE_DATA});
    CHECK(returned == 0 && required == 152);
    CHECK_EQUAL(ResUtilGetProperties(fixture.key, table.data(), output, 152, &returned, &required),
                0u);
    CHECK(returned == 152 && std::memcmp(output, list.data(), 152) == 0);
    CHECK_EQUAL(
        ResUtilGetAllProperties(fixture.key, table.data(), nullptr, 0, &returned, &required),
        DWORD{ERROR_MORE_DATA});
    CHECK_EQUAL(required, 152u);
}

void worked_outputs() {
    auto table = worked_table();
    Bytes output(100, 0xEE);
    DWORD returned = 0;
    DWORD required = 0;
    auto* const names = static_cast<LPWSTR>(static_cast<void*>(output.data()));
    CHECK_EQUAL(ResUtilEnumProperties(table.data(), names, 41, &returned, &required),
                DWORD{ERROR_MORE_DATA});
    CHECK(required == 42 && returned == 0 && output[0] == 0xEE);
    CHECK_EQUAL(ResUtilEnumProperties(table.data(), names, 42, &returned, &required), 0u);
    CHECK(returned == 42 && std::memcmp(names, bytes_from_hex(kNames).data(), 42) == 0);
    table.erase(table.begin() + 1);
    CHECK_EQUAL(ResUtilGetPropertyFormats(table.data(), output.data(), 76, &returned, &required),
                0u);
    CHECK(returned == 76 && std::memcmp(output.data(), bytes_from_hex(kFormats).data(), 76) == 0);
    CHECK_EQUAL(ResUtilEnumProperties(&table.back(), names, 2, &returned, nullptr), 0u);
    CHECK(returned == 2 && output[0] == 0 && output[1] == 0);
    CHECK_EQUAL(ResUtilGetPropertyFormats(&table.back(), output.data(), 4, &returned, nullptr), 0u);
    CHECK(returned == 4 && std::memcmp(output.data(), "\0\0\0\0", 4) == 0);
}

void verify_errors() {
    auto table = worked_table();
    const Bytes good = bytes_from_hex(kList);
    CHECK_EQUAL(verify(table, good), 0u);
    CHECK_EQUAL(ResUtilVerifyPropertyTable(table.data(), nullptr, TRUE, nullptr, 0, nullptr),
                DWORD{ERROR_INVALID_DATA});
    CHECK_EQUAL(verify(table, {1, 0, 0}), DWORD{ERROR_INSUFFICIENT_BUFFER});
    // Every cut ends inside something announced; the last byte of the endmark is the endmark.
    for (std::size_t size = 4; size < good.size(); ++size) {
        const DWORD status =
            verify(table, Bytes(good.begin(), good.begin() + static_cast<long>(size)));
        CHECK(status == ERROR_INSUFFICIENT_BUFFER || status == ERROR_INVALID_DATA);
    }
    const auto changed = [&](std::size_t at, std::uint8_t value) {
        Bytes list = good;
        list[at] = value;
        return verify(table, list);
    };
    CHECK_EQUAL(changed(0, 4), DWORD{ERROR_INSUFFICIENT_BUFFER});        // one property too many
    CHECK_EQUAL(changed(0, 2), 0u);                                      // bytes after the end
    CHECK_EQUAL(changed(4, 2), DWORD{ERROR_INVALID_PARAMETER});          // name syntax
    CHECK_EQUAL(changed(0x0C, 0), DWORD{ERROR_INVALID_DATA});            // empty name
    CHECK_EQUAL(changed(0x16, 7), 0u);                                   // padding is ignored
    CHECK_EQUAL(changed(0x18, 3), DWORD{ERROR_INVALID_PARAMETER});       // value format
    CHECK_EQUAL(changed(0x1A, 2), DWORD{ERROR_INVALID_PARAMETER});       // value type
    CHECK_EQUAL(changed(0x1C, 3), DWORD{ERROR_INVALID_DATA});            // DWORD of 3 bytes
    CHECK_EQUAL(changed(0x1F, 0xFF), DWORD{ERROR_INSUFFICIENT_BUFFER});  // size near 2^32
    CHECK_EQUAL(changed(0x22, 1), DWORD{ERROR_INVALID_PARAMETER});       // 73616 > 65535
    CHECK_EQUAL(changed(0x24, 1), DWORD{ERROR_INVALID_DATA});            // endmark not zero
    CHECK_EQUAL(changed(0x58, 1), DWORD{ERROR_INVALID_DATA});            // SZ without NUL
    CHECK_EQUAL(verify(table, bytes_from_hex("01000000 03000400 0A000000 50006F00720074006100")),
                DWORD{ERROR_INVALID_DATA});  // name without NUL
}

void verify_access() {
    auto table = worked_table();
    const Bytes good = bytes_from_hex(kList);
    table[0].Flags = RESUTIL_PROPITEM_READ_ONLY;
    CHECK_EQUAL(verify(table, good), DWORD{ERROR_INVALID_PARAMETER});
    table.erase(table.begin());
    CHECK_EQUAL(verify(table, good, TRUE), 0u);
    CHECK_EQUAL(verify(table, good, FALSE), DWORD{ERROR_INVALID_PARAMETER});
    Bytes list = good;
    CHECK_EQUAL(ResUtilVerifyPrivatePropertyList(list.data(), size_of(list)), 0u);
    CHECK_EQUAL(ResUtilVerifyPrivatePropertyList(nullptr, 0), DWORD{ERROR_INVALID_DATA});
    CHECK_EQUAL(ResUtilVerifyPrivatePropertyList(list.data(), 3), DWORD{ERROR_INSUFFICIENT_BUFFER});
    list[0x18] = 0x0B;  // WORD: only format lists carry it
    CHECK_EQUAL(ResUtilVerifyPrivatePropertyList(list.data(), size_of(list)),
                DWORD{ERROR_INVALID_PARAMETER});
}

void ranges() {
    RESUTIL_LARGEINT_DATA large{};
    large.Minimum.QuadPart = -5;
    large.Maximum.QuadPart = 5;
    RESUTIL_ULARGEINT_DATA unsigned_large{};
    unsigned_large.Minimum.QuadPart = 10;
    unsigned_large.Maximum.QuadPart = ~0ULL;
    const auto minus_two = static_cast<DWORD>(-2);
    std::vector<RESUTIL_PROPERTY_ITEM> table = {
        item(T("L"), CLUSPROP_FORMAT_LONG, 0, minus_two, 2, RESUTIL_PROPITEM_SIGNED, 0),
        item(T("I"), CLUSPROP_FORMAT_LARGE_INTEGER, reinterpret_cast<DWORD_PTR>(&large), 0, 0, 0,
             0),
        item(T("U"), CLUSPROP_FORMAT_ULARGE_INTEGER, reinterpret_cast<DWORD_PTR>(&unsigned_large),
             0, 0, 0, 0),
        item(T("N"), CLUSPROP_FORMAT_DWORD, 0, 0, 0, 0, 0), RESUTIL_PROPERTY_ITEM{}};
    const auto status = [&](std::u16string_view which, Format format, std::int64_t value) {
        Bytes data(format == Format::kLong || format == Format::kDword ? 4 : 8);
        std::memcpy(data.data(), &value, data.size());
        ListWriter writer;
        writer.add(which, {format, data});
        return verify(table, writer.list());
    };
    CHECK(status(u"l", Format::kLong, -2) == 0 && status(u"L", Format::kLong, 2) == 0);
    CHECK(status(u"L", Format::kLong, -3) == ERROR_INVALID_PARAMETER);
    CHECK(status(u"L", Format::kLong, 3) == ERROR_INVALID_PARAMETER);
    CHECK(status(u"I", Format::kLargeInteger, -5) == 0);
    CHECK(status(u"I", Format::kLargeInteger, -6) == ERROR_INVALID_PARAMETER);
    CHECK(status(u"U", Format::kULargeInteger, -1) == 0);
    CHECK(status(u"U", Format::kULargeInteger, 9) == ERROR_INVALID_PARAMETER);
    CHECK(status(u"N", Format::kDword, -1) == 0);
}

void find_errors() {
    Bytes list = bytes_from_hex(kList);
    const auto find = [&list](const WCHAR* which, DWORD size) {
        DWORD port = 0;
        return ResUtilFindDwordProperty(list.data(), size, which, &port);
    };
    CHECK_EQUAL(find(T("port"), size_of(list)), 0u);
    CHECK_EQUAL(find(T("absent"), size_of(list)), DWORD{ERROR_FILE_NOT_FOUND});
    CHECK_EQUAL(find(T("HostName"), size_of(list)), DWORD{ERROR_INVALID_DATA});  // format
    CHECK_EQUAL(ResUtilFindDwordProperty(nullptr, 0, T("Port"), nullptr),
                DWORD{ERROR_INVALID_DATA});
    CHECK_EQUAL(find(nullptr, size_of(list)), DWORD{ERROR_INVALID_PARAMETER});
    for (DWORD size = 0; size < 0x28; ++size) {
        CHECK_EQUAL(find(T("Port"), size), DWORD{ERROR_INVALID_DATA});
    }
    CHECK_EQUAL(find(T("Port"), 0x28), 0u);
    for (const std::size_t at : {0x04, 0x1C, 0x24, 0x0C}) {
        Bytes bad = list;
        bad[at] = static_cast<std::uint8_t>(bad[at] == 0x50 ? 0 : bad[at] + 3);
        CHECK_EQUAL(ResUtilFindDwordProperty(bad.data(), size_of(bad), T("Port"), nullptr),
                    DWORD{ERROR_INVALID_DATA});
    }
}

void duplicate_names() {
    const Fixture fixture;
    auto table = worked_table();
    ListWriter writer;
    writer.add(u"Port", {Format::kDword, {1, 0, 0, 0}});
    writer.add(u"PORT", {Format::kDword, {2, 0, 0, 0}});
    Bytes list = writer.list();
    DWORD port = 0;
    CHECK_EQUAL(ResUtilFindDwordProperty(list.data(), size_of(list), T("port"), &port), 0u);
    CHECK_EQUAL(port, 1u);
    CHECK_EQUAL(ResUtilSetPropertyTable(fixture.key, table.data(), nullptr, FALSE, list.data(),
                                        size_of(list), nullptr),
                0u);
    CHECK_EQUAL(ResUtilGetDwordValue(fixture.key, T("Port"), &port, 0), 0u);
    CHECK_EQUAL(port, 2u);
}

void empty_multi_strings() {
    const Fixture fixture;
    auto table = worked_table();
    for (const std::size_t size : {2u, 4u}) {
        ListWriter writer;
        writer.add(u"Paths", {Format::kMultiSz, Bytes(size, 0)});
        Bytes list = writer.list();
        CHECK_EQUAL(ResUtilSetPropertyTableEx(fixture.key, table.data(), nullptr, FALSE,
                                              list.data(), size_of(list), TRUE, nullptr),
                    0u);
        const auto stored = cluster_database().query_value(fixture.path, u"Paths");
        CHECK(stored && stored->data == Bytes(2, 0));
    }
}

}  // namespace lists_tests

void add_list_tests(Tests& tests) {
    using namespace lists_tests;
    tests.emplace_back("worked list", worked_list);
    tests.emplace_back("worked outputs", worked_outputs);
    tests.emplace_back("verify errors", verify_errors);
    tests.emplace_back("verify access", verify_access);
    tests.emplace_back("ranges", ranges);
    tests.emplace_back("find errors", find_errors);
    tests.emplace_back("duplicate names", duplicate_names);
    tests.emplace_back("empty multi-strings", empty_multi_strings);
}

}  // namespace resforge::rhs
