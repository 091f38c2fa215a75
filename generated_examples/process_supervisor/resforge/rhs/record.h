// The trace: one JSON object a line on standard output.
#pragma once

#include <cstdint>
#include <string_view>

#include "json.h"

namespace resforge::rhs {

// Writes and flushes one record; adds seq, time, thread and event in front of `fields`.
void write_record(std::string_view event, const Json& fields);
// The same on behalf of another thread.
void write_record(std::string_view event, const Json& fields, const std::string& thread);

// A record of a broken rule. The resource is that of the current call context unless named.
void violation(std::string_view rule, std::string_view text);
void violation(std::string_view rule, std::string_view text, std::string_view resource);

// Number of violations so far.
std::uint64_t violations();

// The same from a signal handler: `line` is complete but for seq and time.
void write_last_record(std::string_view event, std::string_view members) noexcept;

// Ends the process at once, without running destructors or the DLL's detach code.
[[noreturn]] void exit_now(int code) noexcept;

}  // namespace resforge::rhs
