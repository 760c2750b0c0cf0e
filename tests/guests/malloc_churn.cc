// malloc, realloc and free of many sizes in two threads, with arenas, trims and big blocks.
#include <malloc.h>

#include <thread>

#include "guest.h"

static void churn(unsigned seed) {
  void* blocks[64] = {};
  uint64_t addresses = kHashStart;
  for (int i = 0; i < 20'000; ++i) {
    seed = seed * 1664525 + 1013904223;
    const unsigned slot = seed >> 26;
    const size_t size = (seed & 0xff) == 0 ? 300'000 : (seed >> 8) % 5000;
    blocks[slot] = size % 3 == 0 ? (free(blocks[slot]), nullptr) : realloc(blocks[slot], size);
    addresses = hash_bytes(&blocks[slot], sizeof blocks[slot], addresses);
  }
  for (void* block : blocks) free(block);
  malloc_trim(0);
  show("addresses", addresses);
}

int main() {
  std::thread other(churn, 1);
  churn(2);
  other.join();
  return done();
}
