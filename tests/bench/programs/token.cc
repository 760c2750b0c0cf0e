// Two threads pass a token through a condition variable. Prints the seconds that it took.
//   token PASSES
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

static std::mutex g_mutex;
static std::condition_variable g_passed;
static int g_owner = 0;

static void play(int self, int passes) {
  for (int i = 0; i < passes; ++i) {
    std::unique_lock lock(g_mutex);
    g_passed.wait(lock, [self] { return g_owner == self; });
    g_owner = 1 - self;
    g_passed.notify_one();
  }
}

int main(int argc, char** argv) {
  const int passes = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const auto start = std::chrono::steady_clock::now();
  std::thread other(play, 1, passes);
  play(0, passes);
  other.join();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  std::printf("%.6f\n", taken.count());
}
