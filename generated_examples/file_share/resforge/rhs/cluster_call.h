// What every emulated cluster function does first: yield, check where it is called, take a fault.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "cluster_database.h"
#include "cluster_errors.h"
#include "cluster_functions.h"
#include "emulated_win32.h"

namespace resforge::rhs {

// Reports the violation forbidden-call when the function must not be called from where the
// current thread is (page function-calls-to-avoid-in-resource-dlls).
void check_call_allowed(std::string_view function);

// The same for a control code sent to a resource or group: worker threads only.
void check_control_allowed(std::string_view function, std::uint32_t code);

// Yields, checks and answers the injected error of this call or 0.
std::uint32_t begin_call(std::string_view function);

// A handle as the database counts them; any other pointer is a number that it does not know.
template <typename Pointer>
Handle number(Pointer handle) {
    return reinterpret_cast<Handle>(handle);
}

// The error code for the exception that is being handled: out of memory or a general failure.
std::uint32_t exception_code() noexcept;

// Runs `body`, which answers a Win32 error code. No exception gets out.
template <typename Body>
std::uint32_t guarded(std::string_view function, Body&& body) noexcept {
    try {
        const std::uint32_t fault = begin_call(function);
        return fault != 0 ? fault : std::forward<Body>(body)();
    } catch (...) {
        return exception_code();
    }
}

// The form for functions that answer TRUE or a handle: `body` answers an error code, which is
// stored as last error when it is not 0.
template <typename Body>
bool guarded_last_error(std::string_view function, Body&& body) noexcept {
    const std::uint32_t error = guarded(function, std::forward<Body>(body));
    if (error != 0) {
        emulated::SetLastError(error::told(error));
    }
    return error == 0;
}

}  // namespace resforge::rhs
