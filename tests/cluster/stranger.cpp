// A resource DLL in the classic style, written against ResUtil and ClusWorker alone.
#include "resforge/cluster_api.h"

#ifdef _WIN32
#define EXPORTED extern "C" __declspec(dllexport)
#else
#define EXPORTED extern "C"
#endif

namespace {

struct Parameters {
    LPWSTR path;
    DWORD limit;
    LPWSTR hosts;
    DWORD hosts_size;
};

struct Instance {
    Instance* self;
    RESOURCE_HANDLE handle;
    HKEY parameters_key;
    Parameters parameters;
    CLUS_WORKER online_worker;
    CLUSTER_RESOURCE_STATE state;
};

PSET_RESOURCE_STATUS_ROUTINE set_status = nullptr;
PLOG_EVENT_ROUTINE log_event = nullptr;

WCHAR path_name[] = RESFORGE_TEXT("Path");
WCHAR limit_name[] = RESFORGE_TEXT("Limit");
WCHAR hosts_name[] = RESFORGE_TEXT("Hosts");

RESUTIL_PROPERTY_ITEM item(LPWSTR name, DWORD format, DWORD standard, DWORD maximum, DWORD flags,
                           std::size_t offset) {
    RESUTIL_PROPERTY_ITEM made{};
    made.Name = name;
    made.Format = format;
    made.DefaultPtr = standard;
    made.Maximum = maximum;
    made.Flags = flags;
    made.Offset = static_cast<DWORD>(offset);
    return made;
}

RESUTIL_PROPERTY_ITEM table[] = {
    item(path_name, CLUSPROP_FORMAT_SZ, 0, 0, RESUTIL_PROPITEM_REQUIRED,
         offsetof(Parameters, path)),
    item(limit_name, CLUSPROP_FORMAT_DWORD, 5, 100, 0, offsetof(Parameters, limit)),
    item(hosts_name, CLUSPROP_FORMAT_MULTI_SZ, 0, 0, 0, offsetof(Parameters, hosts)),
    RESUTIL_PROPERTY_ITEM{},
};

LPBYTE block(Parameters& parameters) {
    return static_cast<LPBYTE>(static_cast<void*>(&parameters));
}

Instance* instance_of(RESID id) {
    auto* const instance = static_cast<Instance*>(id);
    return instance != nullptr && instance->self == instance ? instance : nullptr;
}

DWORD WINAPI online_thread(PCLUS_WORKER worker, LPVOID argument) {
    auto* const instance = static_cast<Instance*>(argument);
    RESOURCE_STATUS status{};
    status.ResourceState = ClusterResourceOnlinePending;
    LPWSTR wrong = nullptr;
    const DWORD result = ResUtilGetPropertiesToParameterBlock(
        instance->parameters_key, table, block(instance->parameters), TRUE, &wrong);
    for (int step = 0; result == ERROR_SUCCESS && step < 3; ++step) {
        Sleep(100);
        if (ClusWorkerCheckTerminate(worker)) {
            return ERROR_OPERATION_ABORTED;
        }
        ++status.CheckPoint;
        set_status(instance->handle, &status);
    }
    if (result != ERROR_SUCCESS) {
        log_event(instance->handle, LOG_ERROR, RESFORGE_TEXT("Property %1!ws! is missing.\n"),
                  wrong);
    }
    instance->state = result == ERROR_SUCCESS ? ClusterResourceOnline : ClusterResourceFailed;
    status.ResourceState = instance->state;
    set_status(instance->handle, &status);
    return result;
}

RESID WINAPI stranger_open(LPCWSTR, HKEY key, RESOURCE_HANDLE handle) {
    auto* const instance = static_cast<Instance*>(LocalAlloc(LPTR, sizeof(Instance)));
    if (instance == nullptr) {
        return nullptr;
    }
    const LONG status = ClusterRegOpenKey(key, RESFORGE_TEXT("Parameters"), KEY_ALL_ACCESS,
                                          &instance->parameters_key);
    if (status != ERROR_SUCCESS) {
        LocalFree(instance);
        SetLastError(static_cast<DWORD>(status));
        return nullptr;
    }
    instance->self = instance;
    instance->handle = handle;
    instance->state = ClusterResourceOffline;
    return instance;
}

VOID WINAPI stranger_close(RESID id) {
    Instance* const instance = instance_of(id);
    if (instance != nullptr) {
        ClusWorkerTerminate(&instance->online_worker);
        ResUtilFreeParameterBlock(block(instance->parameters), nullptr, table);
        ClusterRegCloseKey(instance->parameters_key);
        instance->self = nullptr;
        LocalFree(instance);
    }
}

DWORD WINAPI stranger_online(RESID id, LPHANDLE) {
    Instance* const instance = instance_of(id);
    if (instance == nullptr) {
        return ERROR_RESOURCE_NOT_FOUND;
    }
    instance->state = ClusterResourceOffline;
    ClusWorkerTerminate(&instance->online_worker);
    const DWORD status = ClusWorkerCreate(&instance->online_worker, online_thread, instance);
    return status == ERROR_SUCCESS ? ERROR_IO_PENDING : status;
}

VOID WINAPI stranger_terminate(RESID id) {
    Instance* const instance = instance_of(id);
    if (instance != nullptr) {
        ClusWorkerTerminate(&instance->online_worker);
        instance->state = ClusterResourceOffline;
    }
}

DWORD WINAPI stranger_offline(RESID id) {
    stranger_terminate(id);
    return instance_of(id) != nullptr ? ERROR_SUCCESS : ERROR_RESOURCE_NOT_FOUND;
}

BOOL WINAPI stranger_alive(RESID id) {
    const Instance* const instance = instance_of(id);
    return instance != nullptr && instance->state == ClusterResourceOnline ? TRUE : FALSE;
}

DWORD verify(Instance& instance, PVOID list, DWORD size, Parameters& scratch) {
    DWORD status = ResUtilDupParameterBlock(block(scratch), block(instance.parameters), table);
    if (status == ERROR_SUCCESS) {
        status = ResUtilVerifyPropertyTable(table, nullptr, TRUE, list, size, block(scratch));
    }
    return status;
}

DWORD set(Instance& instance, PVOID list, DWORD size) {
    Parameters scratch{};
    DWORD status = verify(instance, list, size, scratch);
    ResUtilFreeParameterBlock(block(scratch), block(instance.parameters), table);
    if (status == ERROR_SUCCESS) {
        status = ResUtilSetPropertyTable(instance.parameters_key, table, nullptr, TRUE, list, size,
                                         block(instance.parameters));
    }
    const bool online = instance.state == ClusterResourceOnline;
    return status == ERROR_SUCCESS && online ? ERROR_RESOURCE_PROPERTIES_STORED : status;
}

DWORD WINAPI stranger_control(RESID id, DWORD code, PVOID input, DWORD input_size, PVOID output,
                              DWORD output_size, LPDWORD returned) {
    Instance* const instance = instance_of(id);
    if (instance == nullptr) {
        return ERROR_RESOURCE_NOT_FOUND;
    }
    DWORD required = 0;
    DWORD status = ERROR_INVALID_FUNCTION;
    *returned = 0;
    switch (code) {
        case CLUSCTL_RESOURCE_UNKNOWN:
            return ERROR_SUCCESS;
        case CLUSCTL_RESOURCE_ENUM_PRIVATE_PROPERTIES:
            status = ResUtilEnumProperties(table, static_cast<LPWSTR>(output), output_size,
                                           returned, &required);
            break;
        case CLUSCTL_RESOURCE_GET_PRIVATE_PROPERTIES:
            status = ResUtilGetAllProperties(instance->parameters_key, table, output, output_size,
                                             returned, &required);
            break;
        case CLUSCTL_RESOURCE_GET_PRIVATE_PROPERTY_FMTS:
            status = ResUtilGetPropertyFormats(table, output, output_size, returned, &required);
            break;
        case CLUSCTL_RESOURCE_VALIDATE_PRIVATE_PROPERTIES: {
            Parameters scratch{};
            status = verify(*instance, input, input_size, scratch);
            ResUtilFreeParameterBlock(block(scratch), block(instance->parameters), table);
            break;
        }
        case CLUSCTL_RESOURCE_SET_PRIVATE_PROPERTIES:
            status = set(*instance, input, input_size);
            break;
        default:
            break;
    }
    if (status == ERROR_MORE_DATA) {
        *returned = required;
    }
    return status;
}

DWORD WINAPI stranger_type_control(LPCWSTR, DWORD, PVOID, DWORD, PVOID, DWORD, LPDWORD) {
    return ERROR_INVALID_FUNCTION;
}

CLRES_FUNCTION_TABLE functions = {
    CLRES_V1_FUNCTION_SIZE,
    CLRES_VERSION_V1_00,
    {{stranger_open, stranger_close, stranger_online, stranger_offline, stranger_terminate,
      stranger_alive, stranger_alive, nullptr, nullptr, stranger_control, stranger_type_control}},
};

}  // namespace

EXPORTED DWORD WINAPI Startup(LPCWSTR, DWORD minimum_version, DWORD maximum_version,
                              PSET_RESOURCE_STATUS_ROUTINE status, PLOG_EVENT_ROUTINE log,
                              PCLRES_FUNCTION_TABLE* result) {
    if (minimum_version > CLRES_VERSION_V1_00 || maximum_version < CLRES_VERSION_V1_00) {
        return ERROR_REVISION_MISMATCH;
    }
    set_status = status;
    log_event = log;
    *result = &functions;
    return ERROR_SUCCESS;
}
