// A static binary: no dynamic linker, start-up code of its own, threads and signals.
// flags: -static
#include <signal.h>

#include <thread>

#include "guest.h"

static volatile sig_atomic_t taken;

int main() {
  signal(SIGUSR1, [](int) { taken = 1; });
  std::thread([] { show("in a thread", now_ns()); }).join();
  raise(SIGUSR1);
  expect(taken == 1);
  show("main at", reinterpret_cast<uintptr_t>(&main));
  return done();
}
