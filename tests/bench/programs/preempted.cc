// A worker computes while main wakes every millisecond, so it is preempted all the time.
//
//   preempted LOOP ROUNDS      LOOP: tight (some 1 ns), body (10 ns and more), dirty (1 MiB a slice)
//
// Prints the worker's CPU time in seconds, and what it computed.
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

static double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

struct Statistics {
  uint64_t before[32];
  uint64_t rounds;
  uint64_t sum;
};

[[gnu::noinline]] static void tight(Statistics* statistics, uint64_t rounds) {
  volatile uint64_t* count = &statistics->rounds;
  for (uint64_t i = 0; i < rounds; ++i) *count = *count + 1;
}

[[gnu::noinline]] static void body(Statistics* statistics, uint64_t rounds) {
  uint64_t value = 88172645463325252;
  for (uint64_t i = 0; i < rounds; ++i) {
    for (int step = 0; step < 8; ++step) {
      value ^= value << 13;
      value ^= value >> 7;
      value ^= value << 17;
    }
    statistics->sum += value;
    *static_cast<volatile uint64_t*>(&statistics->rounds) = i;
  }
}

[[gnu::noinline]] static void dirty(Statistics* statistics, uint64_t rounds) {
  static std::vector<uint64_t> words(1 << 17);  // 1 MiB
  for (uint64_t i = 0; i < rounds; ++i) {
    words[i * 8 % words.size()] += i;
    *static_cast<volatile uint64_t*>(&statistics->sum) = words[i % words.size()];
  }
}

int main(int count, char** words) {
  if (count != 3) return 2;
  const auto rounds = static_cast<uint64_t>(atoll(words[2]));
  auto* loop = strcmp(words[1], "tight") == 0  ? tight
               : strcmp(words[1], "body") == 0 ? body
                                               : dirty;
  auto statistics = std::make_unique<Statistics>();
  std::atomic<bool> done = false;
  double seconds = 0;
  std::thread worker([&] {
    const double start = cpu_seconds();
    loop(statistics.get(), rounds);
    seconds = cpu_seconds() - start;
    done = true;
  });
  while (!done) usleep(1000);
  worker.join();
  printf("%.3f %llu %llu\n", seconds, static_cast<unsigned long long>(statistics->rounds),
         static_cast<unsigned long long>(statistics->sum));
}
