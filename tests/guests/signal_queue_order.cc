// Real-time signals are queued in order with their values; a classic one is kept once.
#include <signal.h>

#include <vector>

#include "guest.h"

static int values[16];
static volatile int count;

int main() {
  struct sigaction action{};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = [](int number, siginfo_t* info, void*) {
    values[count] = number == SIGUSR1 ? -1 : info->si_value.sival_int;
    count = count + 1;
  };
  sigfillset(&action.sa_mask);
  for (int number : {SIGUSR1, SIGRTMIN, SIGRTMIN + 1}) sigaction(number, &action, nullptr);
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, nullptr);
  for (int i = 0; i < 4; ++i) {
    expect(sigqueue(getpid(), SIGRTMIN + i % 2, sigval{.sival_int = i}) == 0);
    kill(getpid(), SIGUSR1);
  }
  sigprocmask(SIG_UNBLOCK, &all, nullptr);
  const std::vector<int> seen(values, values + count);
  expect(seen == std::vector<int>{-1, 0, 2, 1, 3});
  return done();
}
