// Calls with bad pointers answer EFAULT, and leave what is good untouched.
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "guest.h"

int main() {
  void* volatile bad = reinterpret_cast<void*>(8);
  int ends[2];
  expect(pipe(ends) == 0 && write(ends[1], "abcdef", 6) == 6);
  expect(read(ends[0], bad, 4) == -1 && errno == EFAULT);
  expect(write(ends[1], bad, 4) == -1 && errno == EFAULT);
  expect(syscall(SYS_open, bad, O_RDONLY) == -1 && errno == EFAULT);
  expect(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, bad) == -1 && errno == EFAULT);
  expect(syscall(SYS_newfstatat, AT_FDCWD, "/", bad, 0) == -1 && errno == EFAULT);
  expect(syscall(SYS_pipe2, bad, 0) == -1 && errno == EFAULT);
  expect(syscall(SYS_poll, bad, 1, 0) == -1 && errno == EFAULT);
  expect(syscall(SYS_rt_sigaction, SIGUSR1, bad, nullptr, 8) == -1 && errno == EFAULT);
  expect(syscall(SYS_nanosleep, bad, nullptr) == -1 && errno == EFAULT);
  expect(syscall(SYS_wait4, -1, bad, 0, nullptr) == -1 && errno == ECHILD);
  expect(syscall(SYS_getcwd, bad, 4096) == -1 && errno == EFAULT);
  expect(syscall(SYS_execve, bad, nullptr, nullptr) == -1 && errno == EFAULT);
  expect(syscall(SYS_recvfrom, ends[0], bad, 4, 0, nullptr, nullptr) == -1 && errno == ENOTSOCK);
  expect(syscall(9999) == -1 && errno == ENOSYS);
  return done();
}
