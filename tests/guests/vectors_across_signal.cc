// A signal handler that uses vector registers, between two instructions of a loop that does too.
// flags: -O2
#include <signal.h>
#include <sys/time.h>
#include <xmmintrin.h>

#include "guest.h"

static volatile sig_atomic_t taken;
static volatile float sink;

int main() {
  signal(SIGALRM, [](int) {
    __m128 noise = _mm_set1_ps(123.0f);
    for (int i = 0; i < 100; ++i) noise = _mm_mul_ps(noise, _mm_set1_ps(1.5f));
    sink = _mm_cvtss_f32(noise);
    taken = taken + 1;
  });
  const itimerval often{{0, 2000}, {0, 2000}};
  setitimer(ITIMER_REAL, &often, nullptr);
  uint64_t rounds = 0;
  while (taken < 10) {
    __m128 sum = _mm_setzero_ps();
    for (int i = 0; i < 1000; ++i) sum = _mm_add_ps(sum, _mm_set_ps(1, 2, 3, 4));
    float lanes[4];
    _mm_storeu_ps(lanes, sum);
    expect(lanes[0] == 4000 && lanes[1] == 3000 && lanes[2] == 2000 && lanes[3] == 1000);
    ++rounds;
    if (rounds % 64 == 0) expect(getppid() > 0);
  }
  show("rounds", rounds);
  return done();
}
