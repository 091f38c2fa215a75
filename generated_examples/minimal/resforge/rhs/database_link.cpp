// The host's side of the cluster database.
#include "database_link.h"

#include <utility>
#include <vector>

#include "cluster_database.h"
#include "cluster_json.h"
#include "engine.h"
#include "record.h"

namespace resforge::rhs {
namespace {

class Observer : public ClusterObserver {
  public:
    void database_changed(const DatabaseChange& change) override {
        Json fields = Json::object();
        if (!call_context().resource.empty()) {
            fields.set("resource", Json(call_context().resource));
        }
        fields.set("operation", Json(change.operation));
        fields.set("key", Json(utf8_from_utf16(change.key)));
        if (change.name.has_value()) {
            fields.set("name", Json(utf8_from_utf16(*change.name)));
        }
        if (change.type.has_value()) {
            fields.set("type", Json(*change.type));
        }
        if (change.data.has_value()) {
            fields.set("hex", Json(hex_from_bytes(change.data->data(), change.data->size())));
        }
        fields.set("result", Json(change.result));
        write_record("database", fields);
    }

    void violation(std::string_view rule, std::string_view text) override {
        rhs::violation(rule, text);
    }
};

std::vector<RegistryValue> common_values(const Json* common) {
    std::vector<RegistryValue> values;
    if (common == nullptr || common->is_null()) {
        return values;
    }
    for (const auto& [name, value] : common->as_object()) {
        if (value.is_integer() || value.is_bool()) {
            const std::uint32_t number = value.is_bool() ? value.as_bool() : value.as_uint32();
            values.push_back(dword_value(utf16_from_utf8(name), number));
        } else {
            values.push_back(
                string_value(utf16_from_utf8(name), utf16_from_utf8(value.as_string())));
        }
    }
    return values;
}

Bytes little_endian(std::uint64_t number, std::size_t size) {
    Bytes bytes;
    for (std::size_t index = 0; index < size; ++index) {
        bytes.push_back(static_cast<std::uint8_t>(number >> (8 * index)));
    }
    return bytes;
}

std::uint64_t number_of(const Json& value) {
    if (value.is_bool()) {
        return value.as_bool() ? 1 : 0;
    }
    const bool is_large = value.is_integer() && value.dump().front() != '-';
    return is_large ? value.as_uint64() : static_cast<std::uint64_t>(value.as_int64());
}

std::vector<std::u16string> texts_of(const Json& value) {
    std::vector<std::u16string> texts;
    for (const Json& text : value.as_array()) {
        texts.push_back(utf16_from_utf8(text.as_string()));
    }
    return texts;
}

// A private property in the form in which the cluster database stores its format.
RegistryValue stored_value(const Json& property) {
    const std::u16string name = utf16_from_utf8(property.at("name").as_string());
    const std::string& format = property.at("format").as_string();
    const Json* const hex = property.find("hex");
    const auto make = [&name](ValueType type, Bytes data) {
        return RegistryValue{name, static_cast<std::uint32_t>(type), std::move(data)};
    };
    const auto data = [&](std::size_t size) {
        return hex != nullptr ? bytes_from_hex(hex->as_string())
                              : little_endian(number_of(property.at("value")), size);
    };
    if (format == "DWORD" || format == "LONG" || format == "BOOL") {
        return make(ValueType::kDword, data(4));
    }
    if (format == "ULARGE_INTEGER" || format == "LARGE_INTEGER" || format == "FILETIME") {
        return make(ValueType::kQword, data(8));
    }
    if (hex != nullptr || format == "BINARY") {
        const Json& text = hex != nullptr ? *hex : property.at("value");
        const ValueType type = format == "SZ"          ? ValueType::kSz
                               : format == "EXPAND_SZ" ? ValueType::kExpandSz
                               : format == "MULTI_SZ"  ? ValueType::kMultiSz
                                                       : ValueType::kBinary;
        return make(type, bytes_from_hex(text.as_string()));
    }
    if (format == "MULTI_SZ") {
        return multi_string_value(name, texts_of(property.at("value")));
    }
    if (format != "SZ" && format != "EXPAND_SZ") {
        throw JsonError("unknown format \"" + format + "\"");
    }
    RegistryValue value = string_value(name, utf16_from_utf8(property.at("value").as_string()));
    if (format == "EXPAND_SZ") {
        value.type = static_cast<std::uint32_t>(ValueType::kExpandSz);
    }
    return value;
}

void check(std::uint32_t status, const std::string& what) {
    if (status != 0) {
        throw JsonError(what + " failed with error " + std::to_string(status));
    }
}

}  // namespace

void observe_database() {
    static auto* const observer = new Observer();
    cluster_database().set_observer(observer);
}

void write_final_record() {
    Json fields = Json::object();
    fields.set("dump", database_to_json(cluster_database()));
    write_record("final", fields);
}

void cluster_state_changed(const Resource& resource) {
    cluster_database().set_resource_state(utf16_from_utf8(resource.name),
                                          cluster_state(resource.rcm()));
}

void add_type_to_database(const std::string& type, const Json* common) {
    check(cluster_database().create_resource_type(utf16_from_utf8(type), common_values(common)),
          "creating the resource type");
}

void add_resource_to_database(const std::string& resource, const std::string& type,
                              const std::string& group, const Json* common, const Json* values,
                              bool has_parameters) {
    std::vector<RegistryValue> stored;
    if (values != nullptr && !values->is_null()) {
        for (const Json& value : values->as_array()) {
            stored.push_back(stored_value(value));
        }
    }
    if (!has_parameters && !stored.empty()) {
        throw JsonError("without the key Parameters there are no private properties");
    }
    check(cluster_database().create_resource(utf16_from_utf8(resource), utf16_from_utf8(type),
                                             utf16_from_utf8(group), common_values(common)),
          "creating the resource");
    const std::u16string key = utf16_from_utf8(resource_key_path(resource) + "\\Parameters");
    if (!has_parameters) {
        check(cluster_database().delete_tree(key), "deleting the key of the private properties");
    }
    for (const RegistryValue& value : stored) {
        check(cluster_database().set_value(key, value), "storing a private property");
    }
}

std::uintptr_t open_resource_key(const std::string& resource) {
    return cluster_database().open_host_key(utf16_from_utf8(resource_key_path(resource)));
}

void close_resource_key(std::uintptr_t key) {
    cluster_database().close_host_key(key);
}

std::string resource_key_path(const std::string& resource) {
    const auto path = cluster_database().resource_path(utf16_from_utf8(resource));
    return path.has_value() ? utf8_from_utf16(*path) : std::string();
}

}  // namespace resforge::rhs
