// A handler on an alternate stack: its frame lies there; the settings read back as they were set.
#include <signal.h>

#include "guest.h"

static char stack[64 * 1024];
static volatile bool on_stack, flag_seen;

int main() {
  stack_t mine{stack, 0, sizeof stack}, old{};
  expect(sigaltstack(&mine, &old) == 0 && (old.ss_flags & SS_DISABLE) != 0);
  struct sigaction action{};
  action.sa_flags = SA_ONSTACK;
  action.sa_handler = [](int) {
    char local;
    char* at = &local;
    on_stack = at >= stack && at < stack + sizeof stack;
    stack_t now{};
    sigaltstack(nullptr, &now);
    flag_seen = (now.ss_flags & SS_ONSTACK) != 0;
  };
  sigaction(SIGUSR1, &action, nullptr);
  raise(SIGUSR1);
  expect(on_stack && flag_seen);
  ualarm(1000, 0);
  sigaction(SIGALRM, &action, nullptr);
  on_stack = false;
  while (!on_stack) usleep(500);
  expect(sigaltstack(nullptr, &old) == 0 && old.ss_sp == stack && old.ss_size == sizeof stack);
  return done();
}
