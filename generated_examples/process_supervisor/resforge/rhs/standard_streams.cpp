// Standard input and output under other file descriptors, which child processes do not inherit.
#include "standard_streams.h"

#include <array>
#include <cstddef>
#include <utility>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>

#include "resforge/win32.h"
#else
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>
#endif

namespace resforge::rhs {
namespace {

constexpr int kInput = 0;
constexpr int kOutput = 1;
constexpr int kErrors = 2;

int input = kInput;
int output = kOutput;

#ifdef _WIN32

int keep(int stream) {
    const int copy = ::_dup(stream);
    if (copy < 0) {
        return stream;
    }
    ::_setmode(copy, _O_BINARY);
    ::SetHandleInformation(reinterpret_cast<HANDLE>(::_get_osfhandle(copy)), HANDLE_FLAG_INHERIT,
                           0);
    return copy;
}

void replace(int stream, int other) {
    if (other >= 0) {
        ::_dup2(other, stream);
    }
}

// The standard handles of a process are apart from the descriptors of its C library.
void set_handle(DWORD which, int stream) {
    ::SetStdHandle(which, reinterpret_cast<HANDLE>(::_get_osfhandle(stream)));
}

std::ptrdiff_t write_some(const char* text, std::size_t size) {
    return ::_write(output, text, static_cast<unsigned>(size));
}

std::ptrdiff_t read_some(char* text, std::size_t size) {
    return ::_read(input, text, static_cast<unsigned>(size));
}

#else

int keep(int stream) {
    constexpr int kAboveTheUsual = 64;
    const int copy = ::fcntl(stream, F_DUPFD_CLOEXEC, kAboveTheUsual);
    return copy < 0 ? stream : copy;
}

void replace(int stream, int other) {
    if (other >= 0) {
        ::dup2(other, stream);
    }
}

// A signal handler of the DLL may interrupt both.
std::ptrdiff_t write_some(const char* text, std::size_t size) {
    std::ptrdiff_t written = 0;
    do {
        written = ::write(output, text, size);
    } while (written < 0 && errno == EINTR);
    return written;
}

std::ptrdiff_t read_some(char* text, std::size_t size) {
    std::ptrdiff_t read = 0;
    do {
        read = ::read(input, text, size);
    } while (read < 0 && errno == EINTR);
    return read;
}

#endif

}  // namespace

void take_standard_streams() {
    input = keep(kInput);
    output = keep(kOutput);
#ifdef _WIN32
    const int nothing = ::_open("NUL", _O_RDONLY | _O_NOINHERIT);
#else
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
#endif
    if (input != kInput) {
        replace(kInput, nothing);
    }
    if (output != kOutput) {
        replace(kOutput, kErrors);
    }
#ifdef _WIN32
    set_handle(STD_INPUT_HANDLE, kInput);
    set_handle(STD_OUTPUT_HANDLE, kOutput);
#endif
}

bool write_to_driver(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::ptrdiff_t written = write_some(text.data(), text.size());
        if (written <= 0) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::optional<std::string> read_from_driver() {
    static std::string ahead;
    static std::size_t searched = 0;
    std::array<char, 65536> chunk{};
    for (;;) {
        const std::size_t end = ahead.find('\n', searched);
        if (end != std::string::npos) {
            std::string line = ahead.substr(0, end);
            ahead.erase(0, end + 1);
            searched = 0;
            return line;
        }
        searched = ahead.size();
        const std::ptrdiff_t size = read_some(chunk.data(), chunk.size());
        if (size <= 0) {
            searched = 0;
            return ahead.empty() ? std::nullopt : std::optional(std::exchange(ahead, {}));
        }
        ahead.append(chunk.data(), static_cast<std::size_t>(size));
    }
}

}  // namespace resforge::rhs
