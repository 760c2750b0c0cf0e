// Two threads that pass a number to and fro, each asleep in a futex meanwhile.
#include "freestanding.h"

namespace {

volatile unsigned turn;  // even: the first thread's
unsigned long sum;

void pass(unsigned mine) {
  constexpr int kWaitPrivate = 128, kWakePrivate = 129;
  for (int i = 0; i < 20; ++i) {
    for (unsigned now = turn; now % 2 != mine; now = turn) {
      call(202 /* futex */, address_of(&turn), kWaitPrivate, now, 0);
    }
    unsigned long time[2];
    call(228 /* clock_gettime */, 1, address_of(time));
    sum = sum * 31 + time[1];
    turn = turn + 1;
    call(202, address_of(&turn), kWakePrivate, 1);
  }
}

}  // namespace

extern "C" [[noreturn]] __attribute__((used)) void second() {
  pass(1);
  for (;;) call(60 /* exit */, 0);
}

extern "C" void start(const unsigned long*) {
  constexpr long kStack = 16384, kFlags = 0x50f00;  // VM FS FILES SIGHAND THREAD SYSVSEM
  const long stack = call(9 /* mmap */, 0, kStack, 3, 0x22, -1, 0);
  register long r10 asm("r10") = 0;
  register long r8 asm("r8") = 0;
  long result = 56;  // clone
  asm volatile("syscall\n test %%rax,%%rax\n jnz 1f\n xor %%ebp,%%ebp\n call second\n hlt\n1:"
               : "+a"(result)
               : "D"(kFlags), "S"(stack + kStack), "d"(0), "r"(r10), "r"(r8)
               : "rcx", "r11", "memory");
  pass(0);
  while (turn < 40) call(202, address_of(&turn), 128, turn, 0);
  show("sum", sum);
  end(0);
}
