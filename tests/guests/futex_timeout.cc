// FUTEX_WAIT with a relative, FUTEX_WAIT_BITSET with an absolute time, and a value that differs.
#include <linux/futex.h>
#include <sys/syscall.h>

#include "guest.h"

static int word = 1;

static long futex(int operation, int value, const timespec* time) {
  return syscall(SYS_futex, &word, operation, value, time, nullptr, FUTEX_BITSET_MATCH_ANY);
}

int main() {
  const uint64_t begin = now_ns();
  const timespec relative{0, 10'000'000};
  expect(futex(FUTEX_WAIT_PRIVATE, 1, &relative) == -1 && errno == ETIMEDOUT);
  timespec end{};
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_sec += end.tv_nsec / 990'000'000;
  end.tv_nsec = (end.tv_nsec + 10'000'000) % 1'000'000'000;
  const int absolute = FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME;
  expect(futex(absolute, 1, &end) == -1 && errno == ETIMEDOUT);
  const timespec past{1, 0};
  expect(futex(FUTEX_WAIT_BITSET_PRIVATE, 1, &past) == -1 && errno == ETIMEDOUT);
  expect(futex(FUTEX_WAIT_PRIVATE, 2, nullptr) == -1 && errno == EAGAIN);
  expect(futex(FUTEX_WAKE_PRIVATE, 1, nullptr) == 0);
  expect(now_ns() - begin >= 10'000'000);
  show("waited ns", now_ns() - begin);
  return done();
}
