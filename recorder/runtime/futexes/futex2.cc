/// The newer futex calls while recording: futex_waitv, futex_wake, futex_wait, futex_requeue. They
/// share the queues of futex.cc, since a thread that waits by one of them is woken by any other.
///
/// Left to the kernel: those on futexes that are not private. A futex_waitv that mixes both kinds
/// is answered as by a kernel that has none, and noted. Source for the semantics:
/// kernel/futex/syscalls.c and waitwake.c in Linux 6.18.
#include <linux/futex.h>

#include "recorder/runtime/futexes/futex.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/turns/futex_queue.h"

namespace weft::runtime {

namespace {

constexpr uint32_t kSizeMask = 3, kWord = 2;  // FUTEX2_SIZE_MASK, FUTEX2_SIZE_U32
constexpr uint64_t kRealtime = 0, kMonotonic = 1;
constexpr uint64_t kMostWaits = 128;  // FUTEX_WAITV_MAX

struct WaitWord {  // struct futex_waitv
  uint64_t value, address;
  uint32_t flags, reserved;
};

bool is_private(uint64_t flags) {
  return (flags & FUTEX_PRIVATE_FLAG) != 0;
}

/// A private futex of 32 bits, without a NUMA node: the only kind that weft has.
bool is_supported(uint64_t flags, uint64_t address) {
  return (flags & ~uint64_t{FUTEX_PRIVATE_FLAG | kSizeMask}) == 0 && (flags & kSizeMask) == kWord &&
         address % 4 == 0;
}

/// 0, or why the thread does not wait.
long check_word(const WaitWord& word) {
  uint32_t value;
  if (word.reserved != 0 || !is_supported(word.flags, word.address)) return -kEINVAL;
  if (!read_program(word.address, &value)) return -kEFAULT;
  return value == static_cast<uint32_t>(word.value) ? 0 : -kEAGAIN;
}

bool read_limit(uint64_t address, uint64_t clock, ParkLimit* limit, long* error) {
  *error = -kEINVAL;
  if (address != 0 && clock != kRealtime && clock != kMonotonic) return false;
  return futex_limit(address, LimitFrom::kClockStart,
                     clock == kRealtime ? LimitClock::kRealtime : LimitClock::kMonotonic, limit,
                     error);
}

/// Parks until one of them is woken: the index of the last one that was; else -errno or kRestart.
long park(Call& call, FutexWait* waits, uint64_t count, const ParkLimit& limit) {
  call.entry_time = ticks();
  futex_append(call.thread, waits, count);
  const ParkEnd end = baton_park(call.thread, limit);
  futex_remove(call.thread);
  for (uint64_t i = count; i > 0; --i) {
    if (waits[i - 1].woken) return static_cast<long>(i - 1);
  }
  return end == ParkEnd::kTimedOut ? -kETIMEDOUT : kRestart;
}

long wait_for_any(Call& call, const WaitWord* words, uint64_t count) {
  ParkLimit limit;
  long error = 0;
  if (call.args[2] != 0) return -kEINVAL;
  if (!read_limit(call.args[3], call.args[4], &limit, &error)) return error;
  FutexWait waits[kMostWaits];
  for (uint64_t i = 0; i < count; ++i) {
    error = check_word(words[i]);
    if (error != 0) return error;
    waits[i].address = words[i].address;
    waits[i].bits = UINT32_MAX;
  }
  return park(call, waits, count, limit);
}

long log_result(const Call& call, long result) {
  if (result != kRestart) log_call(call, result, nullptr);
  return result;
}

}  // namespace

long on_futex_waitv(Call& call) {
  if (!recording()) return replay_call(call);
  WaitWord words[kMostWaits];
  const uint64_t count = static_cast<uint32_t>(call.args[1]);
  if (count == 0 || count > kMostWaits) return perform(call);  // the kernel says what is wrong
  if (weft_copy_guarded(words, pointer_to<void>(call.args[0]), count * sizeof words[0]) != 0)
    return log_result(call, -kEFAULT);
  uint64_t privates = 0;
  for (uint64_t i = 0; i < count; ++i) privates += is_private(words[i].flags);
  if (privates == 0) return perform(call);
  if (privates == count) return log_result(call, wait_for_any(call, words, count));
  write_unusual(call.thread, "refused: futex_waitv for private and shared futexes at once");
  return log_result(call, -kENOSYS);
}

long on_futex_wait(Call& call) {
  if (!recording()) return replay_call(call);
  if (!is_private(call.args[3])) return perform(call);
  const WaitWord word{call.args[1], call.args[0], static_cast<uint32_t>(call.args[3]), 0};
  ParkLimit limit;
  long result = 0;
  if (!read_limit(call.args[4], call.args[5], &limit, &result)) return log_result(call, result);
  if (call.args[2] == 0) return log_result(call, -kEINVAL);
  result = check_word(word);
  if (result == 0) {
    FutexWait waiting{.address = word.address, .bits = static_cast<uint32_t>(call.args[2])};
    result = park(call, &waiting, 1, limit);
  }
  return log_result(call, result);
}

long on_futex_wake(Call& call) {
  if (!recording()) return replay_call(call);
  if (!is_private(call.args[3])) return perform(call);
  const auto bits = static_cast<uint32_t>(call.args[1]);
  if (bits == 0 || !is_supported(call.args[3], call.args[0])) return log_result(call, -kEINVAL);
  return log_result(call, futex_wake(call.args[0], static_cast<int32_t>(call.args[2]), bits));
}

long on_futex_requeue(Call& call) {
  if (!recording()) return replay_call(call);
  WaitWord words[2];
  if (!read_program(call.args[0], &words)) return log_result(call, -kEFAULT);
  if (!is_private(words[0].flags) && !is_private(words[1].flags)) return perform(call);
  const auto wakes = static_cast<int32_t>(call.args[2]), moves = static_cast<int32_t>(call.args[3]);
  const bool valid = call.args[1] == 0 && wakes >= 0 && moves >= 0 && words[1].reserved == 0 &&
                     is_private(words[0].flags) && is_private(words[1].flags) &&
                     is_supported(words[1].flags, words[1].address);
  long result = valid ? check_word(words[0]) : -kEINVAL;
  if (result == 0) {
    const uint64_t from = words[0].address, to = words[1].address;
    result = futex_wake(from, wakes, UINT32_MAX);
    if (from != to) result += futex_move(from, to, moves);
  }
  return log_result(call, result);
}

}  // namespace weft::runtime
