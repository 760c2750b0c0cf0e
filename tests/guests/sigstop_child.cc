// A child stops itself and is continued; waitid tells each change of state.
#include <signal.h>
#include <sys/wait.h>

#include "guest.h"

int main() {
  int ends[2];
  char byte = 0;
  expect(pipe(ends) == 0);
  const pid_t child = fork();
  expect(child >= 0);
  if (child == 0) {
    raise(SIGSTOP);
    _exit(read(ends[0], &byte, 1) == 1 ? 4 : 5);
  }
  siginfo_t info{};
  expect(waitid(P_PID, static_cast<id_t>(child), &info, WSTOPPED) == 0);
  expect(info.si_code == CLD_STOPPED && info.si_status == SIGSTOP);
  kill(child, SIGCONT);
  expect(waitid(P_PID, static_cast<id_t>(child), &info, WCONTINUED) == 0);
  expect(info.si_code == CLD_CONTINUED);
  expect(write(ends[1], &byte, 1) == 1);
  expect(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) == 0);
  expect(waitid(P_ALL, 0, &info, WEXITED) == 0);
  expect(info.si_pid == child && info.si_code == CLD_EXITED && info.si_status == 4);
  return done();
}
