// Threads of OpenMP wait for each other at the end of each loop: they spin for some milliseconds.
// flags: -fopenmp
#include <atomic>

#include "guest.h"

static std::atomic<long> chunks;

int main() {
  long total = 0;
  for (int round = 0; round < 40; ++round) {
#pragma omp parallel for reduction(+ : total) num_threads(2)
    for (int i = 0; i < 1000; ++i) {
      total += i ^ round;
      if (i % 100 == 0) ++chunks;
    }
  }
  expect(chunks == 400);
  show("total", static_cast<uint64_t>(total));
  return done();
}
