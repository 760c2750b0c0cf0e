// lsl, rdpid and rdtscp tell the number of the processor, which changes as the thread moves.
#include <cpuid.h>
#include <sched.h>
#include <x86intrin.h>

#include "guest.h"

/// As the kernel's vDSO does it: node << 12 | processor.
static uint32_t by_segment() {
  uint32_t limit = 0;
  asm volatile("lsl %1, %0" : "+r"(limit) : "r"(0x7b) : "cc");
  return limit & 0xfff;
}

static uint32_t by_time_stamp() {
  unsigned processor = 0;
  (void)__rdtscp(&processor);
  return processor & 0xfff;
}

static uint32_t by_number() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  __get_cpuid_count(7, 0, &a, &b, &c, &d);
  if ((c >> 22 & 1) == 0) return by_segment();
  uint64_t number = 0;
  asm volatile("rdpid %0" : "=r"(number));
  return number & 0xfff;
}

static bool is_segment(uint32_t selector) {
  uint32_t limit = 0;
  bool valid = false;
  asm volatile("lsl %2, %0" : "+r"(limit), "=@ccz"(valid) : "r"(selector));
  return valid;
}

int main() {
  cpu_set_t all, one;
  expect(sched_getaffinity(0, sizeof all, &all) == 0);
  expect(is_segment(0x7b) && !is_segment(0) && !is_segment(0xfff8));
  uint64_t hash = kHashStart;
  for (int round = 0; round < 40; ++round) {
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (!CPU_ISSET(cpu, &all)) continue;
      CPU_ZERO(&one);
      CPU_SET(cpu, &one);
      expect(sched_setaffinity(0, sizeof one, &one) == 0);
      expect(by_segment() == static_cast<uint32_t>(cpu));
      expect(by_time_stamp() == static_cast<uint32_t>(cpu));
      expect(by_number() == static_cast<uint32_t>(cpu));
    }
    expect(sched_setaffinity(0, sizeof all, &all) == 0);
    for (int i = 0; i < 50; ++i) {
      const uint32_t number = by_segment();
      hash = hash_bytes(&number, sizeof number, hash);
      if (i % 10 == 0) sleep_ms(0);
    }
  }
  show("numbers", hash);
  return done();
}
