// Names, values and layouts of the failover cluster API that a resource DLL meets.
//
// MSVC has complete headers and uses them. The headers of MinGW and zig do not compile as C++ and
// stop at old versions, so everywhere else the documented declarations follow, under their own
// names. The assertions at the end hold for both.
#pragma once

#include "resforge/win32.h"

#ifdef _MSC_VER

#include <clusapi.h>
#include <resapi.h>

#else

#include "resforge/cluster_control_abi.h"
#include "resforge/cluster_property_abi.h"

using RESID = PVOID;
using RESOURCE_HANDLE = HANDLE;

struct HCLUSTER__;
using HCLUSTER = HCLUSTER__*;
struct HRESOURCE__;
using HRESOURCE = HRESOURCE__*;
struct HGROUP__;
using HGROUP = HGROUP__*;
struct HNODE__;
using HNODE = HNODE__*;

enum CLUSTER_RESOURCE_STATE : int {
    ClusterResourceStateUnknown = -1,
    ClusterResourceInherited = 0,
    ClusterResourceInitializing = 1,
    ClusterResourceOnline = 2,
    ClusterResourceOffline = 3,
    ClusterResourceFailed = 4,
    ClusterResourceCannotComeOnlineOnAnyNode = 126,
    ClusterResourceCannotComeOnlineOnThisNode = 127,
    ClusterResourcePending = 128,
    ClusterResourceOnlinePending = 129,
    ClusterResourceOfflinePending = 130,
};

enum LOG_LEVEL : int { LOG_INFORMATION = 0, LOG_WARNING = 1, LOG_ERROR = 2, LOG_SEVERE = 3 };

enum RESOURCE_EXIT_STATE : int {
    ResourceExitStateContinue = 0,
    ResourceExitStateTerminate = 1,
    ResourceExitStateMax = 2,
};

enum FAILURE_TYPE : int {
    FAILURE_TYPE_GENERAL = 0,
    FAILURE_TYPE_EMBEDDED = 1,
    FAILURE_TYPE_NETWORK_LOSS = 2,
};

enum CLUSTER_RESOURCE_APPLICATION_STATE : int {
    ClusterResourceApplicationStateUnknown = 1,
    ClusterResourceApplicationOSHeartBeat = 2,
    ClusterResourceApplicationReady = 3,
};

// ns-resapi-resource_status
struct RESOURCE_STATUS {
    CLUSTER_RESOURCE_STATE ResourceState;
    DWORD CheckPoint;
    DWORD WaitHint;
    HANDLE EventHandle;
};
using PRESOURCE_STATUS = RESOURCE_STATUS*;

// ns-resapi-resource_status_ex
struct RESOURCE_STATUS_EX {
    CLUSTER_RESOURCE_STATE ResourceState;
    DWORD CheckPoint;
    HANDLE EventHandle;
    DWORD ApplicationSpecificErrorCode;
    DWORD Flags;
    DWORD WaitHint;
};
using PRESOURCE_STATUS_EX = RESOURCE_STATUS_EX*;

// ns-resapi-clus_worker
struct CLUS_WORKER {
    HANDLE hThread;
    BOOL Terminate;
};
using PCLUS_WORKER = CLUS_WORKER*;
using PWORKER_START_ROUTINE = DWORD(WINAPI*)(PCLUS_WORKER worker, LPVOID parameter);

using RES_CTL_CTX = LONGLONG;
using RESTYPE_CTL_CTX = LONGLONG;

// Callbacks: nc-resapi-pset_resource_status_routine, nc-resapi-plog_event_routine and neighbours.
using PSET_RESOURCE_STATUS_ROUTINE = DWORD(WINAPI*)(RESOURCE_HANDLE, PRESOURCE_STATUS);
using PSET_RESOURCE_STATUS_ROUTINE_EX = DWORD(WINAPI*)(RESOURCE_HANDLE, PRESOURCE_STATUS_EX);
using PQUORUM_RESOURCE_LOST = VOID(WINAPI*)(RESOURCE_HANDLE);
using PLOG_EVENT_ROUTINE = VOID(WINAPI*)(RESOURCE_HANDLE, LOG_LEVEL, LPCWSTR format, ...);

// Entry points: nc-resapi-popen_routine and one page for each of the others.
using POPEN_ROUTINE = RESID(WINAPI*)(LPCWSTR name, HKEY key, RESOURCE_HANDLE resource);
using POPEN_V2_ROUTINE = RESID(WINAPI*)(LPCWSTR name, HKEY key, RESOURCE_HANDLE, DWORD flags);
using PCLOSE_ROUTINE = VOID(WINAPI*)(RESID);
using PONLINE_ROUTINE = DWORD(WINAPI*)(RESID, LPHANDLE event_handle);
using PONLINE_V2_ROUTINE = DWORD(WINAPI*)(RESID, LPHANDLE, DWORD flags, PBYTE, DWORD, DWORD);
using POFFLINE_ROUTINE = DWORD(WINAPI*)(RESID);
using POFFLINE_V2_ROUTINE = DWORD(WINAPI*)(RESID, LPCWSTR node, DWORD flags, PBYTE, DWORD, DWORD);
using PTERMINATE_ROUTINE = VOID(WINAPI*)(RESID);
using PIS_ALIVE_ROUTINE = BOOL(WINAPI*)(RESID);
using PLOOKS_ALIVE_ROUTINE = BOOL(WINAPI*)(RESID);
using PARBITRATE_ROUTINE = DWORD(WINAPI*)(RESID, PQUORUM_RESOURCE_LOST);
using PRELEASE_ROUTINE = DWORD(WINAPI*)(RESID);
using PCANCEL_ROUTINE = DWORD(WINAPI*)(RESID, DWORD flags);
using PRESOURCE_CONTROL_ROUTINE = DWORD(WINAPI*)(RESID, DWORD code, PVOID input, DWORD input_size,
                                                 PVOID output, DWORD output_size,
                                                 LPDWORD bytes_returned);
using PRESOURCE_TYPE_CONTROL_ROUTINE = DWORD(WINAPI*)(LPCWSTR type, DWORD code, PVOID input,
                                                      DWORD input_size, PVOID output,
                                                      DWORD output_size, LPDWORD bytes_returned);
using PBEGIN_RESCALL_ROUTINE = DWORD(WINAPI*)(RESID, DWORD code, PVOID, DWORD, PVOID, DWORD,
                                              LPDWORD, RES_CTL_CTX, LPBOOL returned_later);
using PBEGIN_RESTYPECALL_ROUTINE = DWORD(WINAPI*)(LPCWSTR, DWORD code, PVOID, DWORD, PVOID, DWORD,
                                                  LPDWORD, RESTYPE_CTL_CTX, LPBOOL);
using PBEGIN_RESCALL_AS_USER_ROUTINE = DWORD(WINAPI*)(RESID, HANDLE token, DWORD code, PVOID, DWORD,
                                                      PVOID, DWORD, LPDWORD, RES_CTL_CTX, LPBOOL);
using PBEGIN_RESTYPECALL_AS_USER_ROUTINE = DWORD(WINAPI*)(LPCWSTR, HANDLE token, DWORD code, PVOID,
                                                          DWORD, PVOID, DWORD, LPDWORD,
                                                          RESTYPE_CTL_CTX, LPBOOL);

// ns-resapi-clres_v1_functions .. v4_functions
struct CLRES_V1_FUNCTIONS {
    POPEN_ROUTINE Open;
    PCLOSE_ROUTINE Close;
    PONLINE_ROUTINE Online;
    POFFLINE_ROUTINE Offline;
    PTERMINATE_ROUTINE Terminate;
    PLOOKS_ALIVE_ROUTINE LooksAlive;
    PIS_ALIVE_ROUTINE IsAlive;
    PARBITRATE_ROUTINE Arbitrate;
    PRELEASE_ROUTINE Release;
    PRESOURCE_CONTROL_ROUTINE ResourceControl;
    PRESOURCE_TYPE_CONTROL_ROUTINE ResourceTypeControl;
};

struct CLRES_V2_FUNCTIONS {
    POPEN_V2_ROUTINE Open;
    PCLOSE_ROUTINE Close;
    PONLINE_V2_ROUTINE Online;
    POFFLINE_V2_ROUTINE Offline;
    PTERMINATE_ROUTINE Terminate;
    PLOOKS_ALIVE_ROUTINE LooksAlive;
    PIS_ALIVE_ROUTINE IsAlive;
    PARBITRATE_ROUTINE Arbitrate;
    PRELEASE_ROUTINE Release;
    PRESOURCE_CONTROL_ROUTINE ResourceControl;
    PRESOURCE_TYPE_CONTROL_ROUTINE ResourceTypeControl;
    PCANCEL_ROUTINE Cancel;
};

struct CLRES_V3_FUNCTIONS {
    POPEN_V2_ROUTINE Open;
    PCLOSE_ROUTINE Close;
    PONLINE_V2_ROUTINE Online;
    POFFLINE_V2_ROUTINE Offline;
    PTERMINATE_ROUTINE Terminate;
    PLOOKS_ALIVE_ROUTINE LooksAlive;
    PIS_ALIVE_ROUTINE IsAlive;
    PARBITRATE_ROUTINE Arbitrate;
    PRELEASE_ROUTINE Release;
    PBEGIN_RESCALL_ROUTINE BeginResourceControl;
    PBEGIN_RESTYPECALL_ROUTINE BeginResourceTypeControl;
    PCANCEL_ROUTINE Cancel;
};

struct CLRES_V4_FUNCTIONS {
    POPEN_V2_ROUTINE Open;
    PCLOSE_ROUTINE Close;
    PONLINE_V2_ROUTINE Online;
    POFFLINE_V2_ROUTINE Offline;
    PTERMINATE_ROUTINE Terminate;
    PLOOKS_ALIVE_ROUTINE LooksAlive;
    PIS_ALIVE_ROUTINE IsAlive;
    PARBITRATE_ROUTINE Arbitrate;
    PRELEASE_ROUTINE Release;
    PBEGIN_RESCALL_ROUTINE BeginResourceControl;
    PBEGIN_RESTYPECALL_ROUTINE BeginResourceTypeControl;
    PCANCEL_ROUTINE Cancel;
    PBEGIN_RESCALL_AS_USER_ROUTINE BeginResourceControlAsUser;
    PBEGIN_RESTYPECALL_AS_USER_ROUTINE BeginResourceTypeControlAsUser;
};

inline constexpr DWORD CLRES_VERSION_V1_00 = 0x100;
inline constexpr DWORD CLRES_VERSION_V2_00 = 0x200;
inline constexpr DWORD CLRES_VERSION_V3_00 = 0x300;
inline constexpr DWORD CLRES_VERSION_V4_00 = 0x400;
inline constexpr DWORD CLRES_V1_FUNCTION_SIZE = sizeof(CLRES_V1_FUNCTIONS);
inline constexpr DWORD CLRES_V2_FUNCTION_SIZE = sizeof(CLRES_V2_FUNCTIONS);
inline constexpr DWORD CLRES_V3_FUNCTION_SIZE = sizeof(CLRES_V3_FUNCTIONS);
inline constexpr DWORD CLRES_V4_FUNCTION_SIZE = sizeof(CLRES_V4_FUNCTIONS);

// ns-resapi-clres_function_table: TableSize counts the functions only, never this header.
struct CLRES_FUNCTION_TABLE {
    DWORD TableSize;
    DWORD Version;
    union {
        CLRES_V1_FUNCTIONS V1Functions;
        CLRES_V2_FUNCTIONS V2Functions;
        CLRES_V3_FUNCTIONS V3Functions;
        CLRES_V4_FUNCTIONS V4Functions;
    };
};
using PCLRES_FUNCTION_TABLE = CLRES_FUNCTION_TABLE*;

// ns-resapi-clres_callback_function_table; it grows with the system and carries no size.
struct CLRES_CALLBACK_FUNCTION_TABLE {
    PLOG_EVENT_ROUTINE LogEvent;
    PSET_RESOURCE_STATUS_ROUTINE_EX SetResourceStatusEx;
    DWORD(WINAPI* SetResourceLockedMode)(RESOURCE_HANDLE, BOOL, DWORD reason);
    DWORD(WINAPI* SignalFailure)(RESOURCE_HANDLE, FAILURE_TYPE, DWORD application_error);
    DWORD(WINAPI* SetResourceInMemoryNodeLocalProperties)(RESOURCE_HANDLE, BYTE* list, DWORD size);
    DWORD(WINAPI* EndControlCall)(RES_CTL_CTX, DWORD status);
    DWORD(WINAPI* EndTypeControlCall)(RESTYPE_CTL_CTX, DWORD status);
    DWORD(WINAPI* ExtendControlCall)(RES_CTL_CTX, DWORD milliseconds);
    DWORD(WINAPI* ExtendTypeControlCall)(RESTYPE_CTL_CTX, DWORD milliseconds);
    DWORD(WINAPI* RaiseResTypeNotification)(LPCWSTR type, PBYTE payload, DWORD size);
    DWORD(WINAPI* ChangeResourceProcessForDumps)(RESOURCE_HANDLE, LPCWSTR, DWORD pid, BOOL add);
    DWORD(WINAPI* ChangeResTypeProcessForDumps)(LPCWSTR type, LPCWSTR, DWORD pid, BOOL add);
    DWORD(WINAPI* SetInternalState)(RESOURCE_HANDLE, CLUSTER_RESOURCE_APPLICATION_STATE, BOOL);
    DWORD(WINAPI* SetResourceLockedModeEx)(RESOURCE_HANDLE, BOOL, DWORD reason, DWORD flags);
    DWORD(WINAPI* RequestDump)(RESOURCE_HANDLE, BOOL call_in_progress, DWORD delay);
    DWORD(WINAPI* SetResourceWprPolicy)(RESOURCE_HANDLE, DWORD flags);
    DWORD(WINAPI* ArmWprWatchdogForCurrentResourceCall)(RESOURCE_HANDLE, ULONGLONG milliseconds);
};
using PCLRES_CALLBACK_FUNCTION_TABLE = CLRES_CALLBACK_FUNCTION_TABLE*;

// nc-resapi-pstartup_routine, nc-resapi-pstartup_ex_routine
using PSTARTUP_ROUTINE = DWORD(WINAPI*)(LPCWSTR type, DWORD minimum_version, DWORD maximum_version,
                                        PSET_RESOURCE_STATUS_ROUTINE, PLOG_EVENT_ROUTINE,
                                        PCLRES_FUNCTION_TABLE* table);
using PSTARTUP_EX_ROUTINE = DWORD(WINAPI*)(LPCWSTR type, DWORD minimum_version,
                                           DWORD maximum_version, PCLRES_CALLBACK_FUNCTION_TABLE,
                                           PCLRES_FUNCTION_TABLE* table);

// The cluster database (nf-clusapi-clusterregopenkey and neighbours). Its keys are not registry
// handles. Some functions are declared with LONG and some with DWORD, as in the SDK.
extern "C" {
LONG WINAPI ClusterRegCreateKey(HKEY key, LPCWSTR subkey, DWORD options, REGSAM access,
                                LPSECURITY_ATTRIBUTES security, PHKEY result, LPDWORD disposition);
LONG WINAPI ClusterRegOpenKey(HKEY key, LPCWSTR subkey, REGSAM access, PHKEY result);
LONG WINAPI ClusterRegCloseKey(HKEY key);
LONG WINAPI ClusterRegDeleteKey(HKEY key, LPCWSTR subkey);
LONG WINAPI ClusterRegEnumKey(HKEY key, DWORD index, LPWSTR name, LPDWORD name_length,
                              PFILETIME last_write);
DWORD WINAPI ClusterRegSetValue(HKEY key, LPCWSTR name, DWORD type, const BYTE* data, DWORD size);
DWORD WINAPI ClusterRegDeleteValue(HKEY key, LPCWSTR name);
LONG WINAPI ClusterRegQueryValue(HKEY key, LPCWSTR name, LPDWORD type, LPBYTE data, LPDWORD size);
DWORD WINAPI ClusterRegEnumValue(HKEY key, DWORD index, LPWSTR name, LPDWORD name_length,
                                 LPDWORD type, LPBYTE data, LPDWORD size);
LONG WINAPI ClusterRegQueryInfoKey(HKEY key, LPDWORD subkeys, LPDWORD longest_subkey,
                                   LPDWORD values, LPDWORD longest_name, LPDWORD longest_value,
                                   LPDWORD security_size, PFILETIME last_write);
HCLUSTER WINAPI OpenCluster(LPCWSTR name);
BOOL WINAPI CloseCluster(HCLUSTER cluster);
HKEY WINAPI GetClusterResourceTypeKey(HCLUSTER cluster, LPCWSTR type, REGSAM access);
}

static_assert(sizeof(CLRES_V1_FUNCTIONS) == 88 && sizeof(CLRES_V2_FUNCTIONS) == 96);
static_assert(sizeof(CLRES_V3_FUNCTIONS) == 96 && sizeof(CLRES_V4_FUNCTIONS) == 112);
static_assert(sizeof(CLRES_FUNCTION_TABLE) == 120);
static_assert(sizeof(CLRES_CALLBACK_FUNCTION_TABLE) == 136);
static_assert(offsetof(CLRES_CALLBACK_FUNCTION_TABLE, EndControlCall) == 40);
static_assert(offsetof(CLRES_CALLBACK_FUNCTION_TABLE, SetInternalState) == 96);
static_assert(offsetof(CLRES_CALLBACK_FUNCTION_TABLE, ArmWprWatchdogForCurrentResourceCall) == 128);
static_assert(sizeof(RESOURCE_STATUS_EX) == 32);
static_assert(offsetof(RESOURCE_STATUS_EX, EventHandle) == 8);
static_assert(offsetof(RESOURCE_STATUS_EX, ApplicationSpecificErrorCode) == 16);
static_assert(offsetof(RESOURCE_STATUS_EX, WaitHint) == 24);

#endif

#include <cstddef>

static_assert(CLRES_VERSION_V1_00 == 0x100 && CLRES_V1_FUNCTION_SIZE == 88);
static_assert(offsetof(CLRES_FUNCTION_TABLE, TableSize) == 0);
static_assert(offsetof(CLRES_FUNCTION_TABLE, Version) == 4);
static_assert(offsetof(CLRES_FUNCTION_TABLE, V1Functions) == 8);
static_assert(offsetof(CLRES_V1_FUNCTIONS, Online) == 16);
static_assert(offsetof(CLRES_V1_FUNCTIONS, Terminate) == 32);
static_assert(offsetof(CLRES_V1_FUNCTIONS, IsAlive) == 48);
static_assert(offsetof(CLRES_V1_FUNCTIONS, ResourceControl) == 72);
static_assert(offsetof(CLRES_V1_FUNCTIONS, ResourceTypeControl) == 80);
static_assert(sizeof(RESOURCE_STATUS) == 24);
static_assert(offsetof(RESOURCE_STATUS, CheckPoint) == 4);
static_assert(offsetof(RESOURCE_STATUS, WaitHint) == 8);
static_assert(offsetof(RESOURCE_STATUS, EventHandle) == 16);
static_assert(sizeof(CLUS_WORKER) == 16 && offsetof(CLUS_WORKER, Terminate) == 8);
static_assert(ClusterResourceStateUnknown == -1 && ClusterResourceOnline == 2);
static_assert(ClusterResourceOffline == 3 && ClusterResourceFailed == 4);
static_assert(ClusterResourceOnlinePending == 129 && ClusterResourceOfflinePending == 130);
static_assert(LOG_INFORMATION == 0 && LOG_SEVERE == 3 && ResourceExitStateTerminate == 1);
