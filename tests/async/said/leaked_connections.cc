// untraced
// A server that forgets to close what its clients have closed, until it has no descriptor left. Its
// twin is closed_connections.cc.
// weft why: accept4? failed [0-9]+ times?: Too many open files
// weft why: of them closed by the other end
// weft why: [0-9]+ of [0-9]+ connections that the program accepted .* had not been closed by it
// weft why: its end was read at event [0-9]+ by serve \(FILE:READ\)
#include "clients.h"

static void serve(int fd) {
  char bytes[16];
  while (read(fd, bytes, sizeof bytes) > 0) {}  // READ
}

int main() {
  allow_descriptors(24);
  const int listener = listen_here();
  run_clients(listener, 40);
  for (int i = 0; i < 40; ++i) {
    const int fd = accept(listener, nullptr, nullptr);
    if (fd >= 0) serve(fd);
  }
}
