// What the dynamic linker leaves in the stack when a function is called for the first time (it
// saves the vector registers there) is the same in replay, also for a program that reads it. flags:
// -O1 -Wl,-z,lazy -fplt
#include <ctype.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"

/// Hash of the 4 KiB below the stack pointer.
[[gnu::noinline]] static uint64_t hash_below() {
  uint64_t hash = kHashStart;
  const auto* words = static_cast<const uint64_t*>(__builtin_frame_address(0));
  for (int i = -512; i < -64; ++i) {
    uint64_t word;
    asm volatile("mov (%1), %0" : "=r"(word) : "r"(words + i));
    hash = (hash ^ word) * 0x100000001b3;
  }
  return hash;
}

template <class F>
[[gnu::noinline]] static void call(const char* name, F function) {
  function();
  show(name, hash_below());
}

int main() {
  volatile int letter = 'a';
  call("isalpha", [&] { expect(isalpha(letter) != 0); });
  asm volatile("fldpi; fstp %%st(0); pxor %%xmm0, %%xmm0" ::: "xmm0");
  call("labs", [&] { expect(labs(-letter) == 'a'); });
  sleep_ms(2);
  call("strspn", [&] { expect(strspn("aab", "a") == 2); });
  call("toupper", [&] { expect(toupper(letter) == 'A'); });
  sched_yield();
  call("strpbrk", [&] { expect(strpbrk("abc", "c") != nullptr); });
  return done();
}
