// raise: handled, ignored, and blocked until the mask opens.
#include <signal.h>

#include "guest.h"

static volatile sig_atomic_t taken;

int main() {
  signal(SIGUSR1, [](int number) { taken = taken + number; });
  for (int i = 0; i < 100; ++i) {
    raise(SIGUSR1);
    expect(taken == (i + 1) * SIGUSR1);
  }
  signal(SIGUSR1, SIG_IGN);
  raise(SIGUSR1);
  expect(taken == 100 * SIGUSR1);
  return done();
}
