// Rounding modes of x87 and SSE are a thread's own, across calls, switches and signals.
#include <fenv.h>
#include <signal.h>
#include <xmmintrin.h>

#include <thread>

#include "guest.h"

static void play(int mode) {
  fesetround(mode);
  const unsigned mxcsr = _mm_getcsr() | 0x8000;
  _mm_setcsr(mxcsr);
  volatile long double one = 1, three = 3;
  const long double third = one / three;
  for (int i = 0; i < 300; ++i) {
    sched_yield();
    if (i % 50 == 0) raise(SIGUSR1);
    expect(fegetround() == mode);
    expect((_mm_getcsr() & 0xffc0) == (mxcsr & 0xffc0));
    expect(one / three == third);
  }
}

int main() {
  signal(SIGUSR1, [](int) { fesetround(FE_TONEAREST); });
  std::thread up(play, FE_UPWARD), down(play, FE_DOWNWARD);
  play(FE_TOWARDZERO);
  up.join();
  down.join();
  return done();
}
