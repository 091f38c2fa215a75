// UTF-16 text and raw memory as it crosses the C boundary of the cluster functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cluster_database.h"
#include "resforge/win32.h"

namespace resforge::rhs {

// WCHAR is char16_t natively and wchar_t on Windows, of the same size and encoding.
std::u16string_view view(const WCHAR* text);

// As the cluster functions return names: *length counts the NUL on entry and not on return.
// ERROR_MORE_DATA with the length when it does not fit; a NULL buffer only asks for the length.
std::uint32_t copy_name(std::u16string_view name, WCHAR* buffer, DWORD* length);

// A block of LocalAlloc with a copy of the bytes, nullptr when there is no memory. The caller's
// DLL frees it with LocalFree.
void* allocate_copy(const void* data, std::size_t size);
WCHAR* allocate_text(std::u16string_view text);

// The bytes of a self-relative security descriptor, sized by walking its offsets; nullopt when
// the pointer is NULL or the descriptor is not self-relative.
std::optional<Bytes> self_relative_descriptor(const void* descriptor);

// %NAME% parts replaced by environment variables; unknown names stay.
std::u16string expand_environment(std::u16string_view text);

}  // namespace resforge::rhs
