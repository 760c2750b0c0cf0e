// Where the last x87 instruction was, and which bits mxcsr has, are the processor's own affair: a
// recorded program sees neither, whatever saves the registers. flags: -O1 -Wl,-z,lazy -fplt
#include <ctype.h>
#include <sys/auxv.h>

#include <cstddef>

#include "guest.h"
#include "weft/abi/weft_abi.h"

extern const char kLast[] asm("last_x87");

/// True if the address of the last x87 instruction is somewhere in the 4 KiB below the stack pointer.
[[gnu::noinline]] static bool is_below() {
  const auto* words = static_cast<const uint64_t*>(__builtin_frame_address(0));
  const auto last = reinterpret_cast<uint64_t>(kLast);
  bool found = false;
  for (int i = -512; i < -64; ++i) {
    uint64_t word;
    asm volatile("mov (%1), %0" : "=r"(word) : "r"(words + i));
    found |= word == last;
  }
  return found;
}

[[gnu::noinline]] static int call_first_time(int letter) {
  static double memory = 1;
  asm volatile("fldl %0; last_x87: fstpl %0" : "+m"(memory));
  return isalpha(letter);
}

int main() {
  const bool recorded = getauxval(WEFT_AUXV_TYPE) != 0;
  volatile int letter = 'a';
  const bool after_call = call_first_time(letter) != 0 && is_below();
  alignas(64) uint8_t area[4096] = {};
  asm volatile("xsave64 %0" : "=m"(area) : "a"(1), "d"(0));
  uint64_t saved = 0, legacy = 0;
  memcpy(&saved, area + 8, 8);
  asm volatile("fxsave64 %0" : "=m"(area));
  memcpy(&legacy, area + 8, 8);
  uint32_t mask = 0;
  memcpy(&mask, area + 28, 4);
  expect(!recorded || (!after_call && saved == 0 && legacy == 0 && mask == 0xffff));
  return done();
}
