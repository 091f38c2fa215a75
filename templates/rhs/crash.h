// What remains of a crash: one last record that says which call of which resource it was.
#pragma once

#include <string_view>

#include "call_context.h"

namespace resforge::rhs {

inline constexpr int kExitLost = 70;
inline constexpr int kExitCrash = 71;

// Installs handlers for fatal signals and, on Windows, unhandled exceptions.
void install_crash_handlers();

// Gives the calling thread a stack for handlers, so that a stack overflow is reported too.
void prepare_thread_for_crash();

// Calls `unload`. On Windows the loader keeps a fault of DllMain to itself (seen under Wine); here
// it is a crash.
void unload_watched(void (*unload)(void*), void* handle);

// Writes the crash record and ends the process with kExitCrash.
[[noreturn]] void report_crash(std::string_view signal) noexcept;

// The same for a DLL that ends the process by exit, ExitProcess or TerminateProcess.
[[noreturn]] void report_exit() noexcept;

// The same for a thread that neither returns nor calls the host.
[[noreturn]] void report_hang(const CallContext& context, std::string_view text) noexcept;

// Called when an exception left code of the DLL on the current thread; asks the exception for
// its text.
[[noreturn]] void report_escaped_exception() noexcept;

}  // namespace resforge::rhs
