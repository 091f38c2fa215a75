// Feeds damaged lists to every function that reads one; sanitizers judge. Arguments: seed, rounds.
#include <algorithm>
#include <cstring>
#include <iostream>
#include <memory>
#include <random>

#include "cluster_property_list.h"
#include "seam.h"

namespace resforge::rhs {
namespace {

using namespace calls;
using seam::Fixture;
using seam::name;

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t limit) {
    return random() % limit;
}

Bytes random_list(Random& random) {
    const char16_t* const names[] = {u"Port", u"Host", u"Paths", u"Data", u"Big", u"x\\y"};
    ListWriter writer;
    for (std::size_t count = below(random, 4); count > 0; --count) {
        const auto format = static_cast<Format>(below(random, 14));
        Bytes data(below(random, 3) == 0 ? below(random, 20) : 4 * (1 + below(random, 2)));
        for (std::uint8_t& byte : data) {
            byte = static_cast<std::uint8_t>(below(random, 3));
        }
        writer.add(names[below(random, 6)], {format, data});
    }
    return writer.list();
}

void damage(Random& random, Bytes& list) {
    constexpr std::uint32_t kNumbers[] = {0,          1,          3,          0x7FFFFFFF,
                                          0xFFFFFFFF, 0xFFFFFFF8, 0x00040003, 0x00010003};
    for (std::size_t count = below(random, 4); count > 0 && list.size() >= 4; --count) {
        switch (below(random, 3)) {
            case 0:
                list[below(random, list.size())] = static_cast<std::uint8_t>(random());
                break;
            case 1:
                std::memcpy(list.data() + 4 * below(random, list.size() / 4),
                            &kNumbers[below(random, 8)], 4);
                break;
            default:
                list.resize(below(random, list.size() + 1));
        }
    }
}

struct Block {
    DWORD port;
    LPWSTR host;
    LPWSTR paths;
    DWORD paths_size;
    LPBYTE data;
    DWORD data_size;
    ULARGE_INTEGER big;
};

std::vector<RESUTIL_PROPERTY_ITEM> table() {
    const auto item = [](const WCHAR* item_name, DWORD format, std::size_t offset) {
        RESUTIL_PROPERTY_ITEM made{};
        made.Name = name(item_name);
        made.Format = format;
        made.Offset = static_cast<DWORD>(offset);
        return made;
    };
    return {item(T("Port"), 2, offsetof(Block, port)),   item(T("Host"), 3, offsetof(Block, host)),
            item(T("Paths"), 5, offsetof(Block, paths)), item(T("Data"), 1, offsetof(Block, data)),
            item(T("Big"), 6, offsetof(Block, big)),     RESUTIL_PROPERTY_ITEM{}};
}

void find_all(void* list, DWORD size) {
    for (const WCHAR* const which : {T("Port"), T("Host"), T("Paths"), T("Data"), T("none")}) {
        DWORD number = 0;
        ULONGLONG big = 0;
        LPWSTR text = nullptr;
        LPBYTE data = nullptr;
        ResUtilFindDwordProperty(list, size, which, &number);
        ResUtilFindULargeIntegerProperty(list, size, which, &big);
        ResUtilFindSzProperty(list, size, which, &text);
        LocalFree(text);
        text = nullptr;
        ResUtilFindExpandedSzProperty(list, size, which, &text);
        LocalFree(text);
        text = nullptr;
        ResUtilFindMultiSzProperty(list, size, which, &text, &number);
        LocalFree(text);
        ResUtilFindBinaryProperty(list, size, which, &data, &number);
        LocalFree(data);
    }
}

void walk(BYTE* list, DWORD size) {
    LPBYTE position = list;
    DWORD left = size;
    DWORD number = 0;
    LPWSTR text = nullptr;
    const auto value = [&position] { return static_cast<void*>(position); };
    ResUtilGetDwordProperty(&number, static_cast<PCLUSPROP_DWORD>(value()), 0, 0, 0, &position,
                            &left);
    ResUtilGetSzProperty(&text, static_cast<PCLUSPROP_SZ>(value()), nullptr, &position, &left);
    LocalFree(text);
    text = nullptr;
    ResUtilGetMultiSzProperty(&text, &number, static_cast<PCLUSPROP_SZ>(value()), nullptr, 0,
                              &position, &left);
    LocalFree(text);
}

// The list lies in a block of exactly its size, so that a sanitizer sees the first byte too far.
void round(Fixture& fixture, Random& random, std::vector<RESUTIL_PROPERTY_ITEM>& items) {
    Bytes made = random_list(random);
    damage(random, made);
    const auto size = static_cast<DWORD>(made.size());
    const std::unique_ptr<BYTE[]> list(new BYTE[made.size()]);
    std::copy(made.begin(), made.end(), list.get());
    Block block{};
    auto* const bytes = static_cast<BYTE*>(static_cast<void*>(&block));
    const DWORD verified =
        ResUtilVerifyPropertyTable(items.data(), nullptr, TRUE, list.get(), size, bytes);
    CHECK_EQUAL(
        ResUtilSetPropertyTable(fixture.key, items.data(), nullptr, TRUE, list.get(), size, bytes),
        verified);
    ResUtilFreeParameterBlock(bytes, nullptr, items.data());
    ResUtilVerifyPrivatePropertyList(list.get(), size);
    ResUtilSetUnknownProperties(fixture.key, items.data(), list.get(), size);
    ResUtilSetPrivatePropertyList(fixture.key, list.get(), size);
    DWORD returned = size;
    DWORD required = 0;
    ResUtilAddUnknownProperties(fixture.key, items.data(), list.get(), size, &returned, &required);
    find_all(list.get(), size);
    walk(list.get(), size);
    fixture.recorder.changes.clear();
    cluster_database().clear();
}

}  // namespace
}  // namespace resforge::rhs

int main(int, char** arguments) {
    resforge::rhs::Random random(std::strtoull(arguments[1], nullptr, 10));
    const unsigned long rounds = std::strtoul(arguments[2], nullptr, 10);
    auto items = resforge::rhs::table();
    for (unsigned long count = 0; count < rounds; ++count) {
        resforge::rhs::seam::Fixture fixture;
        resforge::rhs::round(fixture, random, items);
    }
    std::cout << rounds << " rounds\n";
    return 0;
}
