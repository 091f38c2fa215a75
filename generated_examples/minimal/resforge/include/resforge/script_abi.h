// How a host steers the scripted variant of a resource DLL: one table, handed over once.
//
// The scripted variant is built from the same generated code as the shipping DLL, with hooks that
// ask the host what to do next. It is a test instrument and is never deployed.
#pragma once

#include "resforge/win32.h"

namespace resforge {

// What one step of a script does; `value`, `bytes` and `size` belong to RESFORGE_SCRIPT_STEP.
enum : DWORD {
    kStepReturn = 0,             // the hook returns value
    kStepWait = 1,               // context.wait_for(value ms): interruptible, sends heartbeats
    kStepSleep = 2,              // ::Sleep(value ms): deaf to the stop request
    kStepHang = 3,               // ::Sleep(INFINITE)
    kStepProgress = 4,           // context.progress()
    kStepThrow = 5,              // throws std::runtime_error with bytes as its UTF-16 text
    kStepThrowUnknown = 6,       // throws an int
    kStepOutOfMemory = 7,        // throws std::bad_alloc
    kStepSignalFailure = 8,      // context.signal_failure()
    kStepLog = 9,                // context.log.information(bytes as UTF-16 text)
    kStepReportProperties = 10,  // report("properties_in_force", property list)
    kStepSetReadOnly = 11,       // publishes the read-only values of a property list in bytes
    kStepOutput = 12,            // bytes become the output of a control code
    kStepReportReason = 13,      // report("state_change_reason", DWORD), in offline and terminate
    kStepReportLatest = 14,      // report("properties_latest", property list)
    kStepWaitUntil = 15,         // context.wait_until every value ms, then report("waited", DWORDs)
    kStepWaitEvent = 16,         // ::WaitForSingleObject(context.stop_event(), value ms)
    kStepThrowSystem = 17,       // throws SystemError(value)
    kStepLogLater = 18,          // a thread of the hook logs bytes as UTF-16 text after value ms
    kStepFullTexts = 19,         // texts of fixed length in the output fill their fields
    kStepLogBytes = 20,          // context.log.information(bytes as UTF-8 text, well-formed or not)
    kStepProgressBeside = 21,    // context.progress(), and after value ms on a thread of the hook
    kStepSplitTexts = 22,        // texts in the output have a NUL and more behind it
    kStepLogParts = 23,          // context.log.warning(parts of every kind, bytes as UTF-16 text)
    kStepGuarded = 24,           // changes a value that all hooks share through Guarded
    kStepCheckpoint = 25,   // report("checkpoint", DWORD) when the cluster was sent bytes as one
    kStepClusterName = 26,  // report("cluster_name", text) that the cluster tells a worker thread
    kStepReadTexts = 27,    // report("texts", bytes) of the MULTI_SZ that bytes name as UTF-16 text
    kStepProgressOften = 29,  // context.progress(), value times
    kStepKeepName = 28,       // after value ms report("kept_name", text) that the hook was given
};

}  // namespace resforge

struct RESFORGE_SCRIPT_STEP {
    DWORD kind;
    DWORD value;
    const BYTE* bytes;
    DWORD size;
};

struct RESFORGE_SCRIPT_TABLE {
    DWORD size;
    // FALSE: no script is left, the hook succeeds (0, or TRUE for a health hook). The bytes of a
    // step stay valid until the next call on the same thread.
    BOOL(WINAPI* next_step)(LPCWSTR resource_name, const char* hook, RESFORGE_SCRIPT_STEP* step);
    VOID(WINAPI* report)(LPCWSTR resource_name, const char* hook, const char* what,
                         const BYTE* bytes, DWORD size);
};

// Called after the library was loaded and before Startup; nullptr takes the table away again.
extern "C" VOID WINAPI ResforgeSetScript(const RESFORGE_SCRIPT_TABLE* table);
using RESFORGE_SET_SCRIPT_ROUTINE = VOID(WINAPI*)(const RESFORGE_SCRIPT_TABLE* table);

static_assert(sizeof(RESFORGE_SCRIPT_STEP) == 24 && sizeof(RESFORGE_SCRIPT_TABLE) == 24);
