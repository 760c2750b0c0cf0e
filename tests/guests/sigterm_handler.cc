// A child sends SIGTERM to the guest, which sleeps; the handler learns who sent it.
#include <signal.h>
#include <sys/wait.h>

#include "guest.h"

static volatile sig_atomic_t taken;
static volatile pid_t sender;

int main() {
  struct sigaction action{};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = [](int, siginfo_t* info, void*) {
    sender = info->si_pid;
    taken = 1;
  };
  sigaction(SIGTERM, &action, nullptr);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    usleep(10'000);
    _exit(kill(parent, SIGTERM));
  }
  while (!taken) usleep(100'000);
  expect(sender == child);
  int status = -1;
  expect(waitpid(child, &status, 0) == child && status == 0);
  return done();
}
