// timerfd: relative, absolute, periodic, read in blocking mode and through poll.
#include <poll.h>
#include <sys/timerfd.h>

#include "guest.h"

int main() {
  const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  expect(fd >= 0);
  itimerspec periodic{{0, 2'000'000}, {0, 2'000'000}}, left{};
  expect(timerfd_settime(fd, 0, &periodic, nullptr) == 0);
  uint64_t expirations = 0, sum = 0;
  while (sum < 8) {
    expect(read(fd, &expirations, 8) == 8 && expirations > 0);
    sum += expirations;
  }
  show("expirations", sum);
  expect(timerfd_gettime(fd, &left) == 0 && left.it_interval.tv_nsec == 2'000'000);
  itimerspec once{};
  clock_gettime(CLOCK_MONOTONIC, &once.it_value);
  expect(timerfd_settime(fd, TFD_TIMER_ABSTIME, &once, nullptr) == 0);
  pollfd wait{fd, POLLIN, 0};
  expect(poll(&wait, 1, 1000) == 1 && wait.revents == POLLIN);
  expect(read(fd, &expirations, 8) == 8 && expirations == 1);
  return done();
}
