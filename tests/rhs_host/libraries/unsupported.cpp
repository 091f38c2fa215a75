// Calls a function of the cluster API that no resource DLL should need.
#include "plain.h"

extern "C" __declspec(dllimport) DWORD WINAPI BackupClusterDatabase(HANDLE cluster, LPCWSTR path);

namespace {

DWORD WINAPI online(RESID, LPHANDLE) {
    return BackupClusterDatabase(nullptr, L"C:\\nowhere");
}

}  // namespace

PLAIN_STARTUP(plain::table.V1Functions.Online = online)
