// A UNIX stream server with a path and one with an abstract name; accept4 tells the peer.
#include <sys/socket.h>
#include <sys/un.h>

#include <thread>

#include "guest.h"

static void exchange(const sockaddr_un& address, socklen_t size) {
  const int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto* name = reinterpret_cast<const sockaddr*>(&address);
  expect(bind(server, name, size) == 0 && listen(server, 5) == 0);
  std::thread client([=] {
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    expect(connect(fd, name, size) == 0);
    const uint64_t now = now_ns();
    expect(write(fd, &now, sizeof now) == sizeof now);
    close(fd);
  });
  sockaddr_un peer{};
  socklen_t peer_size = sizeof peer;
  const int fd = accept4(server, reinterpret_cast<sockaddr*>(&peer), &peer_size, SOCK_CLOEXEC);
  expect(fd >= 0 && peer.sun_family == AF_UNIX && peer_size == sizeof(sa_family_t));
  uint64_t time = 0;
  expect(read(fd, &time, sizeof time) == sizeof time);
  show("client's time", time);
  client.join();
}

int main() {
  sockaddr_un address{AF_UNIX, ""};
  TempFile place;
  unlink(place.path.c_str());
  strcpy(address.sun_path, place.path.c_str());
  exchange(address, sizeof address);
  const int length = snprintf(address.sun_path + 1, 100, "guest-%d", getpid());
  address.sun_path[0] = 0;
  exchange(address, static_cast<socklen_t>(sizeof(sa_family_t) + 1 + length));
  return done();
}
