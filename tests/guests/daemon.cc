// daemon: the parent leaves at once; the child, a session of its own, writes a file and ends.
#include <sys/stat.h>

#include "guest.h"

int main() {
  TempFile file;
  const pid_t child = fork();
  expect(child >= 0);
  if (child == 0) {
    setsid();
    for (int fd = 0; fd < 3; ++fd) close(fd);
    if (chdir("/") != 0) _exit(1);
    for (int i = 0; i < 100; ++i) dprintf(file.fd, "%d\n", getpid());
    _exit(0);
  }
  struct stat status{};
  while (status.st_size < 200) {
    usleep(500);
    expect(fstat(file.fd, &status) == 0);
  }
  return done();
}
