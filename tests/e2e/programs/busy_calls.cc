// flags: -O2
// Calls without end, in three threads, for the trials with kill: prints its pid first, and ends by
// itself after ten seconds.
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <thread>

static const auto end_time = std::chrono::steady_clock::now() + std::chrono::seconds(10);
static std::mutex lock;
static std::condition_variable moved;
static uint64_t turn;

static void play(unsigned parity) {
  const int random = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
  char block[600];
  while (std::chrono::steady_clock::now() < end_time) {
    std::unique_lock held(lock);
    moved.wait_for(held, std::chrono::milliseconds(50), [=] { return turn % 2 == parity; });
    ++turn;
    moved.notify_all();
    held.unlock();
    if (read(random, block, sizeof block) != sizeof block) return;
  }
  close(random);
}

int main() {
  printf("%d\n", getpid());
  fflush(stdout);
  std::thread even(play, 0), odd(play, 1);
  uint64_t polls = 0;
  while (std::chrono::steady_clock::now() < end_time) {
    polls += access("/nonexistent", F_OK) != 0;
    if (polls % 1000 == 0) printf("%llu\n", static_cast<unsigned long long>(polls));
  }
  even.join();
  odd.join();
  return 0;
}
