// Text and memory helpers of the cluster functions.
#include "cluster_text.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "cluster_errors.h"
#include "emulated_win32.h"
#include "json.h"

namespace resforge::rhs {
namespace {

constexpr std::size_t kDescriptorHeader = 20;

std::uint32_t read32(const std::uint8_t* from) {
    std::uint32_t value = 0;
    std::memcpy(&value, from, sizeof value);
    return value;
}

// Size of an identifier: revision, count, 6 bytes authority, 4 bytes per sub-authority.
std::size_t sid_size(const std::uint8_t* sid) {
    return 8 + std::size_t{4} * sid[1];
}

std::size_t acl_size(const std::uint8_t* acl) {
    return std::max<std::size_t>(8, static_cast<std::size_t>(acl[2] | (acl[3] << 8)));
}

std::u16string environment(std::u16string_view name) {
#ifdef _WIN32
    const std::wstring wide(name.begin(), name.end());
    std::wstring value(GetEnvironmentVariableW(wide.c_str(), nullptr, 0), L'\0');
    const auto size = static_cast<DWORD>(value.size());
    const DWORD length = size == 0 ? 0 : GetEnvironmentVariableW(wide.c_str(), value.data(), size);
    value.resize(length < size ? length : 0);
    return std::u16string(value.begin(), value.end());
#else
    const char* const value = std::getenv(utf8_from_utf16(name).c_str());
    return value == nullptr ? std::u16string() : utf16_from_utf8(value);
#endif
}

}  // namespace

std::u16string_view view(const WCHAR* text) {
    static_assert(sizeof(WCHAR) == sizeof(char16_t));
    std::size_t length = 0;
    while (text[length] != 0) {
        ++length;
    }
    return {reinterpret_cast<const char16_t*>(text), length};
}

std::uint32_t copy_name(std::u16string_view name, WCHAR* buffer, DWORD* length) {
    const DWORD capacity = *length;
    *length = static_cast<DWORD>(name.size());
    if (buffer == nullptr) {
        return error::kSuccess;
    }
    if (capacity <= name.size()) {
        return error::kMoreData;
    }
    std::memcpy(buffer, name.data(), name.size() * sizeof(WCHAR));
    buffer[name.size()] = 0;
    return error::kSuccess;
}

void* allocate_copy(const void* data, std::size_t size) {
    void* const memory = emulated::LocalAlloc(LMEM_FIXED, size);
    if (memory != nullptr && size > 0) {
        std::memcpy(memory, data, size);
    }
    return memory;
}

WCHAR* allocate_text(std::u16string_view text) {
    const std::u16string terminated(text);
    return static_cast<WCHAR*>(
        allocate_copy(terminated.c_str(), (terminated.size() + 1) * sizeof(char16_t)));
}

std::optional<Bytes> self_relative_descriptor(const void* descriptor) {
    constexpr unsigned kSelfRelative = 0x80;  // SE_SELF_RELATIVE, high byte of the control word
    const auto* const bytes = static_cast<const std::uint8_t*>(descriptor);
    if (bytes == nullptr || (bytes[3] & kSelfRelative) == 0) {
        return std::nullopt;
    }
    std::size_t size = kDescriptorHeader;
    for (const std::size_t field : {4, 8, 12, 16}) {
        const std::size_t offset = read32(bytes + field);
        if (offset != 0) {
            const std::uint8_t* const part = bytes + offset;
            size = std::max(size, offset + (field < 12 ? sid_size(part) : acl_size(part)));
        }
    }
    return Bytes(bytes, bytes + size);
}

std::u16string expand_environment(std::u16string_view text) {
    std::u16string expanded;
    while (!text.empty()) {
        const std::size_t start = text.find(u'%');
        const std::size_t end = start == text.npos ? text.npos : text.find(u'%', start + 1);
        if (end == text.npos) {
            break;
        }
        const std::u16string value = environment(text.substr(start + 1, end - start - 1));
        const bool known = !value.empty();
        expanded += text.substr(0, start);
        expanded += known ? std::u16string_view(value) : text.substr(start, end - start);
        text.remove_prefix(known ? end + 1 : end);
    }
    expanded += text;
    return expanded;
}

}  // namespace resforge::rhs
