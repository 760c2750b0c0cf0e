// refuse_calls scan|tracker COMMAND...: runs the command where the kernel has no PAGEMAP_SCAN (before
// Linux 6.7), or where userfaultfd is refused besides, as containers do it.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

int main(int count, char** arguments) {
  if (count < 3) return 2;
  constexpr unsigned kScan = 0xc0606610;
  const bool scan = strcmp(arguments[1], "scan") == 0;
  const unsigned number = offsetof(seccomp_data, nr), second = offsetof(seccomp_data, args[1]);
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, number),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_userfaultfd, 4, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, scan ? SYS_ioctl : UINT32_MAX, 0, 2),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, second),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kScan, 2, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOTTY),
  };
  const sock_fprog program{sizeof filter / sizeof filter[0], filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    perror("refuse_calls");
    return 2;
  }
  execvp(arguments[2], arguments + 2);
  perror(arguments[2]);
  return 2;
}
