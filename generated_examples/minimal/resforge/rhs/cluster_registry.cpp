// The emulated ClusterReg functions (pages nf-clusapi-clusterreg*).
#include <cstring>
#include <limits>

#include "cluster_call.h"
#include "cluster_database.h"
#include "cluster_errors.h"
#include "cluster_text.h"

namespace resforge::rhs {
namespace {

HKEY key_handle(Handle handle) {
    return reinterpret_cast<HKEY>(handle);
}

// One write a second since 2020, so that later writes have later times and runs are repeatable.
void put_time(PFILETIME time, std::uint64_t write) {
    if (time != nullptr) {
        constexpr std::uint64_t kStart = 132223104000000000;
        const std::uint64_t ticks = kStart + write * 10000000;
        time->dwLowDateTime = static_cast<DWORD>(ticks & 0xFFFFFFFF);
        time->dwHighDateTime = static_cast<DWORD>(ticks >> 32);
    }
}

void put(LPDWORD target, std::uint32_t value) {
    if (target != nullptr) {
        *target = value;
    }
}

// Copies data with the rules of a registry query: no buffer, only the size; too small, 234.
std::uint32_t copy_data(const Bytes& data, LPBYTE buffer, LPDWORD size) {
    if (size == nullptr) {
        return buffer == nullptr ? error::kSuccess : error::kInvalidParameter;
    }
    const DWORD capacity = *size;
    *size = static_cast<DWORD>(data.size());
    if (buffer == nullptr) {
        return error::kSuccess;
    }
    if (capacity < data.size()) {
        return error::kMoreData;
    }
    if (!data.empty()) {
        std::memcpy(buffer, data.data(), data.size());
    }
    return error::kSuccess;
}

std::uint32_t enumerate_value(HKEY key, DWORD index, LPWSTR name, LPDWORD name_length, LPDWORD type,
                              LPBYTE data, LPDWORD size) {
    if (name == nullptr || name_length == nullptr) {
        return error::kInvalidParameter;
    }
    RegistryValue value;
    const std::uint32_t error = cluster_database().key_enum_value(number(key), index, &value);
    if (error != error::kSuccess) {
        return error;
    }
    put(type, value.type);
    const std::uint32_t name_error = copy_name(value.name, name, name_length);
    const std::uint32_t data_error = copy_data(value.data, data, size);
    return name_error != error::kSuccess ? name_error : data_error;
}

}  // namespace

namespace emulated {

RESFORGE_EMULATED LONG WINAPI ClusterRegCreateKey(HKEY key, LPCWSTR subkey, DWORD options,
                                                  REGSAM access, LPSECURITY_ATTRIBUTES,
                                                  PHKEY result, LPDWORD disposition) {
    return static_cast<LONG>(guarded("ClusterRegCreateKey", [&]() -> std::uint32_t {
        if (subkey == nullptr || result == nullptr || options != 0) {
            return error::kInvalidParameter;
        }
        Handle opened = 0;
        bool created = false;
        const std::uint32_t error =
            cluster_database().key_create(number(key), view(subkey), access, &opened, &created);
        if (error == error::kSuccess) {
            *result = key_handle(opened);
            put(disposition, created ? REG_CREATED_NEW_KEY : REG_OPENED_EXISTING_KEY);
        }
        return error;
    }));
}

RESFORGE_EMULATED LONG WINAPI ClusterRegOpenKey(HKEY key, LPCWSTR subkey, REGSAM access,
                                                PHKEY result) {
    return static_cast<LONG>(guarded("ClusterRegOpenKey", [&]() -> std::uint32_t {
        if (subkey == nullptr || result == nullptr) {
            return error::kInvalidParameter;
        }
        Handle opened = 0;
        const std::uint32_t error =
            cluster_database().key_open(number(key), view(subkey), access, &opened);
        if (error == error::kSuccess) {
            *result = key_handle(opened);
        }
        return error;
    }));
}

RESFORGE_EMULATED LONG WINAPI ClusterRegCloseKey(HKEY key) {
    return static_cast<LONG>(
        guarded("ClusterRegCloseKey", [&] { return cluster_database().key_close(number(key)); }));
}

RESFORGE_EMULATED LONG WINAPI ClusterRegDeleteKey(HKEY key, LPCWSTR subkey) {
    return static_cast<LONG>(guarded("ClusterRegDeleteKey", [&] {
        return subkey == nullptr ? error::kInvalidParameter
                                 : cluster_database().key_delete(number(key), view(subkey));
    }));
}

RESFORGE_EMULATED LONG WINAPI ClusterRegEnumKey(HKEY key, DWORD index, LPWSTR name,
                                                LPDWORD name_length, PFILETIME last_write) {
    return static_cast<LONG>(guarded("ClusterRegEnumKey", [&]() -> std::uint32_t {
        if (name == nullptr || name_length == nullptr) {
            return error::kInvalidParameter;
        }
        std::u16string found;
        std::uint64_t write = 0;
        const std::uint32_t error =
            cluster_database().key_enum_key(number(key), index, &found, &write);
        if (error != error::kSuccess) {
            return error;
        }
        put_time(last_write, write);
        return copy_name(found, name, name_length);
    }));
}

RESFORGE_EMULATED DWORD WINAPI ClusterRegSetValue(HKEY key, LPCWSTR name, DWORD type,
                                                  const BYTE* data, DWORD size) {
    return guarded("ClusterRegSetValue", [&]() -> std::uint32_t {
        if (data == nullptr && size > 0) {
            return error::kInvalidParameter;
        }
        RegistryValue value;
        value.name = name == nullptr ? std::u16string() : std::u16string(view(name));
        value.type = type;
        if (size > 0) {
            value.data.assign(data, data + size);
        }
        return cluster_database().key_set(number(key), value);
    });
}

RESFORGE_EMULATED DWORD WINAPI ClusterRegDeleteValue(HKEY key, LPCWSTR name) {
    return guarded("ClusterRegDeleteValue", [&] {
        return cluster_database().key_unset(number(key),
                                            name == nullptr ? std::u16string_view() : view(name));
    });
}

RESFORGE_EMULATED LONG WINAPI ClusterRegQueryValue(HKEY key, LPCWSTR name, LPDWORD type,
                                                   LPBYTE data, LPDWORD size) {
    return static_cast<LONG>(guarded("ClusterRegQueryValue", [&] {
        RegistryValue value;
        const std::uint32_t error = cluster_database().key_query(
            number(key), name == nullptr ? std::u16string_view() : view(name), &value);
        if (error != error::kSuccess) {
            return error;
        }
        put(type, value.type);
        return copy_data(value.data, data, size);
    }));
}

RESFORGE_EMULATED DWORD WINAPI ClusterRegEnumValue(HKEY key, DWORD index, LPWSTR name,
                                                   LPDWORD name_length, LPDWORD type, LPBYTE data,
                                                   LPDWORD size) {
    return guarded("ClusterRegEnumValue", [&] {
        return enumerate_value(key, index, name, name_length, type, data, size);
    });
}

RESFORGE_EMULATED LONG WINAPI ClusterRegQueryInfoKey(HKEY key, LPDWORD subkeys,
                                                     LPDWORD longest_subkey, LPDWORD values,
                                                     LPDWORD longest_name, LPDWORD longest_value,
                                                     LPDWORD security_size, PFILETIME last_write) {
    return static_cast<LONG>(guarded("ClusterRegQueryInfoKey", [&] {
        KeyInformation information;
        const std::uint32_t error = cluster_database().key_information(number(key), &information);
        if (error != error::kSuccess) {
            return error;
        }
        put(subkeys, information.subkeys);
        put(longest_subkey, information.longest_subkey);
        put(values, information.values);
        put(longest_name, information.longest_value_name);
        put(longest_value, information.largest_value);
        put(security_size, information.security_size);
        put_time(last_write, information.last_write);
        return error::kSuccess;
    }));
}

RESFORGE_EMULATED LONG WINAPI ClusterRegGetKeySecurity(HKEY key, SECURITY_INFORMATION,
                                                       PSECURITY_DESCRIPTOR descriptor,
                                                       LPDWORD size) {
    return static_cast<LONG>(guarded("ClusterRegGetKeySecurity", [&] {
        if (size == nullptr) {
            return error::kInvalidParameter;
        }
        Bytes security;
        const std::uint32_t error = cluster_database().key_security(number(key), &security);
        if (error != error::kSuccess) {
            return error;
        }
        const bool fits = descriptor != nullptr && *size >= security.size();
        *size = static_cast<DWORD>(security.size());
        if (!fits && !security.empty()) {
            return error::kInsufficientBuffer;
        }
        if (!security.empty()) {
            std::memcpy(descriptor, security.data(), security.size());
        }
        return error::kSuccess;
    }));
}

RESFORGE_EMULATED LONG WINAPI ClusterRegSetKeySecurity(HKEY key, SECURITY_INFORMATION,
                                                       PSECURITY_DESCRIPTOR descriptor) {
    return static_cast<LONG>(guarded("ClusterRegSetKeySecurity", [&] {
        const std::optional<Bytes> security = self_relative_descriptor(descriptor);
        return security ? cluster_database().key_set_security(number(key), *security)
                        : error::kInvalidParameter;
    }));
}

}  // namespace emulated
}  // namespace resforge::rhs
