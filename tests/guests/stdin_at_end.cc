// stdin: whatever it is, it can be asked and read to its end.
#include <poll.h>
#include <sys/stat.h>

#include "guest.h"

int main() {
  struct stat status{};
  expect(fstat(0, &status) == 0);
  show("kind", status.st_mode & S_IFMT);
  show("terminal", static_cast<uint64_t>(isatty(0)));
  pollfd wait{0, POLLIN, 0};
  if (poll(&wait, 1, 0) == 1) {
    char block[256];
    ssize_t size;
    while ((size = read(0, block, sizeof block)) > 0) show("read", static_cast<uint64_t>(size));
  }
  return done();
}
