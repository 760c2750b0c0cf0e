// A seccomp filter that refuses processes and execve, and traps one call: its handler sees where
// the call was made, and decides what it returns.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include <thread>

#include "guest.h"

static uintptr_t call_address, context_address;
static int number;

static void on_trap(int, siginfo_t* info, void* data) {
  auto* context = static_cast<ucontext_t*>(data);
  call_address = reinterpret_cast<uintptr_t>(info->si_call_addr);
  context_address = static_cast<uintptr_t>(context->uc_mcontext.gregs[REG_RIP]);
  number = info->si_syscall;
  context->uc_mcontext.gregs[REG_RAX] = context->uc_mcontext.gregs[REG_RDI] + 1;
}

int main(int argc, char** argv) {
  if (argc > 1) return 7;
  struct sigaction action{};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = on_trap;
  sigaction(SIGSYS, &action, nullptr);
  sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_acct, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EXDEV),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16),  // flags
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x10000 /* CLONE_THREAD */, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EXFULL),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_fprog program{sizeof rules / sizeof *rules, rules};
  expect(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  expect(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
  for (long i = 0; i < 3; ++i) {
    long result = 0;
    uintptr_t behind = 0;
    asm volatile("syscall; 1: lea 1b(%%rip), %1"
                 : "=a"(result), "=r"(behind)
                 : "a"(SYS_acct), "D"(41 + i)
                 : "rcx", "r11", "memory");
    expect(result == 42 + i && number == SYS_acct);
    expect(call_address == behind && context_address == behind);
  }
  expect(fork() == -1 && errno == EXFULL);
  expect(execl("/proc/self/exe", argv[0], "again", nullptr) == -1 && errno == EXDEV);
  uint64_t time = 0;
  std::thread([&time] { time = now_ns(); }).join();
  show("time", time);
  return done();
}
