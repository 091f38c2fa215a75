// A small in-memory table of Windows services for resource types that wrap one.
#pragma once

#include <cstdint>
#include <string_view>

namespace resforge::rhs {

// How a service behaves when asked; it exists from the moment it is defined.
struct ServiceBehaviour {
    std::uint32_t start_error = 0;  // Win32 error code that starting answers
    bool ignores_stop = false;      // stays running after a stop request
};

void define_service(std::string_view name, const ServiceBehaviour& behaviour);
void clear_services();

// Ends the service without being asked, as a crash would. False when it is not known.
bool crash_service(std::string_view name);
bool is_service_running(std::string_view name);

}  // namespace resforge::rhs
