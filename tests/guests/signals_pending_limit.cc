// Threads that compute take turns also where no signal may wait (RLIMIT_SIGPENDING): the kernel then
// drops the value that a signal carries.
#include <sys/resource.h>

#include <atomic>
#include <thread>

#include "guest.h"

int main() {
  const rlimit none{0, 0};
  expect(setrlimit(RLIMIT_SIGPENDING, &none) == 0);
  std::atomic<bool> stop{false};
  uint64_t rounds = 0;
  std::thread computing([&] {
    while (!stop.load(std::memory_order_relaxed)) ++rounds;
  });
  for (int i = 0; i < 20; ++i) sleep_ms(2);
  stop = true;
  computing.join();
  show("rounds", rounds);
  return done();
}
