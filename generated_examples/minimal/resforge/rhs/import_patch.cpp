// Patching import tables.
#include "import_patch.h"

#ifdef _WIN32

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
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

std::string stem_of(std::string_view module) {
    std::string lower(module.substr(0, module.find('.')));
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char character) { return std::tolower(character); });
    return lower;
}

bool is_cluster_module(std::string_view module) {
    const std::string stem = stem_of(module);
    return stem == "clusapi" || stem == "resutils";
}

// msvcrt, msvcr120, ucrtbase, ucrtbased, api-ms-win-crt-heap-l1-1-0 and the like ("C runtime (CRT)
// and C++ standard library (STL) lib files").
bool is_c_library(std::string_view module) {
    const std::string stem = stem_of(module);
    return stem.starts_with("msvcr") || stem.starts_with("ucrtbase") ||
           stem.starts_with("api-ms-win-crt-");
}

void* find_in(std::span<const Hook> hooks, std::string_view name) {
    const auto found = std::find_if(hooks.begin(), hooks.end(),
                                    [name](const Hook& hook) { return name == hook.name; });
    return found == hooks.end() ? nullptr : found->address;
}

// The replacement of an import, or nullptr to leave it alone.
void* replacement(std::string_view module, std::string_view name, bool keeps_c_heap) {
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
    if (!keeps_c_heap && is_c_library(module)) {
        if (void* const address = find_in(c_heap_hooks(), name)) {
            return address;
        }
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

using Import =
    std::function<void(std::string_view module, std::string_view name, IMAGE_THUNK_DATA& slot)>;

void visit_descriptor(std::byte* base, const IMAGE_IMPORT_DESCRIPTOR& descriptor,
                      const Import& visit) {
    const std::string_view module = at<const char>(base, descriptor.Name);
    const DWORD names_at =
        descriptor.OriginalFirstThunk != 0 ? descriptor.OriginalFirstThunk : descriptor.FirstThunk;
    const auto* name = at<const IMAGE_THUNK_DATA>(base, names_at);
    auto* slot = at<IMAGE_THUNK_DATA>(base, descriptor.FirstThunk);
    for (; name->u1.AddressOfData != 0; ++name, ++slot) {
        if (!IMAGE_SNAP_BY_ORDINAL(name->u1.Ordinal)) {
            const auto* const import = at<const IMAGE_IMPORT_BY_NAME>(
                base, static_cast<std::size_t>(name->u1.AddressOfData));
            visit(module, reinterpret_cast<const char*>(import->Name), *slot);
        }
    }
}

void visit_imports(std::byte* base, const Import& visit) {
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
        visit_descriptor(base, *descriptor, visit);
    }
}

}  // namespace

void patch_imports(HMODULE module) {
    auto* const base = reinterpret_cast<std::byte*>(module);
    bool keeps_c_heap = false;
    visit_imports(base,
                  [&keeps_c_heap](std::string_view, std::string_view name, IMAGE_THUNK_DATA&) {
                      keeps_c_heap = keeps_c_heap || needs_c_heap(name);
                  });
    visit_imports(base, [keeps_c_heap](std::string_view library, std::string_view name,
                                       IMAGE_THUNK_DATA& slot) {
        if (void* const address = replacement(library, name, keeps_c_heap)) {
            keep_c_heap(name, static_cast<std::uintptr_t>(slot.u1.Function));
            write_slot(slot, address);
        }
    });
}

FARPROC WINAPI hooked_get_proc_address(HMODULE module, LPCSTR name) {
    constexpr std::uintptr_t kLastOrdinal = 0xFFFF;
    if (reinterpret_cast<std::uintptr_t>(name) <= kLastOrdinal) {
        return ::GetProcAddress(module, name);
    }
    std::array<char, MAX_PATH> path{};
    ::GetModuleFileNameA(module, path.data(), MAX_PATH);
    const char* const slash = std::strrchr(path.data(), '\\');
    // The C heap that the imports use is not known here, so nobody looks up another one.
    void* const address = replacement(slash != nullptr ? slash + 1 : path.data(), name, true);
    return address != nullptr ? reinterpret_cast<FARPROC>(address) : ::GetProcAddress(module, name);
}

}  // namespace resforge::rhs

#endif
