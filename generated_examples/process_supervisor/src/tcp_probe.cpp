// Asks whether something accepts connections on a TCP port.
#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

#include "tcp_probe.h"

namespace process_supervisor {
namespace {

constexpr DWORD kSlice = 50;  // milliseconds between two looks at the stop request

#ifdef _WIN32
using NativeSocket = SOCKET;
constexpr NativeSocket kNone = INVALID_SOCKET;

// Winsock counts its users; a resource DLL must not rely on others to have started it.
class Library {
  public:
    Library() { ::WSAStartup(MAKEWORD(2, 2), &data_); }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
    ~Library() { ::WSACleanup(); }

  private:
    WSADATA data_{};
};
void close_socket(NativeSocket socket) {
    ::closesocket(socket);
}
void make_nonblocking(NativeSocket socket) {
    u_long yes = 1;
    ::ioctlsocket(socket, static_cast<long>(FIONBIO), &yes);
}
int poll_sockets(WSAPOLLFD* sockets, DWORD milliseconds) {
    return ::WSAPoll(sockets, 1, static_cast<INT>(milliseconds));
}
using PollEntry = WSAPOLLFD;
#else
using NativeSocket = int;
constexpr NativeSocket kNone = -1;
class Library {};
void close_socket(NativeSocket socket) {
    ::close(socket);
}
void make_nonblocking(NativeSocket socket) {
    ::fcntl(socket, F_SETFL, O_NONBLOCK);
}
int poll_sockets(pollfd* sockets, DWORD milliseconds) {
    return ::poll(sockets, 1, static_cast<int>(milliseconds));
}
using PollEntry = pollfd;
#endif

class Socket {
  public:
    Socket() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        if (socket_ != kNone) {
            make_nonblocking(socket_);
        }
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() {
        if (socket_ != kNone) {
            close_socket(socket_);
        }
    }
    NativeSocket get() const { return socket_; }

  private:
    [[maybe_unused]] Library library_;
    NativeSocket socket_;
};

// The error that the attempt to connect ended with; 0 is a connection.
int connect_error(NativeSocket socket) {
    int error = 0;
    socklen_t size = sizeof error;
    const int result =
        ::getsockopt(socket, SOL_SOCKET, SO_ERROR, reinterpret_cast<char*>(&error), &size);
    return result != 0 ? result : error;
}

bool parse(resforge::TextView text, in_addr& address) {
    return ::inet_pton(AF_INET, resforge::to_utf8(text).c_str(), &address) == 1;
}

}  // namespace

bool is_address(resforge::TextView text) {
    in_addr address{};
    return parse(text, address);
}

bool accepts_connections(resforge::TextView address, DWORD port, DWORD milliseconds,
                         const std::function<bool()>& stop) {
    sockaddr_in target{};
    target.sin_family = AF_INET;
    target.sin_port = htons(static_cast<std::uint16_t>(port));
    if (!parse(address, target.sin_addr)) {
        return false;
    }
    const Socket socket;
    if (socket.get() == kNone) {
        return false;
    }
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&target), sizeof target) == 0) {
        return true;
    }
    const resforge::Deadline deadline(milliseconds);
    PollEntry entry{};
    entry.fd = socket.get();
    entry.events = POLLOUT;
    while (deadline.remaining() != 0 && !stop()) {
        const int ready = poll_sockets(&entry, std::min(deadline.remaining(), kSlice));
        if (ready != 0) {
            return ready > 0 && (entry.revents & POLLOUT) != 0 && connect_error(socket.get()) == 0;
        }
    }
    return false;
}

}  // namespace process_supervisor
