// Blocked signals are read from a signalfd, found by poll.
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include "guest.h"

int main() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGALRM);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  const int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  expect(fd >= 0);
  signalfd_siginfo info{};
  expect(read(fd, &info, sizeof info) == -1 && errno == EAGAIN);
  kill(getpid(), SIGUSR1);
  pollfd wait{fd, POLLIN, 0};
  expect(poll(&wait, 1, 1000) == 1 && wait.revents == POLLIN);
  expect(read(fd, &info, sizeof info) == sizeof info);
  expect(info.ssi_signo == SIGUSR1 && info.ssi_pid == static_cast<uint32_t>(getpid()));
  ualarm(10'000, 0);
  expect(poll(&wait, 1, 1000) == 1);
  expect(read(fd, &info, sizeof info) == sizeof info && info.ssi_signo == SIGALRM);
  return done();
}
