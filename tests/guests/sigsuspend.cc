// sigsuspend and pause return after a handler, with the mask as it was before.
#include <signal.h>

#include "guest.h"

static volatile sig_atomic_t taken;

int main() {
  signal(SIGALRM, [](int) { taken = taken + 1; });
  sigset_t blocked, none, now;
  sigemptyset(&none);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGALRM);
  sigprocmask(SIG_BLOCK, &blocked, nullptr);
  ualarm(1'000, 0);
  usleep(5'000);
  expect(taken == 0);
  expect(sigsuspend(&none) == -1 && errno == EINTR && taken == 1);
  sigprocmask(SIG_SETMASK, nullptr, &now);
  expect(sigismember(&now, SIGALRM) == 1);
  ualarm(5'000, 0);
  expect(sigsuspend(&none) == -1 && errno == EINTR && taken == 2);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  ualarm(20'000, 20'000);
  expect(pause() == -1 && errno == EINTR && taken >= 3);
  return done();
}
