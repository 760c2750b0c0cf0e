// Two threads wait for each other with nothing but loads: no system call until both are through.
#include <atomic>
#include <thread>

#include "guest.h"

static constexpr int kRounds = 200;
static std::atomic<int> turn;

static void play(int me) {
  for (int i = 0; i < kRounds; ++i) {
    while (turn.load(std::memory_order_acquire) % 2 != me) {
    }
    turn.fetch_add(1, std::memory_order_release);
  }
}

int main() {
  std::thread other(play, 1);
  play(0);
  other.join();
  expect(turn == 2 * kRounds);
  return done();
}
