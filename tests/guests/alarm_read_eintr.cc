// SIGALRM into a blocked read, without SA_RESTART: the read ends with EINTR.
#include <signal.h>

#include "guest.h"

static volatile sig_atomic_t alarms;

int main() {
  struct sigaction action{};
  action.sa_handler = [](int) { alarms = alarms + 1; };
  sigaction(SIGALRM, &action, nullptr);
  int ends[2];
  expect(pipe(ends) == 0);
  ualarm(20'000, 20'000);
  char byte;
  const uint64_t begin = now_ns();
  expect(read(ends[0], &byte, 1) == -1 && errno == EINTR);
  expect(alarms >= 1);
  show("blocked ns", now_ns() - begin);
  return done();
}
