// The wall that no exception passes: entry points, worker threads and hooks run behind it.
#pragma once

#include <cstddef>
#include <exception>
#include <new>
#include <type_traits>
#include <utility>

#include "resforge/log.h"
#include "resforge/sync.h"

namespace resforge {

// What was caught, copied, so that nothing of ours runs inside a catch block.
struct Caught {
    DWORD code = ERROR_SUCCESS;
    char text[200] = {};

    void set(DWORD error, const char* what) noexcept {
        code = error;
        for (std::size_t i = 0; what != nullptr && what[i] != 0 && i + 1 < sizeof text; ++i) {
            text[i] = what[i];
        }
    }
};

// Runs function() and returns what it caught; code 0 means nothing.
template <class Function>
Caught run_guarded(Function&& function) noexcept {
    Caught caught;
    try {
        std::forward<Function>(function)();
    } catch (const SystemError& error) {
        caught.set(error.code(), error.what());
    } catch (const std::bad_alloc&) {
        caught.set(ERROR_NOT_ENOUGH_MEMORY, "out of memory");
    } catch (const std::exception& error) {
        caught.set(ERROR_UNHANDLED_EXCEPTION, error.what());
    } catch (...) {
        caught.set(ERROR_UNHANDLED_EXCEPTION, "an exception of unknown type");
    }
    return caught;
}

// The result of function(), or the error code of what it threw, which is then logged.
template <class Function>
DWORD guarded(const Log& log, const char* where, Function&& function) noexcept {
    DWORD result = ERROR_SUCCESS;
    const Caught caught = run_guarded([&] { result = std::forward<Function>(function)(); });
    if (caught.code == ERROR_SUCCESS) {
        return result;
    }
    log.error(where, " ended with an exception: ", caught.text, " (error ", caught.code, ")");
    return caught.code;
}

// As guarded for Online and Offline: ERROR_IO_PENDING would promise the monitor a report that no
// hook can make, so from a hook it is a failure like any other.
template <class Function>
DWORD guarded_operation(const Log& log, const char* where, Function&& function) noexcept {
    const DWORD result = guarded(log, where, std::forward<Function>(function));
    if (result != ERROR_IO_PENDING) {
        return result;
    }
    log.error(where, " ended with ERROR_IO_PENDING, which is no result of a hook");
    return ERROR_GEN_FAILURE;
}

// As guarded for functions that answer yes or no; an exception means no.
template <class Function>
bool guarded_answer(const Log& log, const char* where, Function&& function) noexcept {
    bool answer = false;
    const DWORD error = guarded(log, where, [&] {
        answer = std::forward<Function>(function)();
        return DWORD{ERROR_SUCCESS};
    });
    return error == ERROR_SUCCESS && answer;
}

}  // namespace resforge
