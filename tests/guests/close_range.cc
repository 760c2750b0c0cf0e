// close_range and closefrom over everything: the program goes on, and new descriptors start low.
#include <unistd.h>

#include "guest.h"

int main() {
  for (int i = 0; i < 10; ++i) expect(open("/dev/null", O_RDONLY) == 3 + i);
  expect(close_range(5, 6, 0) == 0 && open("/dev/null", O_RDONLY) == 5);
  expect(close_range(3, ~0u, CLOSE_RANGE_CLOEXEC) == 0 && fcntl(4, F_GETFD) == FD_CLOEXEC);
  expect(close_range(3, ~0u, 0) == 0);
  expect(fcntl(3, F_GETFD) == -1 && open("/dev/null", O_RDONLY) == 3);
  closefrom(3);
  for (int fd = 3; fd < 5000; ++fd) close(fd);
  expect(open("/dev/null", O_RDONLY) == 3 && close(3) == 0);
  return done();
}
