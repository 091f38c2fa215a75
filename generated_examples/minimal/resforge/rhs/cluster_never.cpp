// Functions that a resource DLL must never call: each reports it and changes nothing.
#include "cluster_call.h"
#include "cluster_errors.h"

namespace resforge::rhs {
namespace {

// The call is reported by guarded(); in a real cluster it could wait for ever.
std::uint32_t refuse(std::string_view function) {
    return guarded(function, [] { return error::kClusterInvalidRequest; });
}

}  // namespace

namespace emulated {

RESFORGE_EMULATED DWORD WINAPI AddClusterResourceDependency(HRESOURCE, HRESOURCE) {
    return refuse("AddClusterResourceDependency");
}

RESFORGE_EMULATED DWORD WINAPI RemoveClusterResourceDependency(HRESOURCE, HRESOURCE) {
    return refuse("RemoveClusterResourceDependency");
}

RESFORGE_EMULATED DWORD WINAPI RemoveClusterResourceNode(HRESOURCE, HNODE) {
    return refuse("RemoveClusterResourceNode");
}

RESFORGE_EMULATED DWORD WINAPI ChangeClusterResourceGroup(HRESOURCE, HGROUP) {
    return refuse("ChangeClusterResourceGroup");
}

RESFORGE_EMULATED HRESOURCE WINAPI CreateClusterResource(HGROUP, LPCWSTR, LPCWSTR, DWORD) {
    SetLastError(refuse("CreateClusterResource"));
    return nullptr;
}

RESFORGE_EMULATED DWORD WINAPI DeleteClusterResource(HRESOURCE) {
    return refuse("DeleteClusterResource");
}

RESFORGE_EMULATED DWORD WINAPI FailClusterResource(HRESOURCE) {
    return refuse("FailClusterResource");
}

RESFORGE_EMULATED DWORD WINAPI OnlineClusterResource(HRESOURCE) {
    return refuse("OnlineClusterResource");
}

RESFORGE_EMULATED DWORD WINAPI OfflineClusterResource(HRESOURCE) {
    return refuse("OfflineClusterResource");
}

RESFORGE_EMULATED DWORD WINAPI SetClusterResourceName(HRESOURCE, LPCWSTR) {
    return refuse("SetClusterResourceName");
}

RESFORGE_EMULATED HGROUP WINAPI CreateClusterGroup(HCLUSTER, LPCWSTR) {
    SetLastError(refuse("CreateClusterGroup"));
    return nullptr;
}

RESFORGE_EMULATED DWORD WINAPI DeleteClusterGroup(HGROUP) {
    return refuse("DeleteClusterGroup");
}

RESFORGE_EMULATED DWORD WINAPI DestroyClusterGroup(HGROUP) {
    return refuse("DestroyClusterGroup");
}

RESFORGE_EMULATED DWORD WINAPI MoveClusterGroup(HGROUP, HNODE) {
    return refuse("MoveClusterGroup");
}

RESFORGE_EMULATED DWORD WINAPI OnlineClusterGroup(HGROUP, HNODE) {
    return refuse("OnlineClusterGroup");
}

RESFORGE_EMULATED DWORD WINAPI OfflineClusterGroup(HGROUP) {
    return refuse("OfflineClusterGroup");
}

RESFORGE_EMULATED DWORD WINAPI SetClusterGroupName(HGROUP, LPCWSTR) {
    return refuse("SetClusterGroupName");
}

RESFORGE_EMULATED DWORD WINAPI SetClusterGroupNodeList(HGROUP, DWORD, HNODE*) {
    return refuse("SetClusterGroupNodeList");
}

RESFORGE_EMULATED DWORD WINAPI SetClusterName(HCLUSTER, LPCWSTR) {
    return refuse("SetClusterName");
}

RESFORGE_EMULATED DWORD WINAPI SetClusterQuorumResource(HRESOURCE, LPCWSTR, DWORD) {
    return refuse("SetClusterQuorumResource");
}

RESFORGE_EMULATED DWORD WINAPI SetClusterServiceAccountPassword(LPCWSTR, LPCWSTR, DWORD, LPVOID,
                                                                LPDWORD) {
    return refuse("SetClusterServiceAccountPassword");
}

RESFORGE_EMULATED DWORD WINAPI ResUtilFindDependentDiskResourceDriveLetter(HCLUSTER, HRESOURCE,
                                                                           LPWSTR, DWORD*) {
    return refuse("ResUtilFindDependentDiskResourceDriveLetter");
}

}  // namespace emulated
}  // namespace resforge::rhs
