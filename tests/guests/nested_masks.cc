// A signal that arrives inside a handler: sa_mask holds it back, an open mask lets it nest.
#include <signal.h>

#include <string>

#include "guest.h"

static char order[64];
static volatile size_t length;

static void note(char c) {
  order[length] = c;
  length = length + 1;
}

static void outer(int) {
  note('(');
  raise(SIGUSR2);
  note(')');
}

static std::string run(bool masked) {
  length = 0;
  struct sigaction action{};
  action.sa_handler = [](int) { note('2'); };
  sigaction(SIGUSR2, &action, nullptr);
  action.sa_handler = outer;
  if (masked) sigaddset(&action.sa_mask, SIGUSR2);
  sigaction(SIGUSR1, &action, nullptr);
  raise(SIGUSR1);
  return std::string(order, length);
}

int main() {
  expect(run(false) == "(2)");
  expect(run(true) == "()2");
  sigset_t set, now;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  length = 0;
  raise(SIGUSR1);
  raise(SIGUSR1);
  expect(length == 0);
  expect(sigpending(&now) == 0 && sigismember(&now, SIGUSR1) == 1);
  sigprocmask(SIG_UNBLOCK, &set, &now);
  expect(std::string(order, length) == "()2" && sigismember(&now, SIGUSR1) == 1);
  return done();
}
