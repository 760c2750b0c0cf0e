// SIGCHLD handlers reap children as they end; with SIG_IGN nobody needs to.
#include <signal.h>
#include <sys/wait.h>

#include "guest.h"

static volatile sig_atomic_t reaped, statuses;

int main() {
  struct sigaction action{};
  action.sa_flags = SA_RESTART;
  action.sa_handler = [](int) {
    int status;
    while (waitpid(-1, &status, WNOHANG) > 0) {
      reaped = reaped + 1;
      statuses = statuses + WEXITSTATUS(status);
    }
  };
  sigaction(SIGCHLD, &action, nullptr);
  for (int i = 1; i <= 10; ++i) {
    const pid_t child = fork();
    expect(child >= 0);
    if (child == 0) _exit(i);
  }
  while (reaped < 10) sleep_ms(1);
  expect(statuses == 55);
  signal(SIGCHLD, SIG_IGN);
  if (fork() == 0) _exit(0);
  expect(wait(nullptr) == -1 && errno == ECHILD);
  return done();
}
