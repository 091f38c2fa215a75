// ResUtil functions that find a value in a property list or step over one value entry.
#include <algorithm>
#include <cstring>

#include "cluster_call.h"
#include "cluster_errors.h"
#include "cluster_names.h"
#include "cluster_property_list.h"
#include "cluster_text.h"

namespace resforge::rhs {
namespace {

// The values of the first property of that name. Everything malformed up to its end is
// ERROR_INVALID_DATA for the Find functions.
std::uint32_t find_property(const void* list, DWORD size, LPCWSTR name, ListProperty* found) {
    if (name == nullptr) {
        return error::kInvalidParameter;
    }
    ListReader reader(list, size);
    if (reader.begin() != error::kSuccess) {
        return error::kInvalidData;
    }
    while (!reader.at_end()) {
        if (reader.next(found) != error::kSuccess) {
            return error::kInvalidData;
        }
        if (equal_names(found->name, view(name))) {
            return error::kSuccess;
        }
    }
    return error::kFileNotFound;
}

std::uint32_t find_value(const void* list, DWORD size, LPCWSTR name, Format format,
                         PropertyValue* value) {
    ListProperty property;
    const std::uint32_t error = find_property(list, size, name, &property);
    if (error != error::kSuccess) {
        return error;
    }
    const auto found = std::find_if(
        property.values.begin(), property.values.end(),
        [format](const PropertyValue& candidate) { return candidate.format == format; });
    if (found == property.values.end()) {
        return error::kInvalidData;
    }
    *value = *found;
    return check_length(*value);
}

std::uint32_t find_number(const void* list, DWORD size, LPCWSTR name, Format format, void* output,
                          std::size_t width) {
    PropertyValue value;
    const std::uint32_t error = find_value(list, size, name, format, &value);
    if (error == error::kSuccess && output != nullptr) {
        std::memcpy(output, value.data.data(), width);
    }
    return error;
}

// A copy for the caller to free; `output` may be NULL to test presence only.
template <typename Pointer>
std::uint32_t give(const Bytes& data, Pointer* output, LPDWORD output_size) {
    if (output != nullptr) {
        *output = static_cast<Pointer>(allocate_copy(data.data(), data.size()));
        if (*output == nullptr) {
            return error::kNotEnoughMemory;
        }
    }
    if (output_size != nullptr) {
        *output_size = static_cast<DWORD>(data.size());
    }
    return error::kSuccess;
}

template <typename Pointer>
std::uint32_t find_block(const void* list, DWORD size, LPCWSTR name, Format format, Pointer* output,
                         LPDWORD output_size) {
    PropertyValue value;
    const std::uint32_t error = find_value(list, size, name, format, &value);
    return error != error::kSuccess ? error : give(normalized(value).data, output, output_size);
}

// An entry at the head of a caller's list: at least its header and data lie within *size.
std::uint32_t take_entry(const void* entry, Format format, LPBYTE* list, const DWORD* size,
                         PropertyValue* value, DWORD* step) {
    constexpr std::uint64_t kHeaderSize = 8;
    constexpr std::uint32_t kListValue = 0x00010000;
    if (entry == nullptr || list == nullptr || size == nullptr || *size < kHeaderSize) {
        return error::kInvalidParameter;
    }
    std::uint32_t header[2];
    std::memcpy(header, entry, sizeof header);
    if (header[0] != (kListValue | static_cast<std::uint32_t>(format)) ||
        kHeaderSize + header[1] > *size) {
        return error::kInvalidParameter;
    }
    const auto* const data = static_cast<const std::uint8_t*>(entry) + kHeaderSize;
    *value = {format, Bytes(data, data + header[1])};
    const std::uint64_t whole = kHeaderSize + ((std::uint64_t{header[1]} + 3) & ~std::uint64_t{3});
    *step = static_cast<DWORD>(std::min<std::uint64_t>(whole, *size));
    return check_length(*value) == error::kSuccess ? error::kSuccess : error::kInvalidParameter;
}

void advance(LPBYTE* list, LPDWORD size, DWORD step) {
    *list += step;
    *size -= step;
}

template <typename Number>
std::uint32_t get_number(Number* output, const void* entry, Format format, Number minimum,
                         Number maximum, LPBYTE* list, LPDWORD size) {
    PropertyValue value;
    DWORD step = 0;
    const std::uint32_t error = take_entry(entry, format, list, size, &value, &step);
    if (error != error::kSuccess || output == nullptr) {
        return error::kInvalidParameter;
    }
    Number number{};
    std::memcpy(&number, value.data.data(), sizeof number);
    if ((minimum != 0 || maximum != 0) && (number < minimum || number > maximum)) {
        return error::kInvalidParameter;
    }
    *output = number;
    advance(list, size, step);
    return error::kSuccess;
}

// Replaces *output only when the value differs from the old one. What *output held is freed
// unless it is the old value itself.
template <typename Pointer>
std::uint32_t get_block(Pointer* output, LPDWORD output_size, const void* entry, Format format,
                        const void* old_value, std::size_t old_size, LPBYTE* list, LPDWORD size) {
    PropertyValue value;
    DWORD step = 0;
    const std::uint32_t error = take_entry(entry, format, list, size, &value, &step);
    if (error != error::kSuccess || output == nullptr) {
        return error::kInvalidParameter;
    }
    value = normalized(std::move(value));
    const bool same = old_value != nullptr && old_size == value.data.size() &&
                      (old_size == 0 || std::memcmp(old_value, value.data.data(), old_size) == 0);
    if (!same) {
        Pointer copy = static_cast<Pointer>(allocate_copy(value.data.data(), value.data.size()));
        if (copy == nullptr) {
            return error::kNotEnoughMemory;
        }
        if (*output != nullptr && static_cast<const void*>(*output) != old_value) {
            emulated::LocalFree(*output);
        }
        *output = copy;
    }
    if (output_size != nullptr) {
        *output_size = static_cast<DWORD>(value.data.size());
    }
    advance(list, size, step);
    return error::kSuccess;
}

std::uint64_t ticks(FILETIME time) {
    return (std::uint64_t{time.dwHighDateTime} << 32) | time.dwLowDateTime;
}

}  // namespace

namespace emulated {

RESFORGE_EMULATED DWORD WINAPI ResUtilFindDwordProperty(const PVOID list, DWORD size, LPCWSTR name,
                                                        LPDWORD value) {
    return guarded("ResUtilFindDwordProperty", [&] {
        return find_number(list, size, name, Format::kDword, value, sizeof(DWORD));
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilFindLongProperty(const PVOID list, DWORD size, LPCWSTR name,
                                                       LPLONG value) {
    return guarded("ResUtilFindLongProperty", [&] {
        return find_number(list, size, name, Format::kLong, value, sizeof(LONG));
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilFindULargeIntegerProperty(const PVOID list, DWORD size,
                                                                LPCWSTR name, PULONGLONG value) {
    return guarded("ResUtilFindULargeIntegerProperty", [&] {
        return find_number(list, size, name, Format::kULargeInteger, value, sizeof(ULONGLONG));
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilFindFileTimeProperty(const PVOID list, DWORD size,
                                                           LPCWSTR name, LPFILETIME value) {
    return guarded("ResUtilFindFileTimeProperty", [&] {
        return find_number(list, size, name, Format::kFileTime, value, sizeof(FILETIME));
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilFindSzProperty(const PVOID list, DWORD size, LPCWSTR name,
                                                     LPWSTR* value) {
    return guarded("ResUtilFindSzProperty",
                   [&] { return find_block(list, size, name, Format::kSz, value, nullptr); });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilFindExpandSzProperty(const PVOID list, DWORD size,
                                                           LPCWSTR name, LPWSTR* value) {
    return guarded("ResUtilFindExpandSzProperty",
                   [&] { return find_block(list, size, name, Format::kExpandSz, value, nullptr); });
}

// Lists from other sources may carry the expanded text as a second value; ours do not, and then
// the text is expanded here (inferred).
RESFORGE_EMULATED DWORD WINAPI ResUtilFindExpandedSzProperty(const PVOID list, DWORD size,
                                                             LPCWSTR name, LPWSTR* value) {
    return guarded("ResUtilFindExpandedSzProperty", [&] {
        PropertyValue found;
        std::uint32_t error = find_value(list, size, name, Format::kExpandedSz, &found);
        if (error == error::kInvalidData) {
            error = find_value(list, size, name, Format::kExpandSz, &found);
            found.data = text_bytes(expand_environment(text_from_bytes(found.data)));
        }
        return error != error::kSuccess ? error : give(normalized(found).data, value, nullptr);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilFindMultiSzProperty(const PVOID list, DWORD size,
                                                          LPCWSTR name, LPWSTR* value,
                                                          LPDWORD value_size) {
    return guarded("ResUtilFindMultiSzProperty", [&] {
        return find_block(list, size, name, Format::kMultiSz, value, value_size);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilFindBinaryProperty(const PVOID list, DWORD size, LPCWSTR name,
                                                         LPBYTE* value, LPDWORD value_size) {
    return guarded("ResUtilFindBinaryProperty", [&] {
        return find_block(list, size, name, Format::kBinary, value, value_size);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilGetDwordProperty(LPDWORD output, const PCLUSPROP_DWORD value,
                                                       DWORD, DWORD minimum, DWORD maximum,
                                                       LPBYTE* list, LPDWORD size) {
    return guarded("ResUtilGetDwordProperty", [&] {
        return get_number<DWORD>(output, value, Format::kDword, minimum, maximum, list, size);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilGetLongProperty(LPLONG output, const PCLUSPROP_LONG value,
                                                      LONG, LONG minimum, LONG maximum,
                                                      LPBYTE* list, LPDWORD size) {
    return guarded("ResUtilGetLongProperty", [&] {
        return get_number<LONG>(output, value, Format::kLong, minimum, maximum, list, size);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilGetFileTimeProperty(LPFILETIME output,
                                                          const PCLUSPROP_FILETIME value, FILETIME,
                                                          FILETIME minimum, FILETIME maximum,
                                                          LPBYTE* list, LPDWORD size) {
    return guarded("ResUtilGetFileTimeProperty", [&] {
        std::uint64_t number = 0;
        const std::uint32_t error = get_number<std::uint64_t>(
            output == nullptr ? nullptr : &number, value, Format::kFileTime, ticks(minimum),
            ticks(maximum), list, size);
        if (error == error::kSuccess) {
            std::memcpy(output, &number, sizeof number);
        }
        return error;
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilGetSzProperty(LPWSTR* output, const PCLUSPROP_SZ value,
                                                    LPCWSTR old_value, LPBYTE* list, LPDWORD size) {
    return guarded("ResUtilGetSzProperty", [&] {
        const std::size_t old_size =
            old_value == nullptr ? 0 : (view(old_value).size() + 1) * sizeof(WCHAR);
        return get_block(output, nullptr, value, Format::kSz, old_value, old_size, list, size);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilGetMultiSzProperty(LPWSTR* output, LPDWORD output_size,
                                                         const PCLUSPROP_SZ value,
                                                         LPCWSTR old_value, DWORD old_size,
                                                         LPBYTE* list, LPDWORD size) {
    return guarded("ResUtilGetMultiSzProperty", [&] {
        return get_block(output, output_size, value, Format::kMultiSz, old_value, old_size, list,
                         size);
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilGetBinaryProperty(LPBYTE* output, LPDWORD output_size,
                                                        const PCLUSPROP_BINARY value,
                                                        const LPBYTE old_value, DWORD old_size,
                                                        LPBYTE* list, LPDWORD size) {
    return guarded("ResUtilGetBinaryProperty", [&] {
        return get_block(output, output_size, value, Format::kBinary, old_value, old_size, list,
                         size);
    });
}

}  // namespace emulated
}  // namespace resforge::rhs
