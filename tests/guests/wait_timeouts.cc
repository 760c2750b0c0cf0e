// SO_RCVTIMEO and SO_SNDTIMEO end a wait; a part that was sent by then counts.
#include <sys/socket.h>
#include <sys/time.h>

#include "company.h"

static void set(int fd, int option, long ms) {
  const timeval time{ms / 1000, ms % 1000 * 1000};
  expect(setsockopt(fd, SOL_SOCKET, option, &time, sizeof time) == 0);
}

int main() {
  int pair[2];
  expect(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  const Company company;
  char byte;
  set(pair[0], SO_RCVTIMEO, 20);
  uint64_t start = now_ns();
  expect(read(pair[0], &byte, 1) == -1 && errno == EAGAIN);
  expect(now_ns() - start >= 19'000'000);
  expect(recv(pair[0], &byte, 1, 0) == -1 && errno == EAGAIN);
  expect(recv(pair[0], &byte, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN);
  set(pair[1], SO_SNDTIMEO, 20);
  static char large[1 << 20];
  start = now_ns();
  const ssize_t part = write(pair[1], large, sizeof large);
  expect(part > 0 && part < static_cast<ssize_t>(sizeof large));
  expect(now_ns() - start >= 19'000'000);
  show("sent", static_cast<uint64_t>(part));
  for (int i = 0; i < 3; ++i) expect(write(pair[1], large, 4096) == -1 && errno == EAGAIN);
  for (ssize_t left = part; left > 0;) {
    const ssize_t got = read(pair[0], large, sizeof large);
    expect(got > 0);
    left -= got;
  }
  expect(write(pair[1], "x", 1) == 1 && read(pair[0], &byte, 1) == 1 && byte == 'x');
  return done();
}
