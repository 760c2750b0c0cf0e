// The same without a trace of itself: only the flag is looked at, no call and no counter.
#include <signal.h>

#include "guest.h"

static volatile sig_atomic_t taken;

int main() {
  signal(SIGALRM, [](int) { taken = 1; });
  ualarm(20'000, 0);
  while (taken == 0) {
  }
  return done();
}
