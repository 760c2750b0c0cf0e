// The questions that libseccomp asks of the kernel before it installs a filter: none of them does.
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "guest.h"

static long seccomp(unsigned operation, unsigned flags, void* more) {
  const long result = syscall(SYS_seccomp, operation, flags, more);
  return result < 0 ? -errno : result;
}

int main() {
  expect(prctl(PR_GET_SECCOMP) == 0);
  expect(seccomp(SECCOMP_SET_MODE_STRICT, 1, nullptr) == -EINVAL);
  int word = 0;
  expect(seccomp(SECCOMP_SET_MODE_STRICT, 0, &word) == -EINVAL);
  for (const unsigned flag : {SECCOMP_FILTER_FLAG_TSYNC, SECCOMP_FILTER_FLAG_LOG,
                              SECCOMP_FILTER_FLAG_SPEC_ALLOW, SECCOMP_FILTER_FLAG_NEW_LISTENER}) {
    expect(seccomp(SECCOMP_SET_MODE_FILTER, flag, nullptr) == -EFAULT);
  }
  expect(seccomp(SECCOMP_SET_MODE_FILTER, 1u << 30, nullptr) == -EINVAL);
  unsigned action = SECCOMP_RET_KILL_PROCESS;
  expect(seccomp(SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0);
  action = 0x12340000;
  expect(seccomp(SECCOMP_GET_ACTION_AVAIL, 0, &action) == -EOPNOTSUPP);
  seccomp_notif_sizes sizes{};
  expect(seccomp(SECCOMP_GET_NOTIF_SIZES, 0, &sizes) == 0 && sizes.seccomp_notif >= 80);
  show("sizes", sizes.seccomp_notif + sizes.seccomp_notif_resp + sizes.seccomp_data);
  expect(prctl(PR_GET_SECCOMP) == 0);
  show("time", now_ns());
  return done();
}
