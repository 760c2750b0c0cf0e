// Frames whose address is used again: coroutines of two functions, one after the other, in the same
// memory; some end, some are destroyed before that.
// replayed: -O0 -O2
#include <cstdint>
#include <set>

#include "oracle.h"
#include "task.h"

static ReadyQueue g_ready;
static std::set<const void*> g_addresses;

static Task<int> worker(int parent, int number) {
  const oracle::Life* address = nullptr;
  oracle::Life life("worker", parent);
  address = &life;
  g_addresses.insert(address);
  life.suspend();
  co_await g_ready.turn();
  life.resume();
  life.done();
  co_return number;
}

static Task<int> helper(int parent, int number) {
  oracle::Life life("helper", parent);
  g_addresses.insert(&life);
  life.suspend();
  co_await g_ready.turn();
  life.resume();
  life.done();
  co_return number;
}

int main() {
  constexpr int kRounds = 500;
  for (int i = 0; i < kRounds; ++i) {
    auto task = i % 3 == 0 ? helper(0, i) : worker(0, i);
    task.start();
    if (i % 5 != 0 || i % 2 == 0) {
      g_ready.run();
      continue;
    }
    // Dropped: what is in the queue must not run.
    g_ready = {};
  }
  return g_addresses.size() < kRounds ? 0 : 1;
}
