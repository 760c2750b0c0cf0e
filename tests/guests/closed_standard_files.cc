// Like a daemon: 0, 1 and 2 are closed, then opened on /dev/null, then stdout comes back.
#include "guest.h"

int main() {
  done();
  const int keep = dup(1);
  for (int fd = 0; fd < 3; ++fd) expect(close(fd) == 0);
  if (open("/etc/passwd", O_RDONLY) != 0 || open("/dev/null", O_WRONLY) != 1) _exit(2);
  if (dup(1) != 2) _exit(3);
  char byte;
  if (read(0, &byte, 1) != 1) _exit(4);
  expect(write(1, "unseen", 6) == 6);
  expect(dup2(keep, 1) == 1 && close(keep) == 0);
  return done();
}
