// untraced
// The twin of leaked_connections.cc: it closes each connection.
// weft why: Nothing stands out.
#include "clients.h"

static void serve(int fd) {
  char bytes[16];
  while (read(fd, bytes, sizeof bytes) > 0) {}
  close(fd);
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
