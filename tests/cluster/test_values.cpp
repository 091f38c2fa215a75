// Find*, Get*Property, single values, strings and services.
#include <cstring>

#include "cluster_property_list.h"
#include "cluster_services.h"
#include "tests.h"

namespace resforge::rhs {
namespace values_tests {

using namespace calls;
using seam::Fixture;
using seam::text;

DWORD size_of(const Bytes& list) {
    return static_cast<DWORD>(list.size());
}

Bytes every_format() {
    ListWriter writer;
    writer.add(u"dword", {Format::kDword, {1, 2, 3, 4}});
    writer.add(u"long", {Format::kLong, {0xFE, 0xFF, 0xFF, 0xFF}});
    writer.add(u"big", {Format::kULargeInteger, {1, 0, 0, 0, 0, 0, 0, 0x80}});
    writer.add(u"time", {Format::kFileTime, {1, 0, 0, 0, 2, 0, 0, 0}});
    writer.add(u"sz", {Format::kSz, text_bytes(u"text")});
    writer.add(u"expand", {Format::kExpandSz, text_bytes(u"%RESFORGE_NO_SUCH%x")});
    writer.add(u"multi", {Format::kMultiSz, multi_string_value({}, {u"a", u"bc"}).data});
    writer.add(u"binary", {Format::kBinary, {9, 8, 7}});
    return writer.list();
}

void find_values() {
    const Fixture fixture;
    Bytes list = every_format();
    const DWORD size = size_of(list);
    DWORD number = 0;
    LONG level = 0;
    ULONGLONG big = 0;
    FILETIME time{};
    CHECK_EQUAL(ResUtilFindDwordProperty(list.data(), size, T("DWORD"), &number), 0u);
    CHECK_EQUAL(ResUtilFindLongProperty(list.data(), size, T("long"), &level), 0u);
    CHECK_EQUAL(ResUtilFindULargeIntegerProperty(list.data(), size, T("big"), &big), 0u);
    CHECK_EQUAL(ResUtilFindFileTimeProperty(list.data(), size, T("time"), &time), 0u);
    CHECK(number == 0x04030201 && level == -2 && big == 0x8000000000000001);
    CHECK(time.dwLowDateTime == 1 && time.dwHighDateTime == 2);
    LPWSTR words = nullptr;
    CHECK_EQUAL(ResUtilFindSzProperty(list.data(), size, T("sz"), &words), 0u);
    CHECK(text(words) == u"text");
    LocalFree(words);
    CHECK_EQUAL(ResUtilFindExpandSzProperty(list.data(), size, T("expand"), &words), 0u);
    LocalFree(words);
    CHECK_EQUAL(ResUtilFindExpandedSzProperty(list.data(), size, T("expand"), &words), 0u);
    CHECK(text(words) == u"%RESFORGE_NO_SUCH%x");
    LocalFree(words);
    CHECK_EQUAL(ResUtilFindSzProperty(list.data(), size, T("sz"), nullptr), 0u);
    CHECK_EQUAL(ResUtilFindMultiSzProperty(list.data(), size, T("multi"), &words, &number), 0u);
    CHECK(number == 12 && text(words) == u"a" && text(words + 2) == u"bc");
    LocalFree(words);
    LPBYTE data = nullptr;
    CHECK_EQUAL(ResUtilFindBinaryProperty(list.data(), size, T("binary"), &data, &number), 0u);
    CHECK(number == 3 && data[2] == 7);
    LocalFree(data);
    seam::fail_allocation(1);
    CHECK_EQUAL(ResUtilFindBinaryProperty(list.data(), size, T("binary"), &data, &number),
                DWORD{ERROR_NOT_ENOUGH_MEMORY});
}

// A pointer to the value entry of the first property of a list of one.
struct Walk {
    explicit Walk(const PropertyValue& value) : list(property_bytes(u"n", value)) {
        position = list.data() + 12;
        left = size_of(list) - 12;
    }
    template <typename Entry>
    Entry entry() const {
        return static_cast<Entry>(static_cast<void*>(position));
    }
    Bytes list;
    LPBYTE position;
    DWORD left;
};

void walk_numbers() {
    DWORD number = 0;
    Walk dword({Format::kDword, {5, 0, 0, 0}});
    const DWORD before = dword.left;
    CHECK_EQUAL(ResUtilGetDwordProperty(&number, dword.entry<PCLUSPROP_DWORD>(), 0, 6, 9,
                                        &dword.position, &dword.left),
                DWORD{ERROR_INVALID_PARAMETER});
    CHECK_EQUAL(dword.left, before);
    CHECK_EQUAL(ResUtilGetDwordProperty(&number, dword.entry<PCLUSPROP_DWORD>(), 0, 1, 9,
                                        &dword.position, &dword.left),
                0u);
    CHECK(number == 5 && dword.left == 4);
    CHECK_EQUAL(ResUtilGetDwordProperty(&number, dword.entry<PCLUSPROP_DWORD>(), 0, 0, 0,
                                        &dword.position, &dword.left),
                DWORD{ERROR_INVALID_PARAMETER});  // 4 bytes are no entry
    LONG level = 0;
    Walk signed_number({Format::kLong, {0xFF, 0xFF, 0xFF, 0xFF}});
    CHECK_EQUAL(ResUtilGetLongProperty(&level, signed_number.entry<PCLUSPROP_LONG>(), 0, -2, 2,
                                       &signed_number.position, &signed_number.left),
                0u);
    CHECK_EQUAL(level, -1);
    FILETIME time{};
    Walk moment({Format::kFileTime, {1, 0, 0, 0, 2, 0, 0, 0}});
    CHECK_EQUAL(ResUtilGetFileTimeProperty(&time, moment.entry<PCLUSPROP_FILETIME>(), {}, {0, 3},
                                           {0, 4}, &moment.position, &moment.left),
                DWORD{ERROR_INVALID_PARAMETER});
    CHECK_EQUAL(ResUtilGetFileTimeProperty(&time, moment.entry<PCLUSPROP_FILETIME>(), {}, {}, {},
                                           &moment.position, &moment.left),
                0u);
    CHECK(time.dwHighDateTime == 2 && moment.left == 4);
}

void walk_blocks() {
    const Fixture fixture;
    Walk words({Format::kSz, text_bytes(u"new")});
    LPWSTR held = ResUtilDupString(T("old"));
    LPWSTR const old = held;
    CHECK_EQUAL(
        ResUtilGetSzProperty(&held, words.entry<PCLUSPROP_SZ>(), old, &words.position, &words.left),
        0u);
    CHECK(held != old && text(held) == u"new" && words.left == 4);
    LocalFree(old);
    Walk same({Format::kSz, text_bytes(u"new")});
    LPWSTR const kept = held;
    CHECK_EQUAL(
        ResUtilGetSzProperty(&held, same.entry<PCLUSPROP_SZ>(), held, &same.position, &same.left),
        0u);
    CHECK(held == kept);
    LocalFree(held);
    Walk several({Format::kMultiSz, multi_string_value({}, {u"a"}).data});
    LPWSTR strings = nullptr;
    DWORD size = 0;
    CHECK_EQUAL(ResUtilGetMultiSzProperty(&strings, &size, several.entry<PCLUSPROP_SZ>(), nullptr,
                                          0, &several.position, &several.left),
                0u);
    CHECK(size == 6 && text(strings) == u"a");
    LocalFree(strings);
    Walk raw({Format::kBinary, {1, 2, 3, 4, 5}});
    LPBYTE data = nullptr;
    CHECK_EQUAL(ResUtilGetBinaryProperty(&data, &size, raw.entry<PCLUSPROP_BINARY>(), nullptr, 0,
                                         &raw.position, &raw.left),
                0u);
    CHECK(size == 5 && data[4] == 5 && raw.left == 4);
    LocalFree(data);
    CHECK_EQUAL(ResUtilGetBinaryProperty(nullptr, &size, raw.entry<PCLUSPROP_BINARY>(), nullptr, 0,
                                         &raw.position, &raw.left),
                DWORD{ERROR_INVALID_PARAMETER});
}

void single_numbers() {
    const Fixture fixture;
    DWORD number = 0;
    ULONGLONG big = 0;
    CHECK_EQUAL(ResUtilGetDwordValue(fixture.key, T("n"), &number, 42), 0u);
    CHECK_EQUAL(number, 42u);
    CHECK_EQUAL(ResUtilSetDwordValue(fixture.key, T("n"), 7, &number), 0u);
    CHECK_EQUAL(number, 7u);
    CHECK_EQUAL(ResUtilGetQwordValue(fixture.key, T("n"), &big, 1), DWORD{ERROR_INVALID_PARAMETER});
    CHECK_EQUAL(ResUtilSetQwordValue(fixture.key, T("q"), 1ULL << 40, &big), 0u);
    big = 0;
    CHECK_EQUAL(ResUtilGetQwordValue(fixture.key, T("Q"), &big, 1), 0u);
    CHECK_EQUAL(big, 1ULL << 40);
    CHECK_EQUAL(ResUtilGetDwordValue(fixture.key, T("n"), nullptr, 0), DWORD{ERROR_BAD_ARGUMENTS});
    CHECK_EQUAL(ResUtilGetDwordValue(nullptr, T("n"), &number, 0), DWORD{ERROR_BAD_ARGUMENTS});
    CHECK_EQUAL(ResUtilSetDwordValue(fixture.key, nullptr, 0, nullptr), DWORD{ERROR_BAD_ARGUMENTS});
    const BYTE three[3] = {1, 2, 3};
    CHECK_EQUAL(ClusterRegSetValue(fixture.key, T("n"), 4, three, 3), 0u);
    CHECK_EQUAL(ResUtilGetDwordValue(fixture.key, T("n"), &number, 0), DWORD{ERROR_INVALID_DATA});
}

void single_blocks() {
    const Fixture fixture;
    LPWSTR words = nullptr;
    CHECK_EQUAL(ResUtilSetSzValue(fixture.key, T("s"), T("one"), &words), 0u);
    CHECK_EQUAL(ResUtilSetExpandSzValue(fixture.key, T("s"), words, &words), 0u);
    CHECK(text(words) == u"one");
    LocalFree(words);
    CHECK_EQUAL(cluster_database().query_value(fixture.path, u"s")->type, 2u);
    words = ResUtilGetSzValue(fixture.key, T("S"));
    CHECK(text(words) == u"one");
    LocalFree(words);
    CHECK(ResUtilGetSzValue(fixture.key, T("absent")) == nullptr &&
          GetLastError() == ERROR_FILE_NOT_FOUND);
    CHECK(ResUtilGetSzValue(nullptr, T("s")) == nullptr && GetLastError() == ERROR_BAD_ARGUMENTS);
    DWORD size = 0;
    words = nullptr;
    CHECK_EQUAL(ResUtilSetMultiSzValue(fixture.key, T("m"), T("a\0b\0"), 10, &words, &size), 0u);
    CHECK(size == 10);
    LocalFree(words);
    LPBYTE data = nullptr;
    CHECK_EQUAL(ResUtilGetBinaryValue(fixture.key, T("m"), &data, &size), 0u);
    CHECK(size == 10 && data[0] == 'a');
    LocalFree(data);
    BYTE bytes[2] = {1, 2};
    data = nullptr;
    CHECK_EQUAL(ResUtilSetBinaryValue(fixture.key, T("b"), bytes, 2, &data, &size), 0u);
    CHECK(size == 2 && data[1] == 2);
    LocalFree(data);
    CHECK_EQUAL(ResUtilSetSzValue(fixture.key, T("s"), nullptr, nullptr),
                DWORD{ERROR_BAD_ARGUMENTS});
    CHECK_EQUAL(ResUtilGetBinaryValue(fixture.key, T("b"), nullptr, &size),
                DWORD{ERROR_BAD_ARGUMENTS});
    seam::fail_allocation(1);
    CHECK_EQUAL(ResUtilGetBinaryValue(fixture.key, T("b"), &data, &size),
                DWORD{ERROR_NOT_ENOUGH_MEMORY});
    CHECK(ResUtilDupString(nullptr) == nullptr);
    LPWSTR const same = ResUtilExpandEnvironmentStrings(T("100%"));
    CHECK(text(same) == u"100%");
    LocalFree(same);
}

void services() {
    const Fixture fixture;
    clear_services();
    CHECK_EQUAL(ResUtilStartResourceService(T("Spooler"), nullptr), 1060u);
    define_service("Spooler", {});
    define_service("Stubborn", {0, true});
    define_service("Broken", {ERROR_SERVICE_NEVER_STARTED, false});
    CHECK_EQUAL(ResUtilVerifyResourceService(T("Spooler")), DWORD{ERROR_RESOURCE_NOT_AVAILABLE});
    SC_HANDLE service = nullptr;
    CHECK_EQUAL(ResUtilStartResourceService(T("spooler"), &service), 0u);
    CHECK_EQUAL(ResUtilVerifyService(service), 0u);
    CHECK(crash_service("Spooler"));
    CHECK_EQUAL(ResUtilVerifyService(service), DWORD{ERROR_RESOURCE_NOT_AVAILABLE});
    CHECK_EQUAL(ResUtilStopService(service), 0u);
    CHECK_EQUAL(ResUtilStartResourceService(T("Stubborn"), nullptr), 0u);
    CHECK_EQUAL(ResUtilStopResourceService(T("Stubborn")), DWORD{ERROR_TIMEOUT});
    CHECK_EQUAL(ResUtilStartResourceService(T("Broken"), nullptr),
                DWORD{ERROR_SERVICE_NEVER_STARTED});
    SC_HANDLE const manager = OpenSCManagerW(nullptr, nullptr, 0);
    service = OpenServiceW(manager, T("Spooler"), 0);
    SERVICE_STATUS status{};
    CHECK(StartServiceW(service, 0, nullptr) && QueryServiceStatus(service, &status));
    CHECK_EQUAL(status.dwCurrentState, DWORD{SERVICE_RUNNING});
    CHECK(ControlService(service, SERVICE_CONTROL_STOP, &status));
    CHECK_EQUAL(status.dwCurrentState, DWORD{SERVICE_STOPPED});
    CHECK(CloseServiceHandle(service) && CloseServiceHandle(manager));
}

}  // namespace values_tests

void add_value_tests(Tests& tests) {
    using namespace values_tests;
    tests.emplace_back("find values", find_values);
    tests.emplace_back("walk numbers", walk_numbers);
    tests.emplace_back("walk blocks", walk_blocks);
    tests.emplace_back("single numbers", single_numbers);
    tests.emplace_back("single blocks", single_blocks);
    tests.emplace_back("services", services);
}

}  // namespace resforge::rhs
