// rdtsc, rdtscp and cpuid in program code: time stamps never go back; their values are not shown.
#include <cpuid.h>
#include <x86intrin.h>

#include "guest.h"

int main() {
  uint64_t last = 0;
  for (int i = 0; i < 1000; ++i) {
    unsigned processor = 0;
    const uint64_t now = i % 2 ? __rdtsc() : __rdtscp(&processor);
    expect(now >= last);
    last = now;
  }
  unsigned a = 0, b = 0, c = 0, d = 0;
  expect(__get_cpuid(0, &a, &b, &c, &d) == 1 && a > 0);
  return done();
}
