// poll, ppoll, select and pselect6 that time out, and that find something: their sets and the time
// that is left.
#include <poll.h>
#include <sys/select.h>
#include <sys/syscall.h>

#include "company.h"

int main() {
  int ends[2];
  expect(pipe(ends) == 0);
  const Company company;
  for (const bool full : {false, true}) {
    if (full) expect(write(ends[1], "x", 1) == 1);
    pollfd items[2] = {{ends[0], POLLIN, 0x55}, {-1, POLLIN, 0x55}};
    expect(poll(items, 2, 5) == full && items[0].revents == (full ? POLLIN : 0));
    expect(items[1].revents == 0);
    timespec time{0, 5'000'000};
    items[0].revents = 0x55;
    expect(ppoll(items, 1, &time, nullptr) == full && items[0].revents == (full ? POLLIN : 0));
    fd_set set;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    timeval left{0, 5000};
    expect(select(ends[0] + 1, &set, nullptr, nullptr, &left) == full);
    expect(FD_ISSET(ends[0], &set) == full && (full ? left.tv_usec > 0 : left.tv_usec == 0));
    show("left", static_cast<uint64_t>(left.tv_usec));
    FD_SET(ends[0], &set);
    expect(pselect(ends[0] + 1, &set, nullptr, nullptr, &time, nullptr) == full);
    expect(FD_ISSET(ends[0], &set) == full);
    FD_ZERO(&set);
    left = {0, 2000};
    expect(select(0, nullptr, nullptr, nullptr, &left) == 0);
  }
  expect(poll(nullptr, 0, 2) == 0);
  expect(syscall(SYS_poll, 16, 1, 5) == -1 && errno == EFAULT);
  return done();
}
