// A thread counts while it spins: how far it came before the other thread let it go is seen.
#include <atomic>
#include <thread>

#include "guest.h"

static std::atomic<bool> go;
static std::atomic<uint64_t> count;

int main() {
  std::thread other([] {
    while (!go.load()) count.fetch_add(1, std::memory_order_relaxed);
  });
  while (count.load() < 1000) {
  }
  go = true;
  other.join();
  expect(count >= 1000);
  show("count", count);
  return done();
}
