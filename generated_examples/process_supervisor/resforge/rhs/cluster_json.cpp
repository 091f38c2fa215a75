// Loads the cluster database from JSON and dumps it.
#include "cluster_json.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cluster_names.h"

namespace resforge::rhs {
namespace {

constexpr std::array<std::pair<std::string_view, ValueType>, 7> kTypes{{
    {"NONE", ValueType::kNone},
    {"SZ", ValueType::kSz},
    {"EXPAND_SZ", ValueType::kExpandSz},
    {"BINARY", ValueType::kBinary},
    {"DWORD", ValueType::kDword},
    {"MULTI_SZ", ValueType::kMultiSz},
    {"QWORD", ValueType::kQword},
}};

std::uint64_t little_endian(const Bytes& data) {
    std::uint64_t number = 0;
    for (std::size_t i = data.size(); i-- > 0;) {
        number = (number << 8) | data[i];
    }
    return number;
}

Bytes number_bytes(std::uint64_t number, std::size_t size) {
    Bytes data;
    for (std::size_t i = 0; i < size; ++i) {
        data.push_back(static_cast<std::uint8_t>((number >> (8 * i)) & 0xFF));
    }
    return data;
}

std::u16string units_of(const Bytes& data) {
    std::u16string units;
    for (std::size_t i = 0; i + 1 < data.size(); i += 2) {
        units += static_cast<char16_t>(data[i] | (data[i + 1] << 8));
    }
    return units;
}

std::optional<Json> text_json(const Bytes& data) {
    std::u16string units = units_of(data);
    if (data.size() % 2 != 0 || units.empty() || units.find(u'\0') != units.size() - 1) {
        return std::nullopt;
    }
    units.pop_back();
    return Json(utf8_from_utf16(units));
}

std::optional<Json> texts_json(const Bytes& data) {
    const std::u16string units = units_of(data);
    Json list = Json::array();
    std::size_t start = 0;
    while (start < units.size() && units[start] != 0) {
        const std::size_t end = units.find(u'\0', start);
        if (end == std::u16string::npos) {
            return std::nullopt;
        }
        list.push(Json(utf8_from_utf16(units.substr(start, end - start))));
        start = end + 1;
    }
    if (data.size() % 2 != 0 || start + 1 != units.size()) {
        return std::nullopt;
    }
    return list;
}

std::optional<Json> readable(const RegistryValue& value) {
    switch (static_cast<ValueType>(value.type)) {
        case ValueType::kSz:
        case ValueType::kExpandSz:
            return text_json(value.data);
        case ValueType::kMultiSz:
            return texts_json(value.data);
        case ValueType::kDword:
            return value.data.size() == 4 ? std::optional(Json(little_endian(value.data)))
                                          : std::nullopt;
        case ValueType::kQword:
            return value.data.size() == 8 ? std::optional(Json(little_endian(value.data)))
                                          : std::nullopt;
        default:
            return std::nullopt;
    }
}

std::u16string text_from(const Json& json) {
    std::u16string text = utf16_from_utf8(json.as_string());
    if (text.find(u'\0') != std::u16string::npos) {
        throw JsonError("a string value must not contain NUL; give it as \"hex\"");
    }
    return text;
}

Bytes data_from(std::uint32_t type, const Json& json) {
    switch (static_cast<ValueType>(type)) {
        case ValueType::kSz:
        case ValueType::kExpandSz:
            return string_value({}, text_from(json)).data;
        case ValueType::kMultiSz: {
            std::vector<std::u16string> strings;
            for (const Json& item : json.as_array()) {
                strings.push_back(text_from(item));
            }
            return multi_string_value({}, strings).data;
        }
        case ValueType::kDword:
            return number_bytes(json.as_uint32(), 4);
        case ValueType::kQword:
            return number_bytes(json.as_uint64(), 8);
        default:
            throw JsonError("a value of this type must be given as \"hex\"");
    }
}

Json key_to_json(const KeyNode& node) {
    Json values = Json::object();
    for (const auto& [name, value] : node.values) {
        values.set(utf8_from_utf16(value.name), value_to_json(value));
    }
    Json keys = Json::object();
    for (const auto& [name, child] : node.subkeys) {
        keys.set(utf8_from_utf16(name), key_to_json(*child));
    }
    Json key = Json::object();
    key.set("values", std::move(values)).set("keys", std::move(keys));
    if (!node.security.empty()) {
        key.set("security", Json(hex_from_bytes(node.security.data(), node.security.size())));
    }
    return key;
}

void fill_values(KeyNode& node, const Json& values) {
    for (const auto& [name, json] : values.as_object()) {
        RegistryValue value = value_from_json(name, json);
        if (!node.values.emplace(value.name, value).second) {
            throw JsonError("two values of one key are called \"" + name + "\"");
        }
    }
}

std::shared_ptr<KeyNode> key_from_json(const Json& json, const std::u16string& path,
                                       std::size_t depth);

void fill_keys(KeyNode& node, const Json& keys, std::size_t depth) {
    for (const auto& [text, json] : keys.as_object()) {
        const std::u16string name = utf16_from_utf8(text);
        if (name.empty() || name.size() > kLongestKeyName ||
            name.find_first_of(std::u16string_view(u"\\\0", 2)) != std::u16string::npos) {
            throw JsonError("\"" + text + "\" is no name for a key");
        }
        const std::u16string path = node.path.empty() ? name : node.path + u'\\' + name;
        if (!node.subkeys.emplace(name, key_from_json(json, path, depth + 1)).second) {
            throw JsonError("two keys of one folder are called \"" + text + "\"");
        }
    }
}

std::shared_ptr<KeyNode> key_from_json(const Json& json, const std::u16string& path,
                                       std::size_t depth) {
    if (depth > kDeepestKey) {
        throw JsonError("the keys are nested deeper than 512 levels");
    }
    auto node = std::make_shared<KeyNode>();
    node->path = path;
    for (const auto& [member, value] : json.as_object()) {
        if (member == "values") {
            fill_values(*node, value);
        } else if (member == "keys") {
            fill_keys(*node, value, depth);
        } else if (member == "security") {
            node->security = bytes_from_hex(value.as_string());
        } else {
            throw JsonError("a key has members \"values\", \"keys\" and \"security\", not \"" +
                            member + "\"");
        }
    }
    return node;
}

}  // namespace

std::uint32_t value_type_from_json(const Json& json) {
    if (json.is_integer()) {
        return json.as_uint32();
    }
    for (const auto& [name, type] : kTypes) {
        if (name == json.as_string()) {
            return static_cast<std::uint32_t>(type);
        }
    }
    throw JsonError("\"" + json.as_string() + "\" is no type of a database value");
}

Json value_type_to_json(std::uint32_t type) {
    for (const auto& [name, known] : kTypes) {
        if (static_cast<std::uint32_t>(known) == type) {
            return Json(name);
        }
    }
    return Json(type);
}

RegistryValue value_from_json(std::string_view name, const Json& json) {
    RegistryValue value;
    value.name = utf16_from_utf8(name);
    if (value.name.find(u'\0') != std::u16string::npos) {
        throw JsonError("the name of a value must not contain NUL");
    }
    value.type = value_type_from_json(json.at("type"));
    if (const Json* hex = json.find("hex"); hex != nullptr) {
        value.data = bytes_from_hex(hex->as_string());
    } else {
        value.data = data_from(value.type, json.at("value"));
    }
    return value;
}

Json value_to_json(const RegistryValue& value) {
    Json json = Json::object();
    json.set("type", value_type_to_json(value.type));
    if (std::optional<Json> form = readable(value); form) {
        json.set("value", std::move(*form));
    } else {
        json.set("hex", Json(hex_from_bytes(value.data.data(), value.data.size())));
    }
    return json;
}

Json database_to_json(const ClusterDatabase& database) {
    Json json;
    database.visit([&json](const KeyNode& root) { json = key_to_json(root); });
    return json;
}

void load_database(ClusterDatabase& database, const Json& json) {
    database.replace(key_from_json(json, {}, 0));
}

}  // namespace resforge::rhs
