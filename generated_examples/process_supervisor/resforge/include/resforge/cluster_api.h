// The functions of clusapi.dll and resutils.dll that a resource DLL meets, for compilers whose own
// cluster headers are missing or incomplete. Source of every signature: its nf- page.
//
// Which of them a hook may call, and from where, is the business of deadlock_list.h.
#pragma once

#include "resforge/cluster_abi.h"

#ifdef _MSC_VER

#include <winsvc.h>

#else

struct HRESENUM__;
using HRESENUM = HRESENUM__*;
struct HGROUPENUM__;
using HGROUPENUM = HGROUPENUM__*;
using PCLUS_RESOURCE_CLASS_INFO = CLUS_RESOURCE_CLASS_INFO*;

// ns-clusapi-clusterversioninfo
struct CLUSTERVERSIONINFO {
    DWORD dwVersionInfoSize;
    WORD MajorVersion;
    WORD MinorVersion;
    WORD BuildNumber;
    WCHAR szVendorId[64];
    WCHAR szCSDVersion[64];
    DWORD dwClusterHighestVersion;
    DWORD dwClusterLowestVersion;
    DWORD dwFlags;
    DWORD dwReserved;
};
using LPCLUSTERVERSIONINFO = CLUSTERVERSIONINFO*;

enum CLUSTER_GROUP_STATE : int {
    ClusterGroupStateUnknown = -1,
    ClusterGroupOnline = 0,
    ClusterGroupOffline = 1,
    ClusterGroupFailed = 2,
    ClusterGroupPartialOnline = 3,
    ClusterGroupPending = 4,
};
enum CLUSTER_NODE_STATE : int {
    ClusterNodeStateUnknown = -1,
    ClusterNodeUp = 0,
    ClusterNodeDown = 1,
    ClusterNodePaused = 2,
    ClusterNodeJoining = 3,
};
enum CLUSTER_RESOURCE_ENUM : DWORD {
    CLUSTER_RESOURCE_ENUM_DEPENDS = 1,
    CLUSTER_RESOURCE_ENUM_PROVIDES = 2,
    CLUSTER_RESOURCE_ENUM_NODES = 4,
    CLUSTER_RESOURCE_ENUM_ALL = 7,
};

#ifdef _WIN32
#include <winsvc.h>
#else
struct SERVICE_STATUS {
    DWORD dwServiceType;
    DWORD dwCurrentState;
    DWORD dwControlsAccepted;
    DWORD dwWin32ExitCode;
    DWORD dwServiceSpecificExitCode;
    DWORD dwCheckPoint;
    DWORD dwWaitHint;
};
using LPSERVICE_STATUS = SERVICE_STATUS*;
inline constexpr DWORD SERVICE_STOPPED = 1;
inline constexpr DWORD SERVICE_START_PENDING = 2;
inline constexpr DWORD SERVICE_STOP_PENDING = 3;
inline constexpr DWORD SERVICE_RUNNING = 4;
inline constexpr DWORD SERVICE_CONTROL_STOP = 1;

extern "C" {
SC_HANDLE WINAPI OpenSCManagerW(LPCWSTR machine, LPCWSTR database, DWORD access);
SC_HANDLE WINAPI OpenServiceW(SC_HANDLE manager, LPCWSTR name, DWORD access);
BOOL WINAPI CloseServiceHandle(SC_HANDLE handle);
BOOL WINAPI QueryServiceStatus(SC_HANDLE service, LPSERVICE_STATUS status);
BOOL WINAPI ControlService(SC_HANDLE service, DWORD control, LPSERVICE_STATUS status);
BOOL WINAPI StartServiceW(SC_HANDLE service, DWORD count, LPCWSTR* arguments);
}
#endif

extern "C" {
// --- clusapi: the database, beyond what the runtime's own header declares ---
LONG WINAPI ClusterRegGetKeySecurity(HKEY key, SECURITY_INFORMATION information,
                                     PSECURITY_DESCRIPTOR descriptor, LPDWORD size);
LONG WINAPI ClusterRegSetKeySecurity(HKEY key, SECURITY_INFORMATION information,
                                     PSECURITY_DESCRIPTOR descriptor);

// --- clusapi: objects ---
HRESOURCE WINAPI OpenClusterResource(HCLUSTER cluster, LPCWSTR name);
BOOL WINAPI CloseClusterResource(HRESOURCE resource);
HGROUP WINAPI OpenClusterGroup(HCLUSTER cluster, LPCWSTR name);
BOOL WINAPI CloseClusterGroup(HGROUP group);
HNODE WINAPI OpenClusterNode(HCLUSTER cluster, LPCWSTR name);
BOOL WINAPI CloseClusterNode(HNODE node);
HKEY WINAPI GetClusterKey(HCLUSTER cluster, REGSAM access);
HKEY WINAPI GetClusterResourceKey(HRESOURCE resource, REGSAM access);
HKEY WINAPI GetClusterGroupKey(HGROUP group, REGSAM access);
HKEY WINAPI GetClusterNodeKey(HNODE node, REGSAM access);
CLUSTER_RESOURCE_STATE WINAPI GetClusterResourceState(HRESOURCE resource, LPWSTR node,
                                                      LPDWORD node_length, LPWSTR group,
                                                      LPDWORD group_length);
CLUSTER_GROUP_STATE WINAPI GetClusterGroupState(HGROUP group, LPWSTR node, LPDWORD node_length);
CLUSTER_NODE_STATE WINAPI GetClusterNodeState(HNODE node);
DWORD WINAPI GetClusterNodeId(HNODE node, LPWSTR id, LPDWORD length);
DWORD WINAPI GetNodeClusterState(LPCWSTR node, LPDWORD state);
DWORD WINAPI GetClusterInformation(HCLUSTER cluster, LPWSTR name, LPDWORD name_length,
                                   LPCLUSTERVERSIONINFO information);
BOOL WINAPI GetClusterResourceNetworkName(HRESOURCE resource, LPWSTR name, LPDWORD length);
BOOL WINAPI CanResourceBeDependent(HRESOURCE resource, HRESOURCE provider);
DWORD WINAPI AddClusterResourceNode(HRESOURCE resource, HNODE node);
HRESENUM WINAPI ClusterResourceOpenEnum(HRESOURCE resource, DWORD types);
DWORD WINAPI ClusterResourceGetEnumCount(HRESENUM enumeration);
DWORD WINAPI ClusterResourceEnum(HRESENUM enumeration, DWORD index, LPDWORD type, LPWSTR name,
                                 LPDWORD length);
DWORD WINAPI ClusterResourceCloseEnum(HRESENUM enumeration);
HGROUPENUM WINAPI ClusterGroupOpenEnum(HGROUP group, DWORD types);
DWORD WINAPI ClusterGroupGetEnumCount(HGROUPENUM enumeration);
DWORD WINAPI ClusterGroupEnum(HGROUPENUM enumeration, DWORD index, LPDWORD type, LPWSTR name,
                              LPDWORD length);
DWORD WINAPI ClusterGroupCloseEnum(HGROUPENUM enumeration);
DWORD WINAPI ClusterResourceControl(HRESOURCE resource, HNODE host, DWORD code, LPVOID input,
                                    DWORD input_size, LPVOID output, DWORD output_size,
                                    LPDWORD bytes_returned);
DWORD WINAPI ClusterResourceTypeControl(HCLUSTER cluster, LPCWSTR type, HNODE host, DWORD code,
                                        LPVOID input, DWORD input_size, LPVOID output,
                                        DWORD output_size, LPDWORD bytes_returned);
DWORD WINAPI ClusterGroupControl(HGROUP group, HNODE host, DWORD code, LPVOID input,
                                 DWORD input_size, LPVOID output, DWORD output_size,
                                 LPDWORD bytes_returned);

// --- clusapi: never to be called from a resource DLL ---
DWORD WINAPI AddClusterResourceDependency(HRESOURCE resource, HRESOURCE provider);
DWORD WINAPI RemoveClusterResourceDependency(HRESOURCE resource, HRESOURCE provider);
DWORD WINAPI RemoveClusterResourceNode(HRESOURCE resource, HNODE node);
DWORD WINAPI ChangeClusterResourceGroup(HRESOURCE resource, HGROUP group);
HRESOURCE WINAPI CreateClusterResource(HGROUP group, LPCWSTR name, LPCWSTR type, DWORD flags);
DWORD WINAPI DeleteClusterResource(HRESOURCE resource);
DWORD WINAPI FailClusterResource(HRESOURCE resource);
DWORD WINAPI OnlineClusterResource(HRESOURCE resource);
DWORD WINAPI OfflineClusterResource(HRESOURCE resource);
DWORD WINAPI SetClusterResourceName(HRESOURCE resource, LPCWSTR name);
HGROUP WINAPI CreateClusterGroup(HCLUSTER cluster, LPCWSTR name);
DWORD WINAPI DeleteClusterGroup(HGROUP group);
DWORD WINAPI DestroyClusterGroup(HGROUP group);
DWORD WINAPI MoveClusterGroup(HGROUP group, HNODE node);
DWORD WINAPI OnlineClusterGroup(HGROUP group, HNODE node);
DWORD WINAPI OfflineClusterGroup(HGROUP group);
DWORD WINAPI SetClusterGroupName(HGROUP group, LPCWSTR name);
DWORD WINAPI SetClusterGroupNodeList(HGROUP group, DWORD count, HNODE* nodes);
DWORD WINAPI SetClusterName(HCLUSTER cluster, LPCWSTR name);
DWORD WINAPI SetClusterQuorumResource(HRESOURCE resource, LPCWSTR device, DWORD log_size);
DWORD WINAPI SetClusterServiceAccountPassword(LPCWSTR cluster, LPCWSTR password, DWORD flags,
                                              LPVOID status, LPDWORD status_size);
}

extern "C" {
// --- resutils: reading ---
DWORD WINAPI ResUtilEnumProperties(const PRESUTIL_PROPERTY_ITEM table, LPWSTR output, DWORD size,
                                   LPDWORD returned, LPDWORD required);
DWORD WINAPI ResUtilEnumPrivateProperties(HKEY key, LPWSTR output, DWORD size, LPDWORD returned,
                                          LPDWORD required);
DWORD WINAPI ResUtilGetPropertyFormats(const PRESUTIL_PROPERTY_ITEM table, PVOID output, DWORD size,
                                       LPDWORD returned, LPDWORD required);
DWORD WINAPI ResUtilGetProperties(HKEY key, const PRESUTIL_PROPERTY_ITEM table, PVOID output,
                                  DWORD size, LPDWORD returned, LPDWORD required);
DWORD WINAPI ResUtilGetAllProperties(HKEY key, const PRESUTIL_PROPERTY_ITEM table, PVOID output,
                                     DWORD size, LPDWORD returned, LPDWORD required);
DWORD WINAPI ResUtilGetPrivateProperties(HKEY key, PVOID output, DWORD size, LPDWORD returned,
                                         LPDWORD required);
DWORD WINAPI ResUtilGetPropertySize(HKEY key, const PRESUTIL_PROPERTY_ITEM item, LPDWORD list_size,
                                    LPDWORD count);
DWORD WINAPI ResUtilGetProperty(HKEY key, const PRESUTIL_PROPERTY_ITEM item, PVOID* output,
                                LPDWORD size);
DWORD WINAPI ResUtilGetPropertiesToParameterBlock(HKEY key, const PRESUTIL_PROPERTY_ITEM table,
                                                  LPBYTE block, BOOL check_required,
                                                  LPWSTR* name_in_error);
DWORD WINAPI ResUtilPropertyListFromParameterBlock(const PRESUTIL_PROPERTY_ITEM table, PVOID output,
                                                   LPDWORD size, const LPBYTE block,
                                                   LPDWORD returned, LPDWORD required);

// --- resutils: verifying and writing ---
DWORD WINAPI ResUtilVerifyPropertyTable(const PRESUTIL_PROPERTY_ITEM table, PVOID reserved,
                                        BOOL allow_unknown, const PVOID list, DWORD size,
                                        LPBYTE block);
DWORD WINAPI ResUtilVerifyPrivatePropertyList(const PVOID list, DWORD size);
DWORD WINAPI ResUtilSetPropertyTable(HKEY key, const PRESUTIL_PROPERTY_ITEM table, PVOID reserved,
                                     BOOL allow_unknown, const PVOID list, DWORD size,
                                     LPBYTE block);
DWORD WINAPI ResUtilSetPropertyTableEx(HKEY key, const PRESUTIL_PROPERTY_ITEM table, PVOID reserved,
                                       BOOL allow_unknown, const PVOID list, DWORD size,
                                       BOOL force_write, LPBYTE block);
DWORD WINAPI ResUtilSetPropertyParameterBlock(HKEY key, const PRESUTIL_PROPERTY_ITEM table,
                                              PVOID reserved, const LPBYTE input, const PVOID list,
                                              DWORD size, LPBYTE output);
DWORD WINAPI ResUtilSetPropertyParameterBlockEx(HKEY key, const PRESUTIL_PROPERTY_ITEM table,
                                                PVOID reserved, const LPBYTE input,
                                                const PVOID list, DWORD size, BOOL force_write,
                                                LPBYTE output);
DWORD WINAPI ResUtilSetUnknownProperties(HKEY key, const PRESUTIL_PROPERTY_ITEM table,
                                         const PVOID list, DWORD size);
DWORD WINAPI ResUtilSetPrivatePropertyList(HKEY key, const PVOID list, DWORD size);
DWORD WINAPI ResUtilAddUnknownProperties(HKEY key, const PRESUTIL_PROPERTY_ITEM table, PVOID list,
                                         DWORD size, LPDWORD returned, LPDWORD required);
DWORD WINAPI ResUtilDupParameterBlock(LPBYTE output, const LPBYTE input,
                                      const PRESUTIL_PROPERTY_ITEM table);
VOID WINAPI ResUtilFreeParameterBlock(LPBYTE output, const LPBYTE input,
                                      const PRESUTIL_PROPERTY_ITEM table);

// --- resutils: list values ---
DWORD WINAPI ResUtilFindDwordProperty(const PVOID list, DWORD size, LPCWSTR name, LPDWORD value);
DWORD WINAPI ResUtilFindLongProperty(const PVOID list, DWORD size, LPCWSTR name, LPLONG value);
DWORD WINAPI ResUtilFindULargeIntegerProperty(const PVOID list, DWORD size, LPCWSTR name,
                                              PULONGLONG value);
DWORD WINAPI ResUtilFindSzProperty(const PVOID list, DWORD size, LPCWSTR name, LPWSTR* value);
DWORD WINAPI ResUtilFindExpandSzProperty(const PVOID list, DWORD size, LPCWSTR name, LPWSTR* value);
DWORD WINAPI ResUtilFindExpandedSzProperty(const PVOID list, DWORD size, LPCWSTR name,
                                           LPWSTR* value);
DWORD WINAPI ResUtilFindMultiSzProperty(const PVOID list, DWORD size, LPCWSTR name, LPWSTR* value,
                                        LPDWORD value_size);
DWORD WINAPI ResUtilFindBinaryProperty(const PVOID list, DWORD size, LPCWSTR name, LPBYTE* value,
                                       LPDWORD value_size);
DWORD WINAPI ResUtilFindFileTimeProperty(const PVOID list, DWORD size, LPCWSTR name,
                                         LPFILETIME value);
DWORD WINAPI ResUtilGetDwordProperty(LPDWORD output, const PCLUSPROP_DWORD value, DWORD old_value,
                                     DWORD minimum, DWORD maximum, LPBYTE* list, LPDWORD size);
DWORD WINAPI ResUtilGetLongProperty(LPLONG output, const PCLUSPROP_LONG value, LONG old_value,
                                    LONG minimum, LONG maximum, LPBYTE* list, LPDWORD size);
DWORD WINAPI ResUtilGetFileTimeProperty(LPFILETIME output, const PCLUSPROP_FILETIME value,
                                        FILETIME old_value, FILETIME minimum, FILETIME maximum,
                                        LPBYTE* list, LPDWORD size);
DWORD WINAPI ResUtilGetSzProperty(LPWSTR* output, const PCLUSPROP_SZ value, LPCWSTR old_value,
                                  LPBYTE* list, LPDWORD size);
DWORD WINAPI ResUtilGetMultiSzProperty(LPWSTR* output, LPDWORD output_size,
                                       const PCLUSPROP_SZ value, LPCWSTR old_value, DWORD old_size,
                                       LPBYTE* list, LPDWORD size);
DWORD WINAPI ResUtilGetBinaryProperty(LPBYTE* output, LPDWORD output_size,
                                      const PCLUSPROP_BINARY value, const LPBYTE old_value,
                                      DWORD old_size, LPBYTE* list, LPDWORD size);

// --- resutils: single values ---
LPWSTR WINAPI ResUtilGetSzValue(HKEY key, LPCWSTR name);
DWORD WINAPI ResUtilGetDwordValue(HKEY key, LPCWSTR name, LPDWORD value, DWORD default_value);
DWORD WINAPI ResUtilGetQwordValue(HKEY key, LPCWSTR name, PULONGLONG value,
                                  ULONGLONG default_value);
DWORD WINAPI ResUtilGetBinaryValue(HKEY key, LPCWSTR name, LPBYTE* value, LPDWORD size);
DWORD WINAPI ResUtilSetDwordValue(HKEY key, LPCWSTR name, DWORD value, LPDWORD output);
DWORD WINAPI ResUtilSetQwordValue(HKEY key, LPCWSTR name, ULONGLONG value, PULONGLONG output);
DWORD WINAPI ResUtilSetSzValue(HKEY key, LPCWSTR name, LPCWSTR value, LPWSTR* output);
DWORD WINAPI ResUtilSetExpandSzValue(HKEY key, LPCWSTR name, LPCWSTR value, LPWSTR* output);
DWORD WINAPI ResUtilSetMultiSzValue(HKEY key, LPCWSTR name, LPCWSTR value, DWORD size,
                                    LPWSTR* output, LPDWORD output_size);
DWORD WINAPI ResUtilSetBinaryValue(HKEY key, LPCWSTR name, const LPBYTE value, DWORD size,
                                   LPBYTE* output, LPDWORD output_size);

// --- resutils: services, resources, strings ---
DWORD WINAPI ResUtilStartResourceService(LPCWSTR name, LPSC_HANDLE service);
DWORD WINAPI ResUtilVerifyResourceService(LPCWSTR name);
DWORD WINAPI ResUtilStopResourceService(LPCWSTR name);
DWORD WINAPI ResUtilVerifyService(SC_HANDLE service);
DWORD WINAPI ResUtilStopService(SC_HANDLE service);
DWORD WINAPI ResUtilSetResourceServiceEnvironment(LPCWSTR name, HRESOURCE resource,
                                                  PLOG_EVENT_ROUTINE log, RESOURCE_HANDLE handle);
DWORD WINAPI ResUtilRemoveResourceServiceEnvironment(LPCWSTR name, PLOG_EVENT_ROUTINE log,
                                                     RESOURCE_HANDLE handle);
LPVOID WINAPI ResUtilGetEnvironmentWithNetName(HRESOURCE resource);
DWORD WINAPI ResUtilFreeEnvironment(LPVOID environment);
LPWSTR WINAPI ResUtilDupString(LPCWSTR text);
LPWSTR WINAPI ResUtilExpandEnvironmentStrings(LPCWSTR text);
HRESOURCE WINAPI ResUtilGetResourceDependency(HANDLE self, LPCWSTR type);
HRESOURCE WINAPI ResUtilGetResourceDependencyByName(HCLUSTER cluster, HANDLE self, LPCWSTR type,
                                                    BOOL recurse);
HRESOURCE WINAPI ResUtilGetResourceDependencyByClass(HCLUSTER cluster, HANDLE self,
                                                     PCLUS_RESOURCE_CLASS_INFO info, BOOL recurse);
HRESOURCE WINAPI ResUtilGetResourceNameDependency(LPCWSTR name, LPCWSTR type);
DWORD WINAPI ResUtilGetResourceDependentIPAddressProps(HRESOURCE resource, LPWSTR address,
                                                       DWORD* address_length, LPWSTR mask,
                                                       DWORD* mask_length, LPWSTR network,
                                                       DWORD* network_length);
DWORD WINAPI ResUtilGetResourceName(HRESOURCE resource, PWSTR name, DWORD* length);
BOOL WINAPI ResUtilResourcesEqual(HRESOURCE self, HRESOURCE resource);
BOOL WINAPI ResUtilResourceTypesEqual(LPCWSTR type, HRESOURCE resource);
DWORD WINAPI ResUtilFindDependentDiskResourceDriveLetter(HCLUSTER cluster, HRESOURCE resource,
                                                         LPWSTR letter, DWORD* length);

// --- resutils: worker threads ---
DWORD WINAPI ClusWorkerCreate(PCLUS_WORKER worker, PWORKER_START_ROUTINE start, PVOID parameter);
BOOL WINAPI ClusWorkerCheckTerminate(PCLUS_WORKER worker);
VOID WINAPI ClusWorkerTerminate(PCLUS_WORKER worker);
DWORD WINAPI ClusWorkerTerminateEx(PCLUS_WORKER worker, DWORD milliseconds, BOOL wait_only);
DWORD WINAPI ClusWorkersTerminate(PCLUS_WORKER* workers, SIZE_T count, DWORD milliseconds,
                                  BOOL wait_only);
}

// A header inline in the SDK, too (nf-resapi-resutilgetmultiszvalue).
inline DWORD ResUtilGetMultiSzValue(HKEY key, LPCWSTR name, LPWSTR* value, LPDWORD size) {
    BYTE* bytes = nullptr;
    const DWORD status = ResUtilGetBinaryValue(key, name, &bytes, size);
    if (status == ERROR_SUCCESS) {
        *value = static_cast<LPWSTR>(static_cast<void*>(bytes));
    }
    return status;
}

#endif
