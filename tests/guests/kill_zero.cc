// kill(0): the signal goes to the whole process group, first one that all others ignore.
#include <signal.h>

#include "guest.h"

static volatile sig_atomic_t taken;

int main() {
  signal(SIGURG, [](int) { taken = taken + 1; });
  expect(kill(0, SIGURG) == 0);
  expect(taken >= 1);
  signal(SIGUSR1, [](int) { taken = taken + 1; });
  expect(setpgid(0, 0) == 0 || errno == EPERM);
  taken = 0;
  expect(kill(0, SIGUSR1) == 0);
  expect(taken >= 1);
  expect(kill(0, 0) == 0 && getpgrp() > 0);
  return done();
}
