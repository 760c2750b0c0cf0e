// prctl's in and out arguments, arch_prctl, capget, getresuid, getgroups, rlimits, priorities.
#include <asm/prctl.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "guest.h"

int main() {
  int value = -1;
  expect(prctl(PR_SET_PDEATHSIG, SIGTERM) == 0);
  expect(prctl(PR_GET_PDEATHSIG, &value) == 0 && value == SIGTERM);
  expect(prctl(PR_SET_PDEATHSIG, 0) == 0);
  expect(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  expect(prctl(PR_GET_CHILD_SUBREAPER, &value) == 0 && value == 1);
  expect(prctl(PR_SET_TIMERSLACK, 70'000) == 0 && prctl(PR_GET_TIMERSLACK) == 70'000);
  expect(prctl(PR_GET_DUMPABLE) >= 0);
  expect(prctl(PR_GET_TSC, &value) == 0 && value == PR_TSC_ENABLE);
  uint64_t fs = 0, self = 0;
  expect(syscall(SYS_arch_prctl, ARCH_GET_FS, &fs) == 0);
  asm("mov %%fs:0, %0" : "=r"(self));
  expect(fs == self);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  expect(syscall(SYS_capget, &header, data) == 0);
  uid_t real = 1, effective = 2, saved = 3;
  expect(getresuid(&real, &effective, &saved) == 0 && real == getuid() && effective == geteuid());
  gid_t groups[256];
  expect(getgroups(256, groups) >= 0);
  rlimit old{}, half{};
  expect(getrlimit(RLIMIT_NOFILE, &old) == 0);
  half = {old.rlim_cur / 2, old.rlim_max};
  expect(prlimit(0, RLIMIT_NOFILE, &half, &old) == 0 && old.rlim_cur / 2 == half.rlim_cur);
  expect(getpriority(PRIO_PROCESS, 0) >= -20 && getsid(0) > 0 && getpgid(0) == getpgrp());
  return done();
}
