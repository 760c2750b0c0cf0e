// Threads fork while others run and hold locks; the children make threads of their own.
// record: --follow
// processes: 7
#include <sys/wait.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "guest.h"

static std::atomic<bool> stop;
static std::mutex mutex;
static std::atomic<long> counted;

static void count() {
  while (!stop) {
    const std::lock_guard lock(mutex);
    ++counted;
  }
}

static int in_child() {
  std::atomic<int> sum{0};
  std::vector<std::thread> threads;
  for (int i = 1; i <= 3; ++i) threads.emplace_back([&sum, i] { sum += i; });
  for (auto& thread : threads) thread.join();
  return sum == 6 ? 0 : 1;
}

static void fork_some() {
  for (int i = 0; i < 3; ++i) {
    const pid_t child = fork();
    if (child == 0) _exit(in_child());
    int status = -1;
    expect(waitpid(child, &status, 0) == child && status == 0);
  }
}

int main() {
  std::thread counters[] = {std::thread(count), std::thread(count)};
  std::thread forkers[] = {std::thread(fork_some), std::thread(fork_some)};
  for (auto& thread : forkers) thread.join();
  stop = true;
  for (auto& thread : counters) thread.join();
  show("counted", static_cast<uint64_t>(counted));
  return done();
}
