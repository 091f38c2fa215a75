// Patching import tables.
#include "import_patch.h"

#ifdef _WIN32

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "cluster_exports.h"
#include "engine.h"
#include "record.h"

namespace resforge::rhs {
namespace {

constexpr std::size_t kMissingLimit = 128;
constexpr DWORD kCallNotImplemented = 120;

std::vector<std::string>& missing_names() {
    static auto* const names = new std::vector<std::string>();
    return *names;
}

template <std::size_t Index>
DWORD WINAPI call_missing() {
    violation("unsupported-function",
              missing_names()[Index] + " is not part of the emulated cluster API");
    return kCallNotImplemented;
}

template <std::size_t... Indexes>
constexpr std::array<DWORD(WINAPI*)(), sizeof...(Indexes)> make_missing(
    std::index_sequence<Indexes...>) {
    return {call_missing<Indexes>...};
}

constexpr auto kMissing = make_missing(std::make_index_sequence<kMissingLimit>());

void* missing_function(std::string_view name) {
    std::vector<std::string>& names = missing_names();
    const auto found = std::find(names.begin(), names.end(), name);
    const auto index = static_cast<std::size_t>(found - names.begin());
    if (found == names.end()) {
        if (names.size() == kMissingLimit) {
            return reinterpret_cast<void*>(kMissing.back());
        }
        names.emplace_back(name);
    }
    return reinterpret_cast<void*>(kMissing[index]);
}

bool is_cluster_module(std::string_view module) {
    std::string lower(module.substr(0, module.find('.')));
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char character) { return std::tolower(character); });
    return lower == "clusapi" || lower == "resutils";
}

void* find_in(std::span<const Hook> hooks, std::string_view name) {
    const auto found = std::find_if(hooks.begin(), hooks.end(),
                                    [name](const Hook& hook) { return name == hook.name; });
    return found == hooks.end() ? nullptr : found->address;
}

// The replacement of an import, or nullptr to leave it alone.
void* replacement(std::string_view module, std::string_view name) {
    for (const EmulatedFunction& function : cluster_exports()) {
        if (name == function.name) {
            return function.address;
        }
    }
    if (is_cluster_module(module)) {
        return missing_function(name);
    }
    if (name == "GetProcAddress") {
        return reinterpret_cast<void*>(hooked_get_proc_address);
    }
    if (void* const address = find_in(heap_hooks(), name)) {
        return address;
    }
    if (!engine().is_virtual()) {
        return find_in(real_hooks(), name);
    }
    void* const address = find_in(virtual_hooks(), name);
    return address != nullptr ? address : find_in(virtual_lock_hooks(), name);
}

template <typename Target>
Target* at(std::byte* base, std::size_t offset) {
    return reinterpret_cast<Target*>(base + offset);
}

void write_slot(IMAGE_THUNK_DATA& slot, void* address) {
    DWORD before = 0;
    ::VirtualProtect(&slot, sizeof slot, PAGE_READWRITE, &before);
    slot.u1.Function = reinterpret_cast<std::uintptr_t>(address);
    ::VirtualProtect(&slot, sizeof slot, before, &before);
}

void patch_descriptor(std::byte* base, const IMAGE_IMPORT_DESCRIPTOR& descriptor) {
    const std::string_view module = at<const char>(base, descriptor.Name);
    const DWORD names_at =
        descriptor.OriginalFirstThunk != 0 ? descriptor.OriginalFirstThunk : descriptor.FirstThunk;
    const auto* name = at<const IMAGE_THUNK_DATA>(base, names_at);
    auto* slot = at<IMAGE_THUNK_DATA>(base, descriptor.FirstThunk);
    for (; name->u1.AddressOfData != 0; ++name, ++slot) {
        if (IMAGE_SNAP_BY_ORDINAL(name->u1.Ordinal)) {
            continue;
        }
        const auto* const import =
            at<const IMAGE_IMPORT_BY_NAME>(base, static_cast<std::size_t>(name->u1.AddressOfData));
        const auto* const text = reinterpret_cast<const char*>(import->Name);
        if (void* const address = replacement(module, text)) {
            write_slot(*slot, address);
        }
    }
}

}  // namespace

void patch_imports(HMODULE module) {
    auto* const base = reinterpret_cast<std::byte*>(module);
    const auto* const dos = at<const IMAGE_DOS_HEADER>(base, 0);
    const auto* const headers =
        at<const IMAGE_NT_HEADERS>(base, static_cast<std::size_t>(dos->e_lfanew));
    const IMAGE_DATA_DIRECTORY& directory =
        headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT];
    if (directory.VirtualAddress == 0) {
        return;
    }
    for (const auto* descriptor = at<const IMAGE_IMPORT_DESCRIPTOR>(base, directory.VirtualAddress);
         descriptor->Name != 0; ++descriptor) {
        patch_descriptor(base, *descriptor);
    }
}

FARPROC WINAPI hooked_get_proc_address(HMODULE module, LPCSTR name) {
    constexpr std::uintptr_t kLastOrdinal = 0xFFFF;
    if (reinterpret_cast<std::uintptr_t>(name) <= kLastOrdinal) {
        return ::GetProcAddress(module, name);
    }
    std::array<char, MAX_PATH> path{};
    ::GetModuleFileNameA(module, path.data(), MAX_PATH);
    const char* const slash = std::strrchr(path.data(), '\\');
    void* const address = replacement(slash != nullptr ? slash + 1 : path.data(), name);
    return address != nullptr ? reinterpret_cast<FARPROC>(address) : ::GetProcAddress(module, name);
}

}  // namespace resforge::rhs

#endif
