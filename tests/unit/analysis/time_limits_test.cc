// Which calls return by themselves after some time.
#include "debugger/analysis/replayed/time_limits.h"

#include <gtest/gtest.h>
#include <linux/futex.h>
#include <sys/syscall.h>

namespace weft::analysis::test {
namespace {

constexpr uint64_t kForEver = static_cast<uint32_t>(-1), kTime = 0x7000;

TEST(TimeLimits, OfAFutex) {
  const auto timed = [](uint64_t operation, uint64_t time) {
    return has_time_limit(SYS_futex, {0x1000, operation, 2, time, 0, 0});
  };
  EXPECT_TRUE(timed(FUTEX_WAIT | FUTEX_PRIVATE_FLAG, kTime));
  EXPECT_TRUE(timed(FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, kTime));
  EXPECT_TRUE(timed(FUTEX_LOCK_PI, kTime));
  EXPECT_FALSE(timed(FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0));
  EXPECT_FALSE(timed(FUTEX_REQUEUE, 1)) << "a number of threads, and no time";
}

TEST(TimeLimits, OfCallsThatWaitForDescriptorsAndSignals) {
  EXPECT_TRUE(has_time_limit(SYS_epoll_wait, {3, 0x1000, 64, 500}));
  EXPECT_FALSE(has_time_limit(SYS_epoll_wait, {3, 0x1000, 64, kForEver}));
  EXPECT_FALSE(has_time_limit(SYS_poll, {0x1000, 1, kForEver}));
  EXPECT_TRUE(has_time_limit(SYS_poll, {0x1000, 1, 0}));
  EXPECT_TRUE(has_time_limit(SYS_ppoll, {0x1000, 1, kTime}));
  EXPECT_FALSE(has_time_limit(SYS_ppoll, {0x1000, 1, 0}));
  EXPECT_TRUE(has_time_limit(SYS_select, {4, 0x1000, 0, 0, kTime}));
  EXPECT_FALSE(has_time_limit(SYS_pselect6, {4, 0x1000, 0, 0, 0}));
  EXPECT_TRUE(has_time_limit(SYS_rt_sigtimedwait, {0x1000, 0, kTime}));
  EXPECT_FALSE(has_time_limit(SYS_rt_sigtimedwait, {0x1000, 0, 0}));
}

TEST(TimeLimits, OfSleepAndOfCallsWithoutOne) {
  EXPECT_TRUE(has_time_limit(SYS_nanosleep, {kTime, 0}));
  EXPECT_TRUE(has_time_limit(SYS_clock_nanosleep, {1, 0, kTime}));
  EXPECT_FALSE(has_time_limit(SYS_read, {3, 0x1000, 100}));
  EXPECT_FALSE(has_time_limit(SYS_wait4, {1, 1, 1, 1}));
}

}  // namespace
}  // namespace weft::analysis::test
