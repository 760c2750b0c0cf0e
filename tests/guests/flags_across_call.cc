// An inline system call keeps the registers and the carry flag; only rax, rcx and r11 change.
// flags: -O2
#include <sys/syscall.h>

#include "guest.h"

int main() {
  for (int i = 0; i < 50; ++i) {
    long result = SYS_getpid;
    uint64_t carry = 0, kept[6] = {};
    asm volatile(
        "movq $1, %%rbx; movq $2, %%r12; movq $3, %%r13; movq $4, %%r8; movq $5, %%r9\n"
        "movq $6, %%r10; stc; syscall; setc %b[carry]\n"
        "movq %%rbx, 0(%[kept]); movq %%r12, 8(%[kept]); movq %%r13, 16(%[kept])\n"
        "movq %%r8, 24(%[kept]); movq %%r9, 32(%[kept]); movq %%r10, 40(%[kept])\n"
        : "+a"(result), [carry] "+r"(carry)
        : [kept] "r"(kept)
        : "rbx", "rcx", "r8", "r9", "r10", "r11", "r12", "r13", "memory", "cc");
    expect(result == getpid() && carry == 1);
    for (uint64_t n = 0; n < 6; ++n) expect(kept[n] == n + 1);
  }
  return done();
}
