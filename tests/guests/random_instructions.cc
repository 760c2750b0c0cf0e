// rdrand and rdseed, of all widths: replay has the recorded numbers.
#include <cpuid.h>

#include "guest.h"

static uint64_t hash = kHashStart;

static void take(bool ready, uint64_t value) {
  if (!ready) value = 0;
  hash = hash_bytes(&value, sizeof value, hash);
}

static void ask_random() {
  uint16_t small = 0;
  uint32_t middle = 0;
  uint64_t large = 0, high = 0;
  bool ready;
  asm volatile("rdrand %0" : "=r"(small), "=@ccc"(ready));
  take(ready, small);
  asm volatile("rdrand %0" : "=r"(middle), "=@ccc"(ready));
  take(ready, middle);
  asm volatile("rdrand %0" : "=r"(large), "=@ccc"(ready));
  take(ready, large);
  asm volatile("mov $-1, %%r11; rdrand %%r11d; mov %%r11, %0" : "=r"(high), "=@ccc"(ready)::"r11");
  expect(high >> 32 == 0);
  asm volatile("mov $-1, %%r11; rdrand %%r11w; mov %%r11, %0" : "=r"(high), "=@ccc"(ready)::"r11");
  expect(high >> 16 == 0xffff'ffff'ffff);
  take(ready, high);
}

static void ask_seed() {
  uint32_t middle = 0;
  uint64_t large = 0;
  bool ready;
  asm volatile("rdseed %0" : "=r"(middle), "=@ccc"(ready));
  take(ready, middle);
  asm volatile("rdseed %0" : "=r"(large), "=@ccc"(ready));
  take(ready, large);
}

int main() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  __get_cpuid(1, &a, &b, &c, &d);
  for (int i = 0; i < 20 && (c >> 30 & 1) != 0; ++i) ask_random();
  __get_cpuid_count(7, 0, &a, &b, &c, &d);
  for (int i = 0; i < 20 && (b >> 18 & 1) != 0; ++i) ask_seed();
  show("random", hash);
  return done();
}
