// Writing to a pipe that nobody reads: EPIPE when SIGPIPE is ignored, then a handler, then death.
// status: 141
#include <signal.h>

#include "guest.h"

static volatile sig_atomic_t taken;

int main() {
  int ends[2];
  expect(pipe(ends) == 0);
  close(ends[0]);
  signal(SIGPIPE, SIG_IGN);
  expect(write(ends[1], "x", 1) == -1 && errno == EPIPE && taken == 0);
  signal(SIGPIPE, [](int) { taken = 1; });
  expect(write(ends[1], "x", 1) == -1 && errno == EPIPE && taken == 1);
  done();
  signal(SIGPIPE, SIG_DFL);
  expect(write(ends[1], "x", 1) == -1);
  return 1;
}
