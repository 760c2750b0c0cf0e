// futex_waitv on three words, woken by FUTEX_WAKE and by futex_wake in turn; futex_wait with a time
// limit, and requeued to another word; shared ones too. All of it is skipped where the kernel has
// none.
#include <linux/futex.h>
#include <sys/syscall.h>

#include <thread>

#include "guest.h"

struct WaitWord {
  uint64_t value, address;
  uint32_t flags, reserved;
};
constexpr long kWaitv = 449, kWake = 454, kWait = 455, kRequeue = 456;
static uint32_t words[3];

static uint32_t load(int i) {
  return __atomic_load_n(&words[i], __ATOMIC_SEQ_CST);
}

static long wait_for_any(uint32_t flags) {
  WaitWord waits[3];
  for (int i = 0; i < 3; ++i) waits[i] = {load(i), reinterpret_cast<uint64_t>(&words[i]), flags, 0};
  timespec limit{};
  clock_gettime(CLOCK_MONOTONIC, &limit);
  limit.tv_sec += 5;
  return syscall(kWaitv, waits, 3, 0, &limit, CLOCK_MONOTONIC);
}

static void check_waitv(uint32_t flags, bool new_wake) {
  memset(words, 0, sizeof words);
  std::thread waker([&] {
    for (int i = 0; i < 3; ++i) {
      long woken = 0;
      __atomic_add_fetch(&words[i], 1, __ATOMIC_SEQ_CST);
      while (woken == 0) {
        woken = new_wake ? syscall(kWake, &words[i], ~0u, 1, flags)
                         : syscall(SYS_futex, &words[i], FUTEX_WAKE | (flags & 128), 1, 0, 0, 0);
        expect(woken >= 0);
        if (woken == 0) sleep_ms(1);
        if (load(i) == 100) break;
      }
      while (load(i) != 100) sleep_ms(1);
    }
  });
  for (int i = 0; i < 3; ++i) {
    while (true) {
      const long which = wait_for_any(flags);
      expect(which >= 0 || errno == EAGAIN);  // never the time limit
      if (which == i || load(i) == 1) break;
    }
    show("woken", now_ns());
    __atomic_store_n(&words[i], 100, __ATOMIC_SEQ_CST);
  }
  waker.join();
}

static void check_requeue() {
  memset(words, 0, sizeof words);
  std::thread waiter([] {
    while (load(2) == 0) {
      expect(syscall(kWait, &words[0], 0, ~0u, 2 | 128, nullptr, CLOCK_MONOTONIC) == 0);
    }
  });
  const WaitWord both[2] = {{0, reinterpret_cast<uint64_t>(&words[0]), 2 | 128, 0},
                            {0, reinterpret_cast<uint64_t>(&words[1]), 2 | 128, 0}};
  while (syscall(kRequeue, both, 0, 0, 1) == 0) sleep_ms(1);
  __atomic_store_n(&words[2], 1, __ATOMIC_SEQ_CST);
  expect(syscall(kWake, &words[0], ~0u, 1, 2 | 128) == 0);
  expect(syscall(kWake, &words[1], ~0u, 1, 2 | 128) == 1);
  waiter.join();
}

int main() {
  WaitWord none{};
  if (syscall(kWaitv, &none, 0, 0, nullptr, 0) == -1 && errno == ENOSYS) return done();
  check_waitv(2 | FUTEX_PRIVATE_FLAG, false);
  check_waitv(2, false);
  expect(wait_for_any(3) == -1 && errno == EINVAL);
  if (syscall(kWake, &words[0], ~0u, 1, 2 | 128) == -1 && errno == ENOSYS) return done();
  check_waitv(2 | FUTEX_PRIVATE_FLAG, true);
  check_requeue();
  timespec past{0, 20'000'000};
  expect(syscall(kWait, &words[0], 0, ~0u, 2 | 128, &past, CLOCK_MONOTONIC) == -1);
  expect(errno == ETIMEDOUT);
  expect(syscall(kWait, &words[0], 9, ~0u, 2 | 128, nullptr, 0) == -1 && errno == EAGAIN);
  return done();
}
