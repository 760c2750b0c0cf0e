// ppoll, pselect and epoll_pwait open the mask only while they wait; poll restarts nothing.
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "guest.h"

static volatile sig_atomic_t taken;

int main() {
  signal(SIGUSR1, [](int) { taken = taken + 1; });
  sigset_t blocked, open;
  sigemptyset(&open);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  sigprocmask(SIG_BLOCK, &blocked, nullptr);
  raise(SIGUSR1);
  expect(taken == 0);
  expect(ppoll(nullptr, 0, nullptr, &open) == -1 && errno == EINTR && taken == 1);
  raise(SIGUSR1);
  expect(pselect(0, nullptr, nullptr, nullptr, nullptr, &open) == -1 && errno == EINTR);
  expect(taken == 2);
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  epoll_event event;
  raise(SIGUSR1);
  expect(epoll_pwait(epoll, &event, 1, -1, &open) == -1 && errno == EINTR && taken == 3);
  raise(SIGUSR1);
  const timespec soon{0, 1'000'000};
  expect(ppoll(nullptr, 0, &soon, &blocked) == 0 && taken == 3);
  sigprocmask(SIG_UNBLOCK, &blocked, nullptr);
  expect(taken == 4);
  return done();
}
