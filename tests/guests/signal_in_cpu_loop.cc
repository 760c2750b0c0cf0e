// A timer's signal interrupts a loop that makes no call and ends when the handler has run.
#include <signal.h>
#include <sys/time.h>

#include "guest.h"

static volatile sig_atomic_t taken;

int main() {
  signal(SIGALRM, [](int) { taken = taken + 1; });
  itimerval timer{{0, 5000}, {0, 5000}};
  setitimer(ITIMER_REAL, &timer, nullptr);
  volatile uint64_t loops = 0;
  while (taken < 5) loops = loops + 1;
  timer = {};
  setitimer(ITIMER_REAL, &timer, nullptr);
  show("loops", loops);
  return done();
}
