// A version 2 function table from StartupEx, with the callback table in place of two callbacks.
#include "plain.h"

namespace {

CLRES_CALLBACK_FUNCTION_TABLE callbacks = {};
CLRES_FUNCTION_TABLE table = {};

DWORD WINAPI set_status(RESOURCE_HANDLE handle, PRESOURCE_STATUS status) {
    RESOURCE_STATUS_EX more = {};
    more.ResourceState = status->ResourceState;
    more.CheckPoint = status->CheckPoint;
    return callbacks.SetResourceStatusEx(handle, &more);
}

RESID WINAPI open(LPCWSTR name, HKEY key, RESOURCE_HANDLE handle, DWORD) {
    return plain::open(name, key, handle);
}

DWORD WINAPI online(RESID resid, LPHANDLE event_handle, DWORD, PBYTE, DWORD, DWORD) {
    return plain::online(resid, event_handle);
}

DWORD WINAPI offline(RESID resid, LPCWSTR, DWORD, PBYTE, DWORD, DWORD) {
    return plain::offline(resid);
}

DWORD WINAPI cancel(RESID resid, DWORD) {
    plain::log(plain::instance_of(resid).handle, LOG_INFORMATION, RESFORGE_TEXT("cancelled"));
    return ERROR_SUCCESS;
}

// A worker that fails by SignalFailure as soon as a control code asks for it.
DWORD WINAPI control(RESID resid, DWORD code, PVOID, DWORD, PVOID, DWORD, LPDWORD returned) {
    *returned = 0;
    const RESOURCE_HANDLE handle = plain::instance_of(resid).handle;
    return callbacks.SignalFailure(handle, code == 1 ? FAILURE_TYPE_GENERAL : FAILURE_TYPE_EMBEDDED,
                                   0);
}

}  // namespace

PLAIN_EXPORT DWORD WINAPI StartupEx(LPCWSTR, DWORD minimum, DWORD maximum,
                                    PCLRES_CALLBACK_FUNCTION_TABLE given,
                                    PCLRES_FUNCTION_TABLE* result) {
    if (minimum > CLRES_VERSION_V2_00 || maximum < CLRES_VERSION_V2_00) {
        return ERROR_REVISION_MISMATCH;
    }
    callbacks.LogEvent = given->LogEvent;
    callbacks.SetResourceStatusEx = given->SetResourceStatusEx;
    callbacks.SignalFailure = given->SignalFailure;
    plain::set_status = set_status;
    plain::log = callbacks.LogEvent;
    table.TableSize = CLRES_V2_FUNCTION_SIZE;
    table.Version = CLRES_VERSION_V2_00;
    table.V2Functions = {open,
                         plain::close,
                         online,
                         offline,
                         plain::terminate,
                         plain::is_alive,
                         plain::is_alive,
                         nullptr,
                         nullptr,
                         control,
                         plain::type_control,
                         cancel};
    *result = &table;
    return ERROR_SUCCESS;
}
