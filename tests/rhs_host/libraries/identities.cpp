// Comes online if a thread calls itself what its creator was told, and nobody else does.
#include "plain.h"

namespace {

DWORD WINAPI tell_identity(LPVOID told) {
    *static_cast<DWORD*>(told) = GetCurrentThreadId();
    return 0;
}

#ifdef _WIN32
DWORD identity_of(HANDLE thread, DWORD) {
    return GetThreadId(thread);
}
#else
DWORD identity_of(HANDLE, DWORD given) {
    return given;  // Linux has no such function.
}
#endif

DWORD WINAPI online(RESID resid, LPHANDLE) {
    DWORD given = 0;
    DWORD told = 0;
    HANDLE thread = CreateThread(nullptr, 0, tell_identity, &told, 0, &given);
    if (thread == nullptr) {
        return GetLastError();
    }
    WaitForSingleObject(thread, INFINITE);
    const bool agree = identity_of(thread, given) == given;
    CloseHandle(thread);
    if (!agree || told == 0 || told != given || told == GetCurrentThreadId()) {
        return ERROR_INVALID_DATA;
    }
    plain::instance_of(resid).state = ClusterResourceOnline;
    return ERROR_SUCCESS;
}

}  // namespace

PLAIN_STARTUP(plain::table.V1Functions.Online = online)
