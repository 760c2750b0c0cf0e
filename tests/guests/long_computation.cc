// Computes for some million instructions without a system call.
#include "guest.h"

static volatile uint64_t last;

__attribute__((noinline)) static uint64_t mix(uint64_t x) {
  last = x;
  return x * 6364136223846793005u + 1442695040888963407u;
}

int main() {
  uint64_t x = now_ns();
  for (int i = 0; i < 300'000; ++i) x = mix(x ^ x >> 7);
  show("mixed", x);
  return done();
}
