// A thread that waits for one which computes keeps the timer slack that it has set.
#include <sys/prctl.h>

#include <atomic>
#include <thread>

#include "guest.h"

int main() {
  std::atomic<bool> stop = false;
  std::atomic<uint64_t> rounds = 0;
  std::thread computes([&] {
    while (!stop.load(std::memory_order_relaxed)) rounds.fetch_add(1, std::memory_order_relaxed);
  });
  for (unsigned long slack : {60'000ul, 123'456ul}) {
    expect(prctl(PR_SET_TIMERSLACK, slack) == 0);
    for (int i = 0; i < 20; ++i) {
      sleep_ms(1);
      expect(static_cast<unsigned long>(prctl(PR_GET_TIMERSLACK)) == slack);
    }
  }
  stop = true;
  computes.join();
  show("rounds", rounds);
  return done();
}
