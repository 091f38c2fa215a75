// A resource DLL as the wizard of 2003 lays it out: a property table, a parameter block, ClusWorker
// threads, a semaphore that limits the type to one instance. With DEFECT it has one known mistake.
#include <cstddef>
#include <cstring>

#include "resforge/cluster_api.h"

#ifndef DEFECT
#define DEFECT 0
#endif
#define REFUSES_ITS_TYPE 1
#define READS_BEYOND_THE_LIST 2
#define KEEPS_THE_SEMAPHORE 3
#define SILENT_OFFLINE 4
#define REPORTS_AFTER_TERMINATE 5
#define EVENT_HANDLE_FROM_THE_STACK 6
#define NO_CHECK_FOR_NULL 7
#define NULL_BEFORE_ONLINE 8
#define FORGETS_BYTES_RETURNED 9
#define CRASHES_WHEN_UNLOADED 10
#define HANGS_WHEN_UNLOADED 11
#define NO_ONLINE_AFTER_TERMINATE 12
#define POLL_SPOILS_ONLINE 13
#define POLL_SPOILS_THE_NEXT_ONLINE 14
#define ONLINE_FOR_THE_FIRST_ONLY 15
#define POLL_BEFORE_ONLINE_SPOILS_IT 16

#ifdef _WIN32
#define EXPORTED extern "C" __declspec(dllexport)
#else
#define EXPORTED extern "C" __attribute__((visibility("default")))
#endif

namespace {

constexpr LPCWSTR kTypeName = RESFORGE_TEXT("Printer Share");

struct SharePropertyBlock {
    LPWSTR pszPath;
    DWORD dwMaxUsers;
    LPBYTE pbHosts;
    DWORD cbHosts;
};

struct Share {
    bool is_shared;
};

struct ResourceEntry {
    bool is_spoilt;  // Online fails; set by some of the defects
    ResourceEntry* self;
    RESOURCE_HANDLE handle;
    HKEY key;
    HKEY parameters_key;
    SharePropertyBlock properties;
    CLUS_WORKER online_worker;
    CLUS_WORKER offline_worker;
    CLUSTER_RESOURCE_STATE state;
    Share* share;
};

PSET_RESOURCE_STATUS_ROUTINE g_set_resource_status = nullptr;
PLOG_EVENT_ROUTINE g_log_event = nullptr;
HANDLE g_single_instance = nullptr;
int g_opened = 0;

WCHAR g_path_name[] = RESFORGE_TEXT("Path");
WCHAR g_users_name[] = RESFORGE_TEXT("MaxUsers");
WCHAR g_hosts_name[] = RESFORGE_TEXT("Hosts");

RESUTIL_PROPERTY_ITEM item(LPWSTR name, DWORD format, DWORD standard, DWORD minimum, DWORD maximum,
                           DWORD flags, std::size_t offset) {
    RESUTIL_PROPERTY_ITEM made{};
    made.Name = name;
    made.Format = format;
    made.DefaultPtr = standard;
    made.Minimum = minimum;
    made.Maximum = maximum;
    made.Flags = flags;
    made.Offset = static_cast<DWORD>(offset);
    return made;
}

RESUTIL_PROPERTY_ITEM g_table[] = {
    item(g_path_name, CLUSPROP_FORMAT_SZ, 0, 0, 0, RESUTIL_PROPITEM_REQUIRED,
         offsetof(SharePropertyBlock, pszPath)),
    item(g_users_name, CLUSPROP_FORMAT_DWORD, 10, 1, 500, 0,
         offsetof(SharePropertyBlock, dwMaxUsers)),
    item(g_hosts_name, CLUSPROP_FORMAT_MULTI_SZ, 0, 0, 0, 0, offsetof(SharePropertyBlock, pbHosts)),
    RESUTIL_PROPERTY_ITEM{},
};

LPBYTE block_of(SharePropertyBlock& properties) {
    return static_cast<LPBYTE>(static_cast<void*>(&properties));
}

bool same_text(LPCWSTR left, LPCWSTR right) {
    const auto lower = [](WCHAR c) {
        return c >= u'A' && c <= u'Z' ? static_cast<WCHAR>(c + 32) : c;
    };
    while (*left != 0 && lower(*left) == lower(*right)) {
        ++left;
        ++right;
    }
    return lower(*left) == lower(*right);
}

ResourceEntry* entry_of(RESID id) {
    auto* const entry = static_cast<ResourceEntry*>(id);
#if DEFECT == NO_CHECK_FOR_NULL
    return entry->self == entry ? entry : nullptr;
#else
    return entry != nullptr && entry->self == entry ? entry : nullptr;
#endif
}

DWORD WINAPI online_thread(PCLUS_WORKER worker, LPVOID parameter) {
    auto* const entry = static_cast<ResourceEntry*>(parameter);
    RESOURCE_STATUS status;
#if DEFECT == EVENT_HANDLE_FROM_THE_STACK
    status.CheckPoint = 0;
    status.WaitHint = 0;
#else
    std::memset(&status, 0, sizeof status);
#endif
    status.ResourceState = ClusterResourceOnlinePending;
    LPWSTR wrong = nullptr;
    DWORD result = ResUtilGetPropertiesToParameterBlock(entry->parameters_key, g_table,
                                                        block_of(entry->properties), TRUE, &wrong);
    if (result != ERROR_SUCCESS) {
        g_log_event(entry->handle, LOG_ERROR,
                    RESFORGE_TEXT("Property '%1!ws!' cannot be read, error %2!u!.\n"), wrong,
                    result);
    }
    for (int step = 0; result == ERROR_SUCCESS && step < 4; ++step) {
        ++status.CheckPoint;
        status.WaitHint = 5000;
        if (g_set_resource_status(entry->handle, &status) != ResourceExitStateContinue &&
            DEFECT != REPORTS_AFTER_TERMINATE) {
            return ERROR_OPERATION_ABORTED;
        }
        Sleep(200);
        if (ClusWorkerCheckTerminate(worker)) {
#if DEFECT == REPORTS_AFTER_TERMINATE
            status.ResourceState = ClusterResourceFailed;
            g_set_resource_status(entry->handle, &status);
#endif
            return ERROR_OPERATION_ABORTED;
        }
    }
    if (entry->is_spoilt) {
        result = ERROR_INVALID_STATE;
    }
    if (result == ERROR_SUCCESS) {
        entry->share = static_cast<Share*>(LocalAlloc(LPTR, sizeof(Share)));
        result = entry->share != nullptr ? DWORD{ERROR_SUCCESS} : DWORD{ERROR_NOT_ENOUGH_MEMORY};
    }
    if (result == ERROR_SUCCESS) {
        entry->share->is_shared = true;
    }
    entry->state = result == ERROR_SUCCESS ? ClusterResourceOnline : ClusterResourceFailed;
    status.ResourceState = entry->state;
    g_set_resource_status(entry->handle, &status);
    return result;
}

void stop_sharing(ResourceEntry& entry) {
#if DEFECT == NULL_BEFORE_ONLINE
    entry.share->is_shared = false;
#endif
    if (entry.share != nullptr) {
        entry.share->is_shared = false;
        LocalFree(entry.share);
        entry.share = nullptr;
    }
}

DWORD WINAPI offline_thread(PCLUS_WORKER worker, LPVOID parameter) {
    auto* const entry = static_cast<ResourceEntry*>(parameter);
    RESOURCE_STATUS status;
    std::memset(&status, 0, sizeof status);
    status.ResourceState = ClusterResourceOfflinePending;
    const int users = DEFECT == SILENT_OFFLINE ? 1'000'000 : 3;
    for (int user = 0; user < users; ++user) {
        ++status.CheckPoint;
        if (DEFECT != SILENT_OFFLINE &&
            g_set_resource_status(entry->handle, &status) != ResourceExitStateContinue) {
            return ERROR_OPERATION_ABORTED;
        }
        Sleep(200);
        if (ClusWorkerCheckTerminate(worker)) {
            return ERROR_OPERATION_ABORTED;
        }
    }
    stop_sharing(*entry);
    entry->state = ClusterResourceOffline;
    status.ResourceState = ClusterResourceOffline;
    g_set_resource_status(entry->handle, &status);
    return ERROR_SUCCESS;
}

RESID WINAPI ShareOpen(LPCWSTR name, HKEY key, RESOURCE_HANDLE handle) {
    DWORD status = ERROR_SUCCESS;
    HKEY parameters_key = nullptr;
    HKEY own_key = nullptr;
    ResourceEntry* entry = nullptr;
    if (WaitForSingleObject(g_single_instance, 0) == WAIT_TIMEOUT) {
        g_log_event(handle, LOG_ERROR,
                    RESFORGE_TEXT("'%1!ws!' cannot be opened: this type has one instance.\n"),
                    name);
        SetLastError(ERROR_OBJECT_ALREADY_EXISTS);
        return nullptr;
    }
    status =
        static_cast<DWORD>(ClusterRegOpenKey(key, RESFORGE_TEXT(""), KEY_ALL_ACCESS, &own_key));
    if (status == ERROR_SUCCESS) {
        status = static_cast<DWORD>(ClusterRegOpenKey(own_key, RESFORGE_TEXT("Parameters"),
                                                      KEY_ALL_ACCESS, &parameters_key));
    }
    if (status == ERROR_SUCCESS) {
        entry = static_cast<ResourceEntry*>(LocalAlloc(LPTR, sizeof(ResourceEntry)));
        status = entry != nullptr ? DWORD{ERROR_SUCCESS} : DWORD{ERROR_NOT_ENOUGH_MEMORY};
    }
    if (status != ERROR_SUCCESS) {
        g_log_event(handle, LOG_ERROR, RESFORGE_TEXT("Open failed with error %1!u!.\n"), status);
        if (parameters_key != nullptr) {
            ClusterRegCloseKey(parameters_key);
        }
        if (own_key != nullptr) {
            ClusterRegCloseKey(own_key);
        }
#if DEFECT != KEEPS_THE_SEMAPHORE
        ReleaseSemaphore(g_single_instance, 1, nullptr);
#endif
        SetLastError(status);
        return nullptr;
    }
    entry->self = entry;
    entry->handle = handle;
    entry->key = own_key;
    entry->parameters_key = parameters_key;
    entry->state = ClusterResourceOffline;
    entry->is_spoilt = DEFECT == ONLINE_FOR_THE_FIRST_ONLY && ++g_opened > 1;
    return entry;
}

VOID WINAPI ShareTerminate(RESID id) {
    ResourceEntry* const entry = entry_of(id);
    if (entry == nullptr) {
        return;
    }
    ClusWorkerTerminate(&entry->offline_worker);
    ClusWorkerTerminate(&entry->online_worker);
    stop_sharing(*entry);
    entry->is_spoilt = entry->is_spoilt || DEFECT == NO_ONLINE_AFTER_TERMINATE;
    entry->state = ClusterResourceOffline;
}

VOID WINAPI ShareClose(RESID id) {
    ResourceEntry* const entry = entry_of(id);
    if (entry == nullptr) {
        return;
    }
    ShareTerminate(id);
    ClusterRegCloseKey(entry->parameters_key);
    ClusterRegCloseKey(entry->key);
    ResUtilFreeParameterBlock(block_of(entry->properties), nullptr, g_table);
    entry->self = nullptr;
    LocalFree(entry);
    ReleaseSemaphore(g_single_instance, 1, nullptr);
}

DWORD WINAPI ShareOnline(RESID id, LPHANDLE) {
    ResourceEntry* const entry = entry_of(id);
    if (entry == nullptr) {
        return ERROR_RESOURCE_NOT_FOUND;
    }
    entry->state = ClusterResourceOffline;
    ClusWorkerTerminate(&entry->online_worker);
    const DWORD status = ClusWorkerCreate(&entry->online_worker, online_thread, entry);
    if (status != ERROR_SUCCESS) {
        entry->state = ClusterResourceFailed;
        g_log_event(entry->handle, LOG_ERROR, RESFORGE_TEXT("No worker, error %1!u!.\n"), status);
        return status;
    }
    return ERROR_IO_PENDING;
}

DWORD WINAPI ShareOffline(RESID id) {
    ResourceEntry* const entry = entry_of(id);
    if (entry == nullptr) {
        return ERROR_RESOURCE_NOT_FOUND;
    }
    ClusWorkerTerminate(&entry->offline_worker);
    const DWORD status = ClusWorkerCreate(&entry->offline_worker, offline_thread, entry);
    return status == ERROR_SUCCESS ? DWORD{ERROR_IO_PENDING} : status;
}

BOOL WINAPI ShareLooksAlive(RESID id) {
    ResourceEntry* const entry = entry_of(id);
    if (entry != nullptr) {
        const bool is_online = entry->state == ClusterResourceOnline;
        const bool is_pending = entry->online_worker.hThread != nullptr && !is_online;
        const bool has_shared = entry->share != nullptr;
        entry->is_spoilt =
            entry->is_spoilt || (DEFECT == POLL_SPOILS_ONLINE && is_pending) ||
            (DEFECT == POLL_SPOILS_THE_NEXT_ONLINE && entry->offline_worker.hThread != nullptr) ||
            (DEFECT == POLL_BEFORE_ONLINE_SPOILS_IT && !is_pending && !has_shared);
    }
    return entry != nullptr && entry->share != nullptr && entry->share->is_shared ? TRUE : FALSE;
}

BOOL WINAPI ShareIsAlive(RESID id) {
    return ShareLooksAlive(id);
}

DWORD validate(ResourceEntry& entry, PVOID list, DWORD size, SharePropertyBlock& scratch) {
    DWORD status = ResUtilDupParameterBlock(block_of(scratch), block_of(entry.properties), g_table);
    if (status == ERROR_SUCCESS) {
        status = ResUtilVerifyPropertyTable(g_table, nullptr, TRUE, list, size, block_of(scratch));
    }
    return status;
}

#if DEFECT == READS_BEYOND_THE_LIST
// Steps through the values by the size of a struct with padding at its end.
struct ValueHeader {
    DWORD syntax;
    DWORD size;
    ULONGLONG first;
};

DWORD count_values(const void* list) {
    const BYTE* position = static_cast<const BYTE*>(list) + sizeof(DWORD);
    DWORD values = 0;
    for (;;) {
        ValueHeader header;
        std::memcpy(&header, position, sizeof header);
        if (header.syntax == CLUSPROP_SYNTAX_ENDMARK && ++values > 1) {
            return values;
        }
        position += header.syntax == CLUSPROP_SYNTAX_ENDMARK
                        ? sizeof(DWORD)
                        : 2 * sizeof(DWORD) + ((header.size + 3U) & ~3U);
    }
}
#endif

DWORD set(ResourceEntry& entry, PVOID list, DWORD size) {
    SharePropertyBlock scratch{};
    DWORD status = validate(entry, list, size, scratch);
#if DEFECT == READS_BEYOND_THE_LIST
    if (status == ERROR_SUCCESS && count_values(list) == 0) {
        status = ERROR_INVALID_DATA;
    }
#endif
    ResUtilFreeParameterBlock(block_of(scratch), block_of(entry.properties), g_table);
    if (status != ERROR_SUCCESS) {
        return status;
    }
    status = ResUtilSetPropertyParameterBlock(entry.parameters_key, g_table, nullptr,
                                              block_of(entry.properties), list, size, nullptr);
    const bool is_online = entry.state == ClusterResourceOnline;
    return status == ERROR_SUCCESS && is_online ? DWORD{ERROR_RESOURCE_PROPERTIES_STORED} : status;
}

DWORD WINAPI ShareControl(RESID id, DWORD code, PVOID input, DWORD input_size, PVOID output,
                          DWORD output_size, LPDWORD returned) {
    ResourceEntry* const entry = entry_of(id);
    if (entry == nullptr) {
        return ERROR_RESOURCE_NOT_FOUND;
    }
    DWORD required = 0;
    DWORD status = ERROR_SUCCESS;
#if DEFECT != FORGETS_BYTES_RETURNED
    *returned = 0;
#endif
    switch (code) {
        case CLUSCTL_RESOURCE_UNKNOWN:
            return ERROR_SUCCESS;
        case CLUSCTL_RESOURCE_ENUM_PRIVATE_PROPERTIES:
            status = ResUtilEnumProperties(g_table, static_cast<LPWSTR>(output), output_size,
                                           returned, &required);
            break;
        case CLUSCTL_RESOURCE_GET_PRIVATE_PROPERTIES:
            status = ResUtilGetAllProperties(entry->parameters_key, g_table, output, output_size,
                                             returned, &required);
            break;
        case CLUSCTL_RESOURCE_GET_PRIVATE_PROPERTY_FMTS:
            status = ResUtilGetPropertyFormats(g_table, output, output_size, returned, &required);
            break;
        case CLUSCTL_RESOURCE_VALIDATE_PRIVATE_PROPERTIES: {
            SharePropertyBlock scratch{};
            status = validate(*entry, input, input_size, scratch);
            ResUtilFreeParameterBlock(block_of(scratch), block_of(entry->properties), g_table);
            break;
        }
        case CLUSCTL_RESOURCE_SET_PRIVATE_PROPERTIES:
            return set(*entry, input, input_size);
        default:
            return ERROR_INVALID_FUNCTION;
    }
    if (status == ERROR_MORE_DATA) {
        *returned = required;
    }
    return status;
}

DWORD WINAPI ShareTypeControl(LPCWSTR, DWORD code, PVOID, DWORD, PVOID output, DWORD output_size,
                              LPDWORD returned) {
    DWORD required = 0;
    *returned = 0;
    if (code != CLUSCTL_RESOURCE_TYPE_ENUM_PRIVATE_PROPERTIES) {
        return ERROR_INVALID_FUNCTION;
    }
    const DWORD status = ResUtilEnumProperties(g_table, static_cast<LPWSTR>(output), output_size,
                                               returned, &required);
    if (status == ERROR_MORE_DATA) {
        *returned = required;
    }
    return status;
}

CLRES_FUNCTION_TABLE g_functions = {
    CLRES_V1_FUNCTION_SIZE,
    CLRES_VERSION_V1_00,
    {{ShareOpen, ShareClose, ShareOnline, ShareOffline, ShareTerminate, ShareLooksAlive,
      ShareIsAlive, nullptr, nullptr, ShareControl, ShareTypeControl}},
};

}  // namespace

EXPORTED DWORD WINAPI Startup(LPCWSTR type, DWORD minimum_version, DWORD maximum_version,
                              PSET_RESOURCE_STATUS_ROUTINE set_resource_status,
                              PLOG_EVENT_ROUTINE log_event, PCLRES_FUNCTION_TABLE* functions) {
    if (minimum_version > CLRES_VERSION_V1_00 || maximum_version < CLRES_VERSION_V1_00) {
        return ERROR_REVISION_MISMATCH;
    }
    if (same_text(type, kTypeName) == (DEFECT == REFUSES_ITS_TYPE)) {
        return ERROR_CLUSTER_RESNAME_NOT_FOUND;
    }
    if (g_single_instance == nullptr) {
        g_single_instance = CreateSemaphoreW(nullptr, 1, 1, nullptr);
    }
    g_set_resource_status = set_resource_status;
    g_log_event = log_event;
    *functions = &g_functions;
    return ERROR_SUCCESS;
}

#if DEFECT == CRASHES_WHEN_UNLOADED || DEFECT == HANGS_WHEN_UNLOADED
namespace {

int* volatile g_nowhere = nullptr;

void fail_to_unload() {
    while (DEFECT == HANGS_WHEN_UNLOADED && g_nowhere == nullptr) {
    }
    *g_nowhere = 1;
}

}  // namespace

#ifdef _WIN32
extern "C" BOOL WINAPI DllMain(HINSTANCE, DWORD reason, LPVOID) {
    if (reason == DLL_PROCESS_DETACH) {
        fail_to_unload();
    }
    return TRUE;
}
#else
__attribute__((destructor)) void unloaded() {
    fail_to_unload();
}
#endif
#endif
