// ClusterResourceControl and its neighbours, answered from the database without asking the DLL.
#include <cstring>

#include "cluster_call.h"
#include "cluster_errors.h"
#include "cluster_objects.h"
#include "cluster_property_table.h"
#include "cluster_text.h"

namespace resforge::rhs {
namespace {

struct Request {
    std::u16string path;  // key of the object
    std::uint32_t code = 0;
    const void* input = nullptr;
    DWORD input_size = 0;
    void* output = nullptr;
    DWORD output_size = 0;
    LPDWORD returned = nullptr;
};

// Codes without object byte, so that one table serves resources and types.
constexpr std::uint32_t operation(std::uint32_t code) {
    return code & 0x00FFFFFF;
}

std::uint32_t answer(const Request& request, const Bytes& bytes) {
    DWORD returned = 0;
    DWORD required = 0;
    const std::uint32_t error =
        deliver(bytes, request.output, request.output_size, &returned, &required);
    if (request.returned != nullptr) {
        *request.returned = error == error::kSuccess ? returned : required;
    }
    return error;
}

std::uint32_t answer_value(const Request& request, std::u16string_view name) {
    return answer(request,
                  text_bytes(cluster_database().text_value(request.path, name).value_or(u"")));
}

std::uint32_t answer_number(const Request& request, std::u16string_view name) {
    const std::optional<RegistryValue> value = cluster_database().query_value(request.path, name);
    return answer(request, value && value->data.size() == 4 ? value->data : Bytes(4, 0));
}

std::uint32_t answer_properties(const Request& request, const std::u16string& path) {
    ListWriter writer;
    for (const RegistryValue& value :
         cluster_database().values(path).value_or(std::vector<RegistryValue>())) {
        if (const std::optional<PropertyValue> property = property_from_registry(value)) {
            writer.add(value.name, *property);
        }
    }
    return answer(request, writer.list());
}

std::uint32_t answer_names(const Request& request, const std::u16string& path) {
    std::vector<std::u16string> names;
    for (const RegistryValue& value :
         cluster_database().values(path).value_or(std::vector<RegistryValue>())) {
        names.push_back(value.name);
    }
    return answer(request, names.empty() ? Bytes(2, 0) : multi_string_value({}, names).data);
}

std::uint32_t set_properties(const Request& request, const std::u16string& path, bool store) {
    std::vector<ListProperty> properties;
    std::uint32_t error = read_list(request.input, request.input_size, &properties);
    for (const ListProperty& property : properties) {
        const PropertyValue& value = property.values.front();
        error = error != error::kSuccess       ? error
                : !registry_type(value.format) ? error::kInvalidParameter
                                               : check_length(value);
    }
    for (const ListProperty& property : properties) {
        if (error == error::kSuccess && store) {
            const RegistryValue value =
                registry_from_property(property.name, property.values.front());
            error = cluster_database().set_value(path, value);
            cluster_database().report_change(
                {"set_value", path, value.name, value.type, value.data, error});
        }
    }
    return error;
}

std::uint32_t property_code(const Request& request) {
    const std::u16string parameters = request.path + u"\\Parameters";
    switch (operation(request.code)) {
        case operation(CLUSCTL_RESOURCE_ENUM_PRIVATE_PROPERTIES):
            return answer_names(request, parameters);
        case operation(CLUSCTL_RESOURCE_GET_PRIVATE_PROPERTIES):
            return answer_properties(request, parameters);
        case operation(CLUSCTL_RESOURCE_SET_PRIVATE_PROPERTIES):
            return set_properties(request, parameters, true);
        case operation(CLUSCTL_RESOURCE_VALIDATE_PRIVATE_PROPERTIES):
            return set_properties(request, parameters, false);
        case operation(CLUSCTL_RESOURCE_ENUM_COMMON_PROPERTIES):
            return answer_names(request, request.path);
        case operation(CLUSCTL_RESOURCE_GET_COMMON_PROPERTIES):
            return answer_properties(request, request.path);
        case operation(CLUSCTL_RESOURCE_SET_COMMON_PROPERTIES):
            return set_properties(request, request.path, true);
        case operation(CLUSCTL_RESOURCE_VALIDATE_COMMON_PROPERTIES):
            return set_properties(request, request.path, false);
        case operation(CLUSCTL_RESOURCE_GET_RO_COMMON_PROPERTIES):
        case operation(CLUSCTL_RESOURCE_GET_RO_PRIVATE_PROPERTIES):
            return answer(request, Bytes(4, 0));
        default:
            return error::kInvalidFunction;
    }
}

// Answers what the Cluster service and the default processing know; a DLL's own codes need the
// DLL, which a caller inside it must not wait for.
std::uint32_t control(const Request& request) {
    constexpr std::uint32_t kAddRegistryCheckpoint = 0x4000A2;
    constexpr std::uint32_t kDeleteRegistryCheckpoint = 0x4000A6;
    constexpr std::uint32_t kAddCryptoCheckpoint = 0x4000AE;
    constexpr std::uint32_t kDeleteCryptoCheckpoint = 0x4000B2;
    constexpr std::uint32_t kGetRegistryCheckpoints = 0xA9;
    constexpr std::uint32_t kGetCryptoCheckpoints = 0xB5;
    if (request.returned != nullptr) {
        *request.returned = 0;
    }
    switch (operation(request.code)) {
        case operation(CLUSCTL_RESOURCE_GET_NAME):
            return answer_value(request, u"Name");
        case operation(CLUSCTL_RESOURCE_GET_RESOURCE_TYPE):
            return answer_value(request, u"Type");
        case operation(CLUSCTL_RESOURCE_GET_ID):
            return answer(
                request,
                text_bytes(
                    std::u16string_view(request.path).substr(request.path.rfind(u'\\') + 1)));
        case operation(CLUSCTL_RESOURCE_GET_CHARACTERISTICS):
            return answer_number(request, u"Characteristics");
        case operation(CLUSCTL_RESOURCE_GET_FLAGS):
            return answer_number(request, u"Flags");
        case operation(CLUSCTL_RESOURCE_GET_CLASS_INFO):
            return answer(request, Bytes(8, 0));
        case operation(CLUSCTL_RESOURCE_GET_REQUIRED_DEPENDENCIES):
            return answer(request, Bytes(4, 0));
        case kAddRegistryCheckpoint:
        case kDeleteRegistryCheckpoint:
        case kAddCryptoCheckpoint:
        case kDeleteCryptoCheckpoint:
            // The path of a registry key, or a container and a provider (inferred: never nothing).
            return request.input == nullptr || request.input_size == 0 ? error::kInvalidParameter
                                                                       : error::kSuccess;
        case kGetRegistryCheckpoints:
        case kGetCryptoCheckpoints:
            return answer(request, Bytes(2, 0));
        default:
            return property_code(request);
    }
}

}  // namespace

namespace emulated {

RESFORGE_EMULATED DWORD WINAPI ClusterResourceControl(HRESOURCE resource, HNODE, DWORD code,
                                                      LPVOID input, DWORD input_size, LPVOID output,
                                                      DWORD output_size, LPDWORD bytes_returned) {
    return guarded("ClusterResourceControl", [&] {
        check_control_allowed("ClusterResourceControl", code);
        const std::optional<std::u16string> guid =
            resource_guid("ClusterResourceControl", resource);
        return guid ? control({u"Resources\\" + *guid, code, input, input_size, output, output_size,
                               bytes_returned})
                    : error::kInvalidHandle;
    });
}

RESFORGE_EMULATED DWORD WINAPI ClusterResourceTypeControl(HCLUSTER cluster, LPCWSTR type, HNODE,
                                                          DWORD code, LPVOID input,
                                                          DWORD input_size, LPVOID output,
                                                          DWORD output_size,
                                                          LPDWORD bytes_returned) {
    return guarded("ClusterResourceTypeControl", [&]() -> std::uint32_t {
        const bool valid = cluster_database()
                               .use_handle("ClusterResourceTypeControl",
                                           reinterpret_cast<Handle>(cluster), HandleKind::kCluster)
                               .has_value();
        if (!valid || type == nullptr) {
            return valid ? error::kInvalidParameter : error::kInvalidHandle;
        }
        const std::optional<std::u16string> path = cluster_database().type_path(view(type));
        return path ? control({*path, code, input, input_size, output, output_size, bytes_returned})
                    : error::kResourceTypeNotFound;
    });
}

RESFORGE_EMULATED DWORD WINAPI ClusterGroupControl(HGROUP group, HNODE, DWORD code, LPVOID input,
                                                   DWORD input_size, LPVOID output,
                                                   DWORD output_size, LPDWORD bytes_returned) {
    return guarded("ClusterGroupControl", [&] {
        check_control_allowed("ClusterGroupControl", code);
        const std::optional<HandleEntry> entry = cluster_database().use_handle(
            "ClusterGroupControl", reinterpret_cast<Handle>(group), HandleKind::kGroup);
        return entry ? control({u"Groups\\" + entry->name, code, input, input_size, output,
                                output_size, bytes_returned})
                     : error::kInvalidHandle;
    });
}

}  // namespace emulated
}  // namespace resforge::rhs
