// ResUtil functions for single values of a key, and for strings.
#include <cstring>

#include "cluster_call.h"
#include "cluster_errors.h"
#include "cluster_property_list.h"
#include "cluster_text.h"

namespace resforge::rhs {
namespace {

std::uint32_t query(HKEY key, LPCWSTR name, RegistryValue* value) {
    return key == nullptr || name == nullptr
               ? error::kBadArguments
               : cluster_database().key_query(number(key), view(name), value);
}

std::uint32_t get_text(HKEY key, LPCWSTR name, LPWSTR* text) {
    RegistryValue value;
    if (const std::uint32_t error = query(key, name, &value); error != error::kSuccess) {
        return error;
    }
    const auto type = static_cast<ValueType>(value.type);
    if (type != ValueType::kSz && type != ValueType::kExpandSz && type != ValueType::kMultiSz) {
        return error::kInvalidParameter;
    }
    const Format format = type == ValueType::kMultiSz ? Format::kMultiSz : Format::kSz;
    const Bytes data = normalized({format, value.data}).data;
    *text = static_cast<LPWSTR>(allocate_copy(data.data(), data.size()));
    return *text == nullptr ? error::kNotEnoughMemory : error::kSuccess;
}

template <typename Number>
std::uint32_t get_number(HKEY key, LPCWSTR name, Number* output, Number default_value,
                         ValueType type) {
    if (output == nullptr) {
        return error::kBadArguments;
    }
    RegistryValue value;
    const std::uint32_t error = query(key, name, &value);
    if (error == error::kFileNotFound) {
        *output = default_value;
        return error::kSuccess;
    }
    if (error != error::kSuccess) {
        return error;
    }
    if (value.type != static_cast<std::uint32_t>(type)) {
        return error::kInvalidParameter;
    }
    if (value.data.size() != sizeof(Number)) {
        return error::kInvalidData;
    }
    std::memcpy(output, value.data.data(), sizeof(Number));
    return error::kSuccess;
}

std::uint32_t set(HKEY key, LPCWSTR name, ValueType type, const void* data, std::size_t size) {
    if (key == nullptr || name == nullptr || (data == nullptr && size > 0)) {
        return error::kBadArguments;
    }
    RegistryValue value{std::u16string(view(name)), static_cast<std::uint32_t>(type), {}};
    if (size > 0) {
        const auto* const bytes = static_cast<const std::uint8_t*>(data);
        value.data.assign(bytes, bytes + size);
    }
    return cluster_database().key_set(number(key), value);
}

template <typename Number>
std::uint32_t set_number(HKEY key, LPCWSTR name, ValueType type, Number value, Number* output) {
    const std::uint32_t error = set(key, name, type, &value, sizeof value);
    if (error == error::kSuccess && output != nullptr) {
        *output = value;
    }
    return error;
}

// Stores the bytes, then replaces what *output holds by a copy. The copy is made first, since
// the new value may be the old block itself.
template <typename Pointer>
std::uint32_t set_block(HKEY key, LPCWSTR name, ValueType type, const void* data, std::size_t size,
                        Pointer* output, LPDWORD output_size) {
    const std::uint32_t error = set(key, name, type, data, size);
    if (error != error::kSuccess) {
        return error;
    }
    if (output != nullptr) {
        const auto copy = static_cast<Pointer>(allocate_copy(data, size));
        if (copy == nullptr) {
            return error::kNotEnoughMemory;
        }
        emulated::LocalFree(*output);
        *output = copy;
    }
    if (output_size != nullptr) {
        *output_size = static_cast<DWORD>(size);
    }
    return error::kSuccess;
}

std::uint32_t set_text(HKEY key, LPCWSTR name, ValueType type, LPCWSTR value, LPWSTR* output) {
    if (value == nullptr) {
        return error::kBadArguments;
    }
    const std::size_t size = (view(value).size() + 1) * sizeof(WCHAR);
    return set_block(key, name, type, value, size, output, nullptr);
}

}  // namespace

namespace emulated {

RESFORGE_EMULATED LPWSTR WINAPI ResUtilGetSzValue(HKEY key, LPCWSTR name) {
    LPWSTR text = nullptr;
    guarded_last_error("ResUtilGetSzValue", [&] { return get_text(key, name, &text); });
    return text;
}

RESFORGE_EMULATED DWORD WINAPI ResUtilGetDwordValue(HKEY key, LPCWSTR name, LPDWORD value,
                                                    DWORD default_value) {
    return guarded("ResUtilGetDwordValue", [&] {
        return get_number<DWORD>(key, name, value, default_value, ValueType::kDword);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilGetQwordValue(HKEY key, LPCWSTR name, PULONGLONG value,
                                                    ULONGLONG default_value) {
    return guarded("ResUtilGetQwordValue", [&] {
        return get_number<ULONGLONG>(key, name, value, default_value, ValueType::kQword);
    });
}

// Answers the bytes of any type: ResUtilGetMultiSzValue of the header is built on it.
RESFORGE_EMULATED DWORD WINAPI ResUtilGetBinaryValue(HKEY key, LPCWSTR name, LPBYTE* value,
                                                     LPDWORD size) {
    return guarded("ResUtilGetBinaryValue", [&]() -> std::uint32_t {
        if (value == nullptr || size == nullptr) {
            return error::kBadArguments;
        }
        RegistryValue found;
        if (const std::uint32_t error = query(key, name, &found); error != error::kSuccess) {
            return error;
        }
        *value = static_cast<LPBYTE>(allocate_copy(found.data.data(), found.data.size()));
        if (*value == nullptr) {
            return error::kNotEnoughMemory;
        }
        *size = static_cast<DWORD>(found.data.size());
        return error::kSuccess;
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilSetDwordValue(HKEY key, LPCWSTR name, DWORD value,
                                                    LPDWORD output) {
    return guarded("ResUtilSetDwordValue",
                   [&] { return set_number(key, name, ValueType::kDword, value, output); });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilSetQwordValue(HKEY key, LPCWSTR name, ULONGLONG value,
                                                    PULONGLONG output) {
    return guarded("ResUtilSetQwordValue",
                   [&] { return set_number(key, name, ValueType::kQword, value, output); });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilSetSzValue(HKEY key, LPCWSTR name, LPCWSTR value,
                                                 LPWSTR* output) {
    return guarded("ResUtilSetSzValue",
                   [&] { return set_text(key, name, ValueType::kSz, value, output); });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilSetExpandSzValue(HKEY key, LPCWSTR name, LPCWSTR value,
                                                       LPWSTR* output) {
    return guarded("ResUtilSetExpandSzValue",
                   [&] { return set_text(key, name, ValueType::kExpandSz, value, output); });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilSetMultiSzValue(HKEY key, LPCWSTR name, LPCWSTR value,
                                                      DWORD size, LPWSTR* output,
                                                      LPDWORD output_size) {
    return guarded("ResUtilSetMultiSzValue", [&] {
        return set_block(key, name, ValueType::kMultiSz, value, size, output, output_size);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilSetBinaryValue(HKEY key, LPCWSTR name, const LPBYTE value,
                                                     DWORD size, LPBYTE* output,
                                                     LPDWORD output_size) {
    return guarded("ResUtilSetBinaryValue", [&] {
        return set_block(key, name, ValueType::kBinary, value, size, output, output_size);
    });
}

RESFORGE_EMULATED LPWSTR WINAPI ResUtilDupString(LPCWSTR text) {
    LPWSTR copy = nullptr;
    guarded_last_error("ResUtilDupString", [&]() -> std::uint32_t {
        if (text == nullptr) {
            return error::kInvalidParameter;
        }
        copy = allocate_text(view(text));
        return copy == nullptr ? error::kNotEnoughMemory : error::kSuccess;
    });
    return copy;
}

RESFORGE_EMULATED LPWSTR WINAPI ResUtilExpandEnvironmentStrings(LPCWSTR text) {
    LPWSTR copy = nullptr;
    guarded_last_error("ResUtilExpandEnvironmentStrings", [&]() -> std::uint32_t {
        if (text == nullptr) {
            return error::kInvalidParameter;
        }
        copy = allocate_text(expand_environment(view(text)));
        return copy == nullptr ? error::kNotEnoughMemory : error::kSuccess;
    });
    return copy;
}

}  // namespace emulated
}  // namespace resforge::rhs
