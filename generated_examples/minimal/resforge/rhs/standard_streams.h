// The host's own standard input and output. The DLL gets other ones: what it prints goes to
// standard error, and what it reads is empty, so that it cannot garble the protocol.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace resforge::rhs {

// Takes the two streams; called once, before anything is read or written.
void take_standard_streams();

// Writes to standard output; false when nobody reads any more.
bool write_to_driver(std::string_view text) noexcept;

// The next line of standard input without its end, or nothing at the end of input.
std::optional<std::string> read_from_driver();

}  // namespace resforge::rhs
