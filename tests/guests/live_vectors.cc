// Inline system calls keep all of ymm0-ymm15, also across thread switches.
// flags: -O2
#include <sys/syscall.h>

#include <thread>

#include "guest.h"

struct alignas(32) Vector {
  uint64_t lanes[4];
};

/// Loads ymm0-ymm15, calls, and stores what is then in them.
__attribute__((target("avx"))) static long call_with(Vector (&v)[16], long number) {
  long result = number;
  asm volatile(
      ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n vmovdqa \\n*32(%1), %%ymm\\n\n .endr\n"
      "syscall\n"
      ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n vmovdqa %%ymm\\n, \\n*32(%1)\n .endr\n"
      "vzeroupper\n"
      : "+a"(result)
      : "r"(v)
      : "rcx", "r11", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
        "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
  return result;
}

static void play(uint64_t seed) {
  for (uint64_t i = 0; i < 300; ++i) {
    Vector vectors[16];
    for (uint64_t n = 0; n < 64; ++n) vectors[n / 4].lanes[n % 4] = seed + i * 64 + n;
    const long number = i % 2 ? SYS_sched_yield : SYS_getpid;
    expect(call_with(vectors, number) == (i % 2 ? 0 : getpid()));
    for (uint64_t n = 0; n < 64; ++n) expect(vectors[n / 4].lanes[n % 4] == seed + i * 64 + n);
  }
}

int main() {
  if (!__builtin_cpu_supports("avx")) return done();
  std::thread others[2] = {std::thread(play, 1'000'000), std::thread(play, 2'000'000)};
  play(0);
  for (auto& other : others) other.join();
  return done();
}
