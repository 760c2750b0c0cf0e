// Non-blocking connect to a listener and to nobody; SO_ERROR, getpeername, TCP_INFO.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "guest.h"

static int connect_to(const sockaddr_in& address) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  expect(connect(fd, (const sockaddr*)&address, sizeof address) == 0 || errno == EINPROGRESS ||
         errno == ECONNREFUSED);
  pollfd wait{fd, POLLOUT, 0};
  expect(poll(&wait, 1, 1000) == 1);
  return fd;
}

int main() {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {}};
  socklen_t size = sizeof address;
  expect(bind(server, (sockaddr*)&address, size) == 0 && listen(server, 1) == 0);
  expect(getsockname(server, (sockaddr*)&address, &size) == 0);
  int fd = connect_to(address), error = -1;
  socklen_t error_size = sizeof error;
  expect(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_size) == 0 && error == 0);
  sockaddr_in peer{};
  expect(getpeername(fd, (sockaddr*)&peer, &size) == 0 && peer.sin_port == address.sin_port);
  tcp_info info{};
  socklen_t info_size = sizeof info;
  expect(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &info_size) == 0 && info.tcpi_state == 1);
  show("port", ntohs(address.sin_port));
  close(fd);
  close(server);
  fd = connect_to(address);
  expect(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_size) == 0);
  expect(error == ECONNREFUSED || error == 0);
  return done();
}
