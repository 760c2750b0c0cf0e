// fcntl: record locks of the process and of the open file, tested from a child; flags and dup.
#include <fcntl.h>
#include <sys/wait.h>

#include "guest.h"

int main() {
  TempFile file;
  struct flock lock{F_WRLCK, SEEK_SET, 10, 20, 0};
  expect(fcntl(file.fd, F_SETLK, &lock) == 0);
  const pid_t child = fork();
  if (child == 0) {
    struct flock test{F_WRLCK, SEEK_SET, 0, 0, 0};
    expect(fcntl(file.fd, F_GETLK, &test) == 0 && test.l_type == F_WRLCK);
    expect(test.l_start == 10 && test.l_len == 20 && test.l_pid == getppid());
    _exit(0);
  }
  int status = -1;
  expect(waitpid(child, &status, 0) == child && status == 0);
  const int second = open(file.path.c_str(), O_RDWR);
  struct flock own{F_WRLCK, SEEK_SET, 100, 1, 0};
  expect(fcntl(second, F_OFD_SETLK, &own) == 0);
  expect(fcntl(file.fd, F_OFD_GETLK, &own) == 0 && own.l_type == F_WRLCK && own.l_pid == -1);
  expect(fcntl(second, F_SETFL, O_APPEND | O_NONBLOCK) == 0);
  expect((fcntl(second, F_GETFL) & (O_APPEND | O_NONBLOCK)) == (O_APPEND | O_NONBLOCK));
  const int third = fcntl(second, F_DUPFD_CLOEXEC, 50);
  expect(third == 50 && fcntl(third, F_GETFD) == FD_CLOEXEC);
  f_owner_ex owner{F_OWNER_PID, getpid()};
  expect(fcntl(second, F_SETOWN_EX, &owner) == 0 && fcntl(second, F_GETOWN) == getpid());
  return done();
}
