// Answers property questions from standard input, one JSON object a line, for comparison.
#include <iostream>
#include <map>

#include "cluster_json.h"
#include "cluster_property_list.h"
#include "seam.h"

namespace resforge::rhs {
namespace {

using namespace calls;
using seam::Fixture;

// A property table from JSON; keeps the names alive.
struct Table {
    explicit Table(const Json& rows) {
        names.reserve(rows.as_array().size());
        limits.reserve(rows.as_array().size());
        for (const Json& row : rows.as_array()) {
            add(row);
        }
        items.emplace_back();
    }

    void add(const Json& row) {
        names.push_back(utf16_from_utf8(row.at("name").as_string()));
        RESUTIL_PROPERTY_ITEM item{};
        item.Name = static_cast<LPWSTR>(static_cast<void*>(names.back().data()));
        item.Format = row.at("format").as_uint32();
        item.Flags = row.at("flags").as_uint32();
        item.Offset = static_cast<DWORD>(items.size() * 16);
        const std::int64_t minimum = row.at("minimum").as_int64();
        const std::int64_t maximum = row.at("maximum").as_int64();
        const auto format = static_cast<Format>(item.Format);
        if (format == Format::kDword || format == Format::kLong) {
            item.Minimum = static_cast<DWORD>(minimum);
            item.Maximum = static_cast<DWORD>(maximum);
        } else if (registry_type(format) == ValueType::kQword) {
            RESUTIL_LARGEINT_DATA data{};
            data.Minimum.QuadPart = minimum;
            data.Maximum.QuadPart = maximum;
            limits.push_back(data);
            item.lpDefault = &limits.back();
        }
        items.push_back(item);
    }

    std::vector<std::u16string> names;
    std::vector<RESUTIL_LARGEINT_DATA> limits;
    std::vector<RESUTIL_PROPERTY_ITEM> items;
};

Json stored_values(const Fixture& fixture) {
    Json values = Json::array();
    const auto stored = cluster_database().values(fixture.path);
    for (const RegistryValue& value : *stored) {
        Json row = Json::array();
        row.push(Json(utf8_from_utf16(value.name))).push(Json(value.type));
        row.push(Json(hex_from_bytes(value.data.data(), value.data.size())));
        values.push(row);
    }
    return values;
}

std::string whole_list(const Fixture& fixture, Table& table) {
    DWORD required = 0;
    DWORD returned = 0;
    ResUtilGetAllProperties(fixture.key, table.items.data(), nullptr, 0, nullptr, &required);
    Bytes list(required);
    CHECK_EQUAL(ResUtilGetAllProperties(fixture.key, table.items.data(), list.data(), required,
                                        &returned, nullptr),
                0u);
    CHECK_EQUAL(returned, required);
    return hex_from_bytes(list.data(), list.size());
}

// An empty list still has an address: NULL would mean no list at all.
Bytes list_of(const Json& request) {
    Bytes list = bytes_from_hex(request.at("list").as_string());
    list.reserve(1);
    return list;
}

// Verifies, stores, and reads back; the block gets what the list says.
Json set(const Json& request) {
    const Fixture fixture;
    Table table(request.at("table"));
    Bytes list = list_of(request);
    const auto size = static_cast<DWORD>(list.size());
    const BOOL unknown = request.at("allow_unknown").as_bool() ? TRUE : FALSE;
    Bytes block(table.items.size() * 16);
    const DWORD verified = ResUtilVerifyPropertyTable(table.items.data(), nullptr, unknown,
                                                      list.data(), size, block.data());
    ResUtilFreeParameterBlock(block.data(), nullptr, table.items.data());
    const DWORD status = ResUtilSetPropertyTable(fixture.key, table.items.data(), nullptr, unknown,
                                                 list.data(), size, nullptr);
    CHECK_EQUAL(verified, status);
    Json answer = Json::object();
    answer.set("status", Json(status)).set("stored", stored_values(fixture));
    answer.set("list", Json(whole_list(fixture, table)));
    return answer;
}

Json find(const Json& request) {
    Bytes list = list_of(request);
    std::u16string name = utf16_from_utf8(request.at("name").as_string());
    const auto* const text = static_cast<LPCWSTR>(static_cast<const void*>(name.c_str()));
    const auto size = static_cast<DWORD>(list.size());
    DWORD number = 0;
    LPBYTE data = nullptr;
    DWORD data_size = 0;
    Json answer = Json::object();
    answer.set("private", Json(ResUtilVerifyPrivatePropertyList(list.data(), size)));
    answer.set("dword_status", Json(ResUtilFindDwordProperty(list.data(), size, text, &number)));
    answer.set("dword", Json(number));
    answer.set("binary_status",
               Json(ResUtilFindBinaryProperty(list.data(), size, text, &data, &data_size)));
    answer.set("binary", Json(hex_from_bytes(data, data_size)));
    LocalFree(data);
    return answer;
}

}  // namespace
}  // namespace resforge::rhs

int main() {
    using resforge::rhs::Json;
    std::string line;
    while (std::getline(std::cin, line)) {
        const Json request = Json::parse(line);
        const bool is_set = request.at("op").as_string() == "set";
        const Json answer = is_set ? resforge::rhs::set(request) : resforge::rhs::find(request);
        std::cout << answer.dump() << std::endl;
    }
    return 0;
}
