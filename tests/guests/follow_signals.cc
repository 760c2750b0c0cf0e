// Parent and recorded child send each other signals; the child keeps handlers, mask and alternate
// stack, and has no timer of its parent's.
// record: --follow
// processes: 2
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "guest.h"

static volatile sig_atomic_t seen, ended;

int main() {
  static char stack[65536];
  const stack_t alternate{stack, 0, sizeof stack};
  expect(sigaltstack(&alternate, nullptr) == 0);
  struct sigaction action{};
  action.sa_handler = [](int) { seen = seen + 1; };
  action.sa_flags = SA_ONSTACK;
  expect(sigaction(SIGUSR1, &action, nullptr) == 0);
  action.sa_handler = [](int) { ended = 1; };
  expect(sigaction(SIGCHLD, &action, nullptr) == 0);
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  sigaddset(&blocked, SIGCHLD);
  sigprocmask(SIG_BLOCK, &blocked, &before);
  const itimerval timer{{0, 0}, {100, 0}};
  expect(setitimer(ITIMER_REAL, &timer, nullptr) == 0);
  const pid_t child = fork();
  if (child == 0) {
    itimerval left{};
    expect(getitimer(ITIMER_REAL, &left) == 0 && left.it_value.tv_sec == 0);
    stack_t same{};
    expect(sigaltstack(nullptr, &same) == 0 && same.ss_sp == stack);
    while (seen < 5) {
      kill(getppid(), SIGUSR1);
      sigsuspend(&before);
    }
    _exit(seen);
  }
  for (int i = 0; i < 5; ++i) {
    while (seen <= i && ended == 0) sigsuspend(&before);
    kill(child, SIGUSR1);
  }
  while (ended == 0) sigsuspend(&before);
  int status = -1;
  expect(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 5);
  show("child", static_cast<uint64_t>(child));
  return done();
}
