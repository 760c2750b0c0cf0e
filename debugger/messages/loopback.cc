#include "debugger/messages/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace weft::messages {

Result<LoopbackListener> listen_on_loopback(uint16_t port) {
  LoopbackListener listener{UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))};
  const int socket = listener.socket.get(), yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (::bind(socket, plain, size) != 0 || ::listen(socket, SOMAXCONN) != 0 ||
      ::getsockname(socket, plain, &size) != 0) {
    return Error{ErrorClass::kUsage,
                 "cannot listen on 127.0.0.1:" + std::to_string(port) + ": " + std::strerror(errno),
                 "Give --port another number, or 0 for any that is free"};
  }
  listener.port = ntohs(address.sin_port);
  return listener;
}

}  // namespace weft::messages
