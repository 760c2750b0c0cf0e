// pidfd_open, poll on it, pidfd_send_signal and waitid by pidfd.
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "guest.h"

int main() {
  const pid_t child = fork();
  expect(child >= 0);
  if (child == 0) {
    for (;;) pause();
  }
  const int fd = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  expect(fd >= 0);
  pollfd wait{fd, POLLIN, 0};
  expect(poll(&wait, 1, 0) == 0);
  expect(syscall(SYS_pidfd_send_signal, fd, SIGKILL, nullptr, 0) == 0);
  expect(poll(&wait, 1, 1000) == 1);
  siginfo_t info{};
  expect(waitid(P_PIDFD, static_cast<id_t>(fd), &info, WEXITED) == 0);
  expect(info.si_pid == child && info.si_status == SIGKILL);
  return done();
}
