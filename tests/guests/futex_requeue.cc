// Three threads wait on one futex, are moved to another by FUTEX_CMP_REQUEUE, and woken there.
#include <linux/futex.h>
#include <sys/syscall.h>

#include <atomic>
#include <thread>

#include "guest.h"

static int first, second;
static std::atomic<int> awake;

static long futex(int* word, int operation, int value, long limit, int* target) {
  return syscall(SYS_futex, word, operation, value, limit, target, 0);
}

int main() {
  std::thread threads[3];
  for (auto& thread : threads) {
    thread = std::thread([] {
      expect(futex(&first, FUTEX_WAIT_PRIVATE, 0, 0, nullptr) == 0);
      ++awake;
    });
  }
  long moved = 0;
  while (moved < 3) {
    const long now = futex(&first, FUTEX_CMP_REQUEUE_PRIVATE, 0, 3, &second);
    expect(now >= 0);
    moved += now;
    if (moved < 3) sleep_ms(1);
  }
  expect(awake == 0);
  expect(futex(&second, FUTEX_WAKE_PRIVATE, 1, 0, nullptr) == 1);
  expect(futex(&second, FUTEX_WAKE_PRIVATE, 9, 0, nullptr) == 2);
  for (auto& thread : threads) thread.join();
  expect(awake == 3);
  return done();
}
