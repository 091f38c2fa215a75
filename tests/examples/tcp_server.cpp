// A real server for the process supervisor: accepts connections on loopback until it is told to
// end. `tcp_server PORT` serves one port; `tcp_server PORT CHILD_PORT` also starts a child that
// serves the other. A connection that sends "die" ends the process without any clean-up.
#ifdef _WIN32
#include <winsock2.h>
#else
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
using SOCKET = int;
inline void closesocket(SOCKET socket) {
    ::close(socket);
}
#endif

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

void start_child(const std::string& program, const std::string& port) {
#ifdef _WIN32
    std::string command_line = "\"" + program + "\" " + port;
    STARTUPINFOA startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION started{};
    if (::CreateProcessA(nullptr, command_line.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr,
                         &startup, &started) == FALSE) {
        std::exit(3);
    }
#else
    if (::fork() == 0) {
        ::execl(program.c_str(), program.c_str(), port.c_str(), nullptr);
        std::_Exit(3);
    }
#endif
}

int serve(std::uint16_t port) {
    const SOCKET listener = ::socket(AF_INET, SOCK_STREAM, 0);
#ifndef _WIN32
    const int reuse = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
#endif
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener, 16) != 0) {
        return 2;
    }
    for (;;) {
        const SOCKET client = ::accept(listener, nullptr, nullptr);
        char request[4] = {};
        if (::recv(client, request, 3, 0) == 3 && std::strcmp(request, "die") == 0) {
            std::_Exit(9);
        }
        closesocket(client);
    }
}

}  // namespace

int main(int count, char** arguments) {
#ifdef _WIN32
    WSADATA data{};
    ::WSAStartup(MAKEWORD(2, 2), &data);
#endif
    if (count > 2) {
        start_child(arguments[0], arguments[2]);
    }
    return count > 1 ? serve(static_cast<std::uint16_t>(std::atoi(arguments[1]))) : 1;
}
