// Calls through a function table, whatever its version.
#pragma once

#include <cstdint>

#include "resforge/cluster_abi.h"

namespace resforge::rhs {

// Why a table that Startup handed out cannot be used; nullptr when it can. Sizes and mandatory
// entries: ns-resapi-clres_function_table; only versions up to `maximum` are accepted, and only
// version 1 from Startup.
const char* table_defect(const CLRES_FUNCTION_TABLE* table, DWORD minimum, DWORD maximum,
                         bool from_startup_ex);

// Whether the type may hold the quorum resource: only such types have these two entries
// (nc-resapi-parbitrate_routine).
bool is_quorum_capable(const CLRES_FUNCTION_TABLE& table);

// The arguments of a control code call.
struct ControlCall {
    DWORD code = 0;
    PVOID input = nullptr;
    DWORD input_size = 0;
    PVOID output = nullptr;
    DWORD output_size = 0;
    LPDWORD bytes_returned = nullptr;
    LONGLONG context = 0;         // for tables with Begin... routines
    BOOL returned_later = FALSE;  // set by those routines
};

RESID call_open(const CLRES_FUNCTION_TABLE& table, LPCWSTR name, HKEY key, HANDLE handle);
DWORD call_online(const CLRES_FUNCTION_TABLE& table, RESID resid, LPHANDLE event_handle);
DWORD call_offline(const CLRES_FUNCTION_TABLE& table, RESID resid);
// ERROR_INVALID_FUNCTION when the table has no such entry.
DWORD call_control(const CLRES_FUNCTION_TABLE& table, RESID resid, ControlCall& call);
DWORD call_type_control(const CLRES_FUNCTION_TABLE& table, LPCWSTR type, ControlCall& call);
DWORD call_cancel(const CLRES_FUNCTION_TABLE& table, RESID resid);

}  // namespace resforge::rhs
