// Shares of this computer: network shares on Windows, elsewhere links in one directory.
#pragma once

#include "resforge/resforge.h"
#ifdef _WIN32
#include <lm.h>
#else
#include <filesystem>
#endif

namespace example_file_share {

// Fields of SHARE_INFO_502 and SHARE_INFO_1005 (pages ns-lmshare-share_info_502 and _1005).
struct Share {
    resforge::Text name, path, remark;
    DWORD max_users, flags;
    resforge::Bytes security_descriptor;  // self-relative; empty: the default of the system
};

#ifdef _WIN32
inline DWORD publish(Share share) {
    SHARE_INFO_502 info{};
    info.shi502_netname = share.name.data();
    info.shi502_type = STYPE_DISKTREE;
    info.shi502_remark = share.remark.data();
    info.shi502_max_uses = share.max_users;
    info.shi502_path = share.path.data();
    const bool secured = !share.security_descriptor.empty();
    info.shi502_security_descriptor = secured ? share.security_descriptor.data() : nullptr;
    const DWORD status = ::NetShareAdd(nullptr, 502, reinterpret_cast<LPBYTE>(&info), nullptr);
    SHARE_INFO_1005 flags{share.flags};
    return status != NERR_Success ? status
                                  : ::NetShareSetInfo(nullptr, share.name.data(), 1005,
                                                      reinterpret_cast<LPBYTE>(&flags), nullptr);
}
inline DWORD limit_users(resforge::Text name, DWORD users) {
    SHARE_INFO_1006 info{users};
    return ::NetShareSetInfo(nullptr, name.data(), 1006, reinterpret_cast<LPBYTE>(&info), nullptr);
}
inline void withdraw(resforge::Text name) {
    ::NetShareDel(nullptr, name.data(), 0);
}
inline bool is_published(resforge::Text name) {
    LPBYTE info = nullptr;
    const bool found = ::NetShareGetInfo(nullptr, name.data(), 0, &info) == NERR_Success;
    ::NetApiBufferFree(info);
    return found;
}
#else
inline std::filesystem::path link_of(const resforge::Text& name) {
    const auto root = std::filesystem::temp_directory_path() / "example_file_share";
    std::filesystem::create_directories(root);
    return root / name;
}
inline DWORD publish(const Share& share) {
    std::error_code error;
    std::filesystem::create_directory_symlink(share.path, link_of(share.name), error);
    return error ? DWORD{ERROR_ALREADY_EXISTS} : DWORD{ERROR_SUCCESS};
}
inline DWORD limit_users(const resforge::Text&, DWORD) {
    return ERROR_SUCCESS;
}
inline void withdraw(const resforge::Text& name) {
    std::filesystem::remove(link_of(name));
}
inline bool is_published(const resforge::Text& name) {
    return is_directory(link_of(name));
}
#endif

}  // namespace example_file_share
