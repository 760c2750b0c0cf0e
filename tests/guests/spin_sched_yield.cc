// Two threads take turns by spinning with sched_yield.
#include <sched.h>

#include <atomic>
#include <thread>

#include "guest.h"

static std::atomic<int> turn;
static uint64_t yields[2];

static void play(int me) {
  for (int i = 0; i < 500; ++i) {
    while (turn % 2 != me) {
      sched_yield();
      ++yields[me];
    }
    ++turn;
  }
}

int main() {
  std::thread other(play, 1);
  play(0);
  other.join();
  expect(turn == 1000);
  show("yields", yields[0]);
  show("yields", yields[1]);
  return done();
}
