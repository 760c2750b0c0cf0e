// A child sends signals as fast as it can into ppoll with an open mask: none is lost.
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "guest.h"

static volatile sig_atomic_t taken;

int main() {
  struct sigaction action{};
  action.sa_handler = [](int) { taken = taken + 1; };
  sigaction(SIGUSR1, &action, nullptr);
  sigset_t blocked, open;
  sigprocmask(SIG_SETMASK, nullptr, &open);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  sigprocmask(SIG_BLOCK, &blocked, nullptr);
  int answers[2];
  expect(pipe(answers) == 0);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    char byte;
    for (int i = 0; i < 300; ++i) {
      kill(parent, SIGUSR1);
      if (read(answers[0], &byte, 1) != 1) _exit(1);
    }
    _exit(0);
  }
  while (taken < 300) {
    expect(ppoll(nullptr, 0, nullptr, &open) == -1 && errno == EINTR);
    expect(write(answers[1], "x", 1) == 1);
  }
  int status = -1;
  expect(waitpid(child, &status, 0) == child && status == 0);
  return done();
}
