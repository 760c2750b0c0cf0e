// poll and select: ready and not, sets that are rewritten, a bad descriptor, a time-out left over.
#include <poll.h>
#include <sys/select.h>

#include "guest.h"

int main() {
  int a[2], b[2];
  expect(pipe(a) == 0 && pipe(b) == 0 && write(b[1], "x", 1) == 1);
  pollfd waits[] = {{a[0], POLLIN, 0}, {b[0], POLLIN, 0}, {999, POLLIN, 0}, {-1, POLLIN, 0}};
  expect(poll(waits, 4, -1) == 2);
  expect(waits[0].revents == 0 && waits[1].revents == POLLIN && waits[2].revents == POLLNVAL);
  fd_set reads, writes;
  FD_ZERO(&reads);
  FD_ZERO(&writes);
  FD_SET(a[0], &reads);
  FD_SET(b[0], &reads);
  FD_SET(a[1], &writes);
  timeval limit{5, 0};
  expect(select(b[1] + 1, &reads, &writes, nullptr, &limit) == 2);
  expect(!FD_ISSET(a[0], &reads) && FD_ISSET(b[0], &reads) && FD_ISSET(a[1], &writes));
  show("left us", static_cast<uint64_t>(limit.tv_sec * 1'000'000 + limit.tv_usec));
  FD_ZERO(&reads);
  FD_SET(a[0], &reads);
  limit = {0, 5000};
  const uint64_t begin = now_ns();
  expect(select(a[0] + 1, &reads, nullptr, nullptr, &limit) == 0 && limit.tv_usec == 0);
  expect(poll(waits, 1, 5) == 0 && now_ns() - begin >= 9'000'000);
  close(a[1]);
  expect(poll(waits, 1, -1) == 1 && waits[0].revents == POLLHUP);
  return done();
}
