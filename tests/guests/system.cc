// system: statuses, a child that dies by a signal, and signals that are as before afterwards.
#include <signal.h>
#include <sys/wait.h>

#include "guest.h"

int main() {
  expect(system(nullptr) != 0);
  expect(system("exit 0") == 0);
  expect(WEXITSTATUS(system("exit 42")) == 42);
  const int killed = system("kill -9 $$");
  expect(WIFSIGNALED(killed) && WTERMSIG(killed) == SIGKILL);
  expect(WEXITSTATUS(system("/nonexistent 2>/dev/null")) == 127);
  expect(system("test -n \"$HOME$PATH\"") == 0);
  struct sigaction now{};
  sigaction(SIGINT, nullptr, &now);
  expect(now.sa_handler == SIG_DFL);
  return done();
}
