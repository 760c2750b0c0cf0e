#include "debugger/analysis/replayed/time_limits.h"

#include <linux/futex.h>
#include <sys/syscall.h>

namespace weft::analysis {

namespace {

// SYS_futex_waitv, SYS_futex_wait
constexpr uint16_t kCallFutexWaitV = 449, kCallFutexWait = 455;

/// What an argument says about time.
enum class Limit : uint8_t {
  kAlways,   ///< the call does nothing but wait for a time
  kPointer,  ///< points to the time; null: none
  kNumber,   ///< milliseconds; negative: none
};

struct TimedCall {
  uint16_t call;
  uint8_t argument;
  Limit limit;
};

// Source: section 2 of the man pages.
constexpr TimedCall kTimedCalls[] = {
    {SYS_nanosleep, 0, Limit::kAlways},
    {SYS_clock_nanosleep, 0, Limit::kAlways},
    {SYS_poll, 2, Limit::kNumber},
    {SYS_epoll_wait, 3, Limit::kNumber},
    {SYS_epoll_pwait, 3, Limit::kNumber},
    {SYS_epoll_pwait2, 3, Limit::kPointer},
    {SYS_ppoll, 2, Limit::kPointer},
    {SYS_select, 4, Limit::kPointer},
    {SYS_pselect6, 4, Limit::kPointer},
    {SYS_rt_sigtimedwait, 2, Limit::kPointer},
    {SYS_semtimedop, 3, Limit::kPointer},
    {SYS_mq_timedsend, 4, Limit::kPointer},
    {SYS_mq_timedreceive, 4, Limit::kPointer},
    {SYS_recvmmsg, 4, Limit::kPointer},
    {kCallFutexWaitV, 3, Limit::kPointer},
    {kCallFutexWait, 4, Limit::kPointer},
};

/// The other operations take a number in the place of the time.
bool futex_waits(uint64_t operation) {
  switch (operation & FUTEX_CMD_MASK) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
    case FUTEX_LOCK_PI:
    case kFutexLockPi2:
    case FUTEX_WAIT_REQUEUE_PI:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool has_time_limit(uint16_t call, const std::array<uint64_t, 6>& arguments) {
  if (call == SYS_futex) return futex_waits(arguments[1]) && arguments[3] != 0;
  for (const TimedCall& row : kTimedCalls) {
    if (row.call != call) continue;
    if (row.limit == Limit::kNumber) return static_cast<int32_t>(arguments[row.argument]) >= 0;
    return row.limit == Limit::kAlways || arguments[row.argument] != 0;
  }
  return false;
}

}  // namespace weft::analysis
