// Publishes a directory, and on request each of its subdirectories, as file shares.
#include "example_file_share_hooks.h"

#include <algorithm>
#include <filesystem>

#include "share.h"

namespace example_file_share {
namespace {

constexpr DWORD kDfsRoot = 0x2;     // SHI1005_FLAGS_DFS_ROOT
constexpr DWORD kCacheMask = 0x30;  // CSC_MASK

// The share of the directory first; a $ at the end hides those of its subdirectories.
std::vector<Share> shares(const Properties& p) {
    const DWORD dfs = p.is_dfs_root != 0 ? kDfsRoot : 0;
    const DWORD cache = p.csc_cache.empty() ? 0 : p.csc_cache.front() & kCacheMask;
    std::vector<Share> all{{p.share_name, p.path, p.remark, p.max_users,
                            p.share_flags | dfs | cache,
                            p.security_descriptor.empty() ? p.security : p.security_descriptor}};
    if (p.share_sub_dirs == 0) {
        return all;
    }
    for (const auto& entry : std::filesystem::directory_iterator(p.path)) {
        if (entry.is_directory()) {
            all.push_back(all.front());
            all.back().path = entry.path().string<WCHAR>();
            all.back().name = entry.path().filename().string<WCHAR>();
            all.back().name.append(p.hide_sub_dir_shares != 0 ? 1 : 0, WCHAR{'$'});
        }
    }
    return all;
}

}  // namespace

DWORD Hooks::online(OnlineContext& context) {
    if (!std::filesystem::is_directory(context.properties().path)) {
        context.log.error("there is no directory ", context.properties().path);
        return ERROR_PATH_NOT_FOUND;
    }
    for (const Share& share : shares(context.properties())) {
        withdraw(share.name);  // left over by a process that was killed
        const DWORD status = publish(share);
        if (status != ERROR_SUCCESS || !context.progress()) {
            context.log.error("cannot share ", share.path, " as ", share.name, ": ", status);
            withdraw_all();
            return status != ERROR_SUCCESS ? status : DWORD{ERROR_OPERATION_ABORTED};
        }
        published_.with([&share](auto& names) { names.push_back(share.name); });
    }
    return ERROR_SUCCESS;
}

DWORD Hooks::offline(OfflineContext&) {
    withdraw_all();
    return ERROR_SUCCESS;
}

void Hooks::terminate(TerminateContext&) {
    withdraw_all();
}

bool Hooks::is_alive(HealthContext&) {
    const auto names = published_.with([](const auto& all) { return all; });
    return !names.empty() && std::ranges::all_of(names, is_published);
}

DWORD Hooks::validate(ControlContext& context, const Properties& proposed) {
    if (proposed.share_name.find_first_of(RESFORGE_TEXT("\\/:*?\"<>|")) != resforge::Text::npos) {
        context.log.error("a share name holds none of \\ / : * ? \" < > |");
        return ERROR_INVALID_PARAMETER;
    }
    return proposed.csc_cache.size() > 1 ? ERROR_INVALID_PARAMETER : ERROR_SUCCESS;
}

void Hooks::properties_changed(ControlContext& context, const Properties& stored) {
    for (const resforge::Text& name : published_.with([](const auto& all) { return all; })) {
        if (const DWORD status = limit_users(name, stored.max_users); status != ERROR_SUCCESS) {
            context.log.warning("the new limit of ", name, " is not in force: ", status);
        }
    }
}

void Hooks::withdraw_all() {
    std::vector<resforge::Text> names;
    published_.with([&names](auto& all) { all.swap(names); });
    std::ranges::for_each(names, [](const resforge::Text& name) { withdraw(name); });
}

}  // namespace example_file_share
