// The functions that the host hands to a resource DLL.
#pragma once

#include "resforge/cluster_abi.h"

namespace resforge::rhs {

DWORD WINAPI set_resource_status(RESOURCE_HANDLE handle, PRESOURCE_STATUS status);

// Variadic functions have the C calling convention, also where the type says otherwise.
VOID log_event(RESOURCE_HANDLE handle, LOG_LEVEL level, LPCWSTR format, ...);

// For a Startup that must be refused: a DLL that calls them has kept them.
DWORD WINAPI set_resource_status_of_refused(RESOURCE_HANDLE handle, PRESOURCE_STATUS status);
VOID log_event_of_refused(RESOURCE_HANDLE handle, LOG_LEVEL level, LPCWSTR format, ...);

VOID WINAPI quorum_resource_lost(RESOURCE_HANDLE handle);

// For StartupEx; lives as long as the process.
PCLRES_CALLBACK_FUNCTION_TABLE callback_table();

}  // namespace resforge::rhs
