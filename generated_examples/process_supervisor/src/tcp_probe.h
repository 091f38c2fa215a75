// Asks whether something accepts connections on a TCP port.
#pragma once

#include <functional>

#include "resforge/resforge.h"

namespace process_supervisor {

// Whether this is an IPv4 address, such as 127.0.0.1.
bool is_address(resforge::TextView text);

// True when a connection to an IPv4 address succeeds within `milliseconds`. Asks `stop` often
// and gives up when it says so.
bool accepts_connections(resforge::TextView address, DWORD port, DWORD milliseconds,
                         const std::function<bool()>& stop);

}  // namespace process_supervisor
