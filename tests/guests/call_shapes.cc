// Call sites as other compilers write them: Go's 7-byte move, a jump straight to the syscall
// instruction, nothing that is known around it. Each answers the same every time, and leaves the
// other registers and the flags alone.
#include <sys/syscall.h>

#include "guest.h"

asm(R"(
  .text
  .globl go_call, jumped_call, bare_call
go_call:                      # mov $39,%rax in seven bytes
  .byte 0x48, 0xc7, 0xc0, 39, 0, 0, 0
  .globl go_syscall
go_syscall:
  syscall
  ret
jumped_call:                  # into the middle of the site above
  mov $110, %eax
  jmp go_syscall
bare_call:
  mov %rdi, %rax
  mov %rbx, %r9
  stc
  syscall
  jnc 1f
  cmp %rbx, %r9
  jne 1f
  ret
1:
  mov $-1, %rax
  ret
)");
extern "C" long go_call();
extern "C" long jumped_call();
extern "C" long bare_call(long number);

int main() {
  const long pid = getpid(), parent = getppid();
  for (int i = 0; i < 100; ++i) {
    expect(go_call() == pid && jumped_call() == parent);
    expect(bare_call(SYS_getpid) == pid && bare_call(SYS_getppid) == parent);
  }
  for (int i = 0; i < 100; ++i) expect(jumped_call() == parent && go_call() == pid);
  show("pid", static_cast<uint64_t>(pid));
  return done();
}
