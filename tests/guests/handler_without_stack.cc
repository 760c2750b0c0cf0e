// A handler whose frame would lie where there is no memory: the kernel makes a SIGSEGV of that.
// runs: fault -> 139 | signal -> 139 | handled -> 0
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "guest.h"

static sigjmp_buf back;
static volatile int code;

/// Faults or makes a call, with a stack pointer that leads nowhere.
[[noreturn]] static void fault() {
  asm volatile("mov $0x1000, %rsp; ud2");
  __builtin_unreachable();
}

[[noreturn]] static void signal_there() {
  const long pid = getpid();
  asm volatile("mov $0x1000, %%rsp; mov $62, %%eax; syscall; 1: jmp 1b"
               :
               : "D"(pid), "S"(static_cast<long>(SIGUSR1))
               : "rax", "rcx", "r11");
  __builtin_unreachable();
}

int main(int, char** argv) {
  show("time", now_ns());
  struct sigaction action{};
  action.sa_handler = [](int) { _exit(9); };
  sigaction(SIGILL, &action, nullptr);
  sigaction(SIGUSR1, &action, nullptr);
  if (argv[1][0] == 'f') fault();
  if (argv[1][0] == 's') signal_there();
  const stack_t stack{
      mmap(nullptr, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 0, 65536};
  expect(sigaltstack(&stack, nullptr) == 0);
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  action.sa_sigaction = [](int, siginfo_t* info, void*) {
    code = info->si_code;
    siglongjmp(back, 1);
  };
  sigaction(SIGSEGV, &action, nullptr);
  if (sigsetjmp(back, 1) == 0) fault();
  expect(code == SI_KERNEL);
  code = 0;
  if (sigsetjmp(back, 1) == 0) signal_there();
  expect(code == SI_KERNEL);
  return done();
}
