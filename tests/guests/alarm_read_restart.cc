// SIGALRM into a blocked read with SA_RESTART: the handler writes what the read then returns.
#include <signal.h>

#include "guest.h"

static int ends[2];
static volatile sig_atomic_t alarms;

int main() {
  expect(pipe(ends) == 0);
  struct sigaction action{};
  action.sa_flags = SA_RESTART;
  action.sa_handler = [](int) {
    alarms = alarms + 1;
    if (alarms == 3) expect(write(ends[1], "x", 1) == 1);
  };
  sigaction(SIGALRM, &action, nullptr);
  ualarm(5'000, 5'000);
  char byte = 0;
  expect(read(ends[0], &byte, 1) == 1 && byte == 'x');
  ualarm(0, 0);
  show("alarms", static_cast<uint64_t>(alarms));
  return done();
}
