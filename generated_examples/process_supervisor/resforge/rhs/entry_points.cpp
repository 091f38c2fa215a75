// The differences between the four versions of the function table.
#include "entry_points.h"

namespace resforge::rhs {
namespace {

bool is_v1(const CLRES_FUNCTION_TABLE& table) {
    return table.Version == CLRES_VERSION_V1_00;
}

bool begins_controls(const CLRES_FUNCTION_TABLE& table) {
    return table.Version >= CLRES_VERSION_V3_00;
}

DWORD functions_size(DWORD version) {
    switch (version) {
        case CLRES_VERSION_V1_00:
            return CLRES_V1_FUNCTION_SIZE;
        case CLRES_VERSION_V2_00:
            return CLRES_V2_FUNCTION_SIZE;
        case CLRES_VERSION_V3_00:
            return CLRES_V3_FUNCTION_SIZE;
        case CLRES_VERSION_V4_00:
            return CLRES_V4_FUNCTION_SIZE;
        default:
            return 0;
    }
}

// Open to IsAlive lie at the same place in all versions.
bool mandatory_present(const CLRES_V1_FUNCTIONS& functions) {
    return functions.Open != nullptr && functions.Close != nullptr && functions.Online != nullptr &&
           functions.Offline != nullptr && functions.Terminate != nullptr &&
           functions.LooksAlive != nullptr && functions.IsAlive != nullptr;
}

}  // namespace

const char* table_defect(const CLRES_FUNCTION_TABLE* table, DWORD minimum, DWORD maximum,
                         bool from_startup_ex) {
    if (table == nullptr) {
        return "Startup succeeded without handing out a function table";
    }
    if (table->Version < minimum || table->Version > maximum) {
        return "the version of the function table is outside the accepted range";
    }
    if (functions_size(table->Version) == 0) {
        return "the version of the function table is none of 0x100, 0x200, 0x300, 0x400";
    }
    if (table->Version != CLRES_VERSION_V1_00 && !from_startup_ex) {
        return "only StartupEx may hand out a function table above version 0x100";
    }
    if (table->TableSize != functions_size(table->Version)) {
        return "TableSize is not the size of the functions of that version";
    }
    if (!mandatory_present(table->V1Functions)) {
        return "a mandatory entry of the function table is NULL";
    }
    return nullptr;
}

bool is_quorum_capable(const CLRES_FUNCTION_TABLE& table) {
    return is_v1(table)
               ? table.V1Functions.Arbitrate != nullptr || table.V1Functions.Release != nullptr
               : table.V2Functions.Arbitrate != nullptr || table.V2Functions.Release != nullptr;
}

RESID call_open(const CLRES_FUNCTION_TABLE& table, LPCWSTR name, HKEY key, HANDLE handle) {
    return is_v1(table) ? table.V1Functions.Open(name, key, handle)
                        : table.V2Functions.Open(name, key, handle, 0);
}

DWORD call_online(const CLRES_FUNCTION_TABLE& table, RESID resid, LPHANDLE event_handle) {
    return is_v1(table) ? table.V1Functions.Online(resid, event_handle)
                        : table.V2Functions.Online(resid, event_handle, 0, nullptr, 0, 0);
}

DWORD call_offline(const CLRES_FUNCTION_TABLE& table, RESID resid) {
    return is_v1(table) ? table.V1Functions.Offline(resid)
                        : table.V2Functions.Offline(resid, nullptr, 0, nullptr, 0, 0);
}

// A table without the entry point leaves every code to RHS, and has nothing to say about sizes.
static DWORD left_to_rhs(const ControlCall& call) {
    if (call.bytes_returned != nullptr) {
        *call.bytes_returned = 0;
    }
    return ERROR_INVALID_FUNCTION;
}

DWORD call_control(const CLRES_FUNCTION_TABLE& table, RESID resid, ControlCall& call) {
    if (begins_controls(table)) {
        const auto begin = table.V3Functions.BeginResourceControl;
        return begin == nullptr ? left_to_rhs(call)
                                : begin(resid, call.code, call.input, call.input_size, call.output,
                                        call.output_size, call.bytes_returned, call.context,
                                        &call.returned_later);
    }
    const auto control = table.V1Functions.ResourceControl;
    return control == nullptr ? left_to_rhs(call)
                              : control(resid, call.code, call.input, call.input_size, call.output,
                                        call.output_size, call.bytes_returned);
}

DWORD call_type_control(const CLRES_FUNCTION_TABLE& table, LPCWSTR type, ControlCall& call) {
    if (begins_controls(table)) {
        const auto begin = table.V3Functions.BeginResourceTypeControl;
        return begin == nullptr ? left_to_rhs(call)
                                : begin(type, call.code, call.input, call.input_size, call.output,
                                        call.output_size, call.bytes_returned, call.context,
                                        &call.returned_later);
    }
    const auto control = table.V1Functions.ResourceTypeControl;
    return control == nullptr ? left_to_rhs(call)
                              : control(type, call.code, call.input, call.input_size, call.output,
                                        call.output_size, call.bytes_returned);
}

DWORD call_cancel(const CLRES_FUNCTION_TABLE& table, RESID resid) {
    const bool has_cancel = !is_v1(table) && table.V2Functions.Cancel != nullptr;
    return has_cancel ? table.V2Functions.Cancel(resid, 0) : ERROR_INVALID_FUNCTION;
}

}  // namespace resforge::rhs
