// ITIMER_VIRTUAL and ITIMER_PROF count what the program uses, ITIMER_REAL what passes.
#include <signal.h>
#include <sys/time.h>

#include "guest.h"

static volatile sig_atomic_t virtual_ticks, profile_ticks, real_ticks;

int main() {
  signal(SIGVTALRM, [](int) { virtual_ticks = virtual_ticks + 1; });
  signal(SIGPROF, [](int) { profile_ticks = profile_ticks + 1; });
  signal(SIGALRM, [](int) { real_ticks = real_ticks + 1; });
  const itimerval often{{0, 10'000}, {0, 10'000}};
  for (auto which : {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF}) {
    expect(setitimer(which, &often, nullptr) == 0);
  }
  uint64_t times = kHashStart;
  while (virtual_ticks < 2 || profile_ticks < 2 || real_ticks < 2) {
    for (int i = 0; i < 1000; ++i) {
      const uint64_t now = now_ns();
      times = hash_bytes(&now, sizeof now, times);
    }
  }
  itimerval rest{};
  expect(getitimer(ITIMER_REAL, &rest) == 0 && rest.it_interval.tv_usec == 10'000);
  show("rest", static_cast<uint64_t>(rest.it_value.tv_usec));
  show("times", times);
  return done();
}
