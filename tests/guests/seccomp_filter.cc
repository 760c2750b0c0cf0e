// The program's own seccomp filter: one call answers EPERM, another one traps, the rest go on.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "guest.h"

static volatile int trapped;

int main() {
  struct sigaction action{};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = [](int, siginfo_t* info, void*) { trapped = info->si_syscall; };
  sigaction(SIGSYS, &action, nullptr);
  sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpriority, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_acct, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_fprog program{6, rules};
  expect(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  expect(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
  expect(syscall(SYS_getpriority, 0, 0) == -1 && errno == EPERM);
  syscall(SYS_acct, nullptr);
  expect(trapped == SYS_acct);
  expect(prctl(PR_GET_SECCOMP) == SECCOMP_MODE_FILTER);
  return done();
}
