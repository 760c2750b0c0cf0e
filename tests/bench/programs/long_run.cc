// A long run of cheap calls in several threads, and a crash at its end: long_run ROUNDS; two events a
// round in the first thread.
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

struct Cell {
  long value = 0;
  int owner = -1;
  long writes = 0;
};
Cell g_cells[64];
std::mutex g_mutex;
std::atomic<bool> g_stop;

__attribute__((noinline)) void store(int cell, long value, int owner) {
  const std::lock_guard lock(g_mutex);
  g_cells[cell].value = value;
  g_cells[cell].owner = owner;
  ++g_cells[cell].writes;
}

void pump(long rounds) {
  int ends[2];
  if (pipe(ends) != 0) abort();
  for (long i = 0; i < rounds; ++i) {
    char text[64];
    const int bytes = snprintf(text, sizeof text, "m%ld", i);
    if (write(ends[1], text, bytes) != bytes) abort();
    if (read(ends[0], text, sizeof text) != bytes) abort();
    store(static_cast<int>(i % 64), i, 0);
  }
  g_stop = true;
}

void ticker(int id) {
  for (long i = 0; !g_stop; ++i) {
    usleep(10000);
    store(static_cast<int>((i * 5 + id) % 64), -i, id);
  }
}

int main(int argc, char** argv) {
  std::vector<std::thread> threads;
  threads.emplace_back(pump, argc > 1 ? atol(argv[1]) : 8000000);
  for (int id = 1; id <= 2; ++id) threads.emplace_back(ticker, id);
  for (std::thread& thread : threads) thread.join();
  printf("cell 7: %ld writes\n", g_cells[7].writes);
  fflush(stdout);
  int* volatile nowhere = g_cells[7].writes > 3 ? nullptr : &g_cells[7].owner;
  *nowhere = 3;
}
