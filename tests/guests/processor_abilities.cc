// cpuid and xgetbv: what the processor says of itself agrees with itself, and with what the kernel
// says.
#include <cpuid.h>
#include <sys/auxv.h>

#include <vector>

#include "guest.h"

struct Answer {
  unsigned a, b, c, d;
};

static Answer ask(unsigned leaf, unsigned subleaf = 0) {
  Answer answer{};
  __cpuid_count(leaf, subleaf, answer.a, answer.b, answer.c, answer.d);
  return answer;
}

static uint64_t enabled_states() {
  unsigned low = 0, high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return uint64_t{high} << 32 | low;
}

int main() {
  const unsigned last = ask(0).a;
  expect(last >= 0xd);
  uint64_t hash = kHashStart;
  for (unsigned leaf = 0; leaf <= last; ++leaf) {
    for (unsigned subleaf = 0; subleaf < 4; ++subleaf) {
      const Answer answer = ask(leaf, subleaf);
      hash = hash_bytes(&answer, sizeof answer, hash);
    }
  }
  show("abilities", hash);
  const Answer features = ask(1);
  expect((features.c >> 27 & 1) != 0);  // OSXSAVE
  const uint64_t states = enabled_states();
  expect((states & 3) == 3 && ((states >> 2 & 1) != 0) == ((features.c >> 28 & 1) != 0));
  unsigned bytes = 576;
  for (unsigned state = 2; state < 63; ++state) {
    if ((states >> state & 1) == 0) continue;
    const Answer where = ask(0xd, state);
    expect(where.a != 0);
    if (where.a + where.b > bytes) bytes = where.a + where.b;
  }
  expect(ask(0xd).b == bytes);
  expect((ask(7).b >> 16 & 1) == (states >> 5 & 1));  // AVX-512
  const uint64_t signal_stack = getauxval(51 /* AT_MINSIGSTKSZ */);
  expect(signal_stack == 0 || signal_stack >= bytes + 440);
  std::vector<uint8_t> area(bytes + 64);
  auto* at = reinterpret_cast<uint8_t*>((reinterpret_cast<uintptr_t>(area.data()) + 63) & ~63ul);
  asm volatile("xsave64 (%0)" ::"r"(at), "a"(~0u), "d"(~0u) : "memory");
  asm volatile("xrstor64 (%0)" ::"r"(at), "a"(~0u), "d"(~0u) : "memory");
  show("cpu", ask(1).b >> 24);
  return done();
}
