// A thread computes and is preempted while a child, which is not recorded, writes to shared memory.
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <atomic>
#include <thread>

#include "guest.h"

using Count = std::atomic<long>;

static std::atomic<bool> stop;
static unsigned char block[20'000];

[[gnu::noinline]] static unsigned sum() {
  unsigned result = 1;
  for (const unsigned char byte : block) result = result * 31 + byte;
  return result;
}

int main() {
  auto* shared = static_cast<Count*>(
      mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_SHARED, -1, 0));
  const pid_t child = fork();
  if (child == 0) {
    for (;;) ++*shared;
  }
  auto* rounds = new Count{0};
  std::thread worker([rounds] {
    while (!stop.load(std::memory_order_relaxed)) {
      expect(sum() != 0);
      ++*rounds;
    }
  });
  for (int i = 0; i < 10; ++i) {
    sleep_ms(3);
    show("rounds", static_cast<uint64_t>(rounds->load()));
  }
  stop = true;
  worker.join();
  kill(child, SIGKILL);
  expect(waitpid(child, nullptr, 0) == child);
  return done();
}
