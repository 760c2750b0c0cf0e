/// Private futexes while recording: queues of the runtime's own, no kernel.
///
/// Only one thread runs at a time, so "compare and sleep" needs no lock: the caller holds the
/// baton. A waiter parks (baton.h); a wake takes it off the queue here and puts it into the
/// baton's, so it sleeps through until it is its turn. With the kernel's futexes it would be woken
/// twice, once by the wake and once by the baton; two threads that pass a token then took 25 times
/// as long as natively.
///
/// Left to the kernel: futexes without FUTEX_PRIVATE_FLAG, which other processes may share.
/// Source for the semantics: futex(2) and kernel/futex/ in Linux 6.18.
#include "recorder/runtime/futexes/futex.h"

#include <linux/futex.h>

#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/turns/baton.h"
#include "recorder/runtime/turns/futex_queue.h"

namespace weft::runtime {

namespace {

long requeue(uint64_t from, uint64_t to, int64_t wake_most, int64_t move_most) {
  const long count = futex_wake(from, wake_most, UINT32_MAX);
  return count + (from == to ? 0 : futex_move(from, to, move_most));
}

/// The clock that the operation names.
LimitClock clock_of(const Call& call) {
  return (call.args[1] & FUTEX_CLOCK_REALTIME) != 0 ? LimitClock::kRealtime
                                                    : LimitClock::kMonotonic;
}

long wait(Call& call, uint32_t bits, LimitFrom from) {
  const uint64_t address = call.args[0];
  ParkLimit limit;
  long error = 0;
  if (!futex_limit(call.args[3], from, clock_of(call), &limit, &error)) return error;
  uint32_t value;
  if (!read_program(address, &value)) return -kEFAULT;
  if (value != static_cast<uint32_t>(call.args[2])) return -kEAGAIN;
  call.entry_time = ticks();
  Thread* thread = call.thread;
  FutexWait waiting{.address = address, .bits = bits};
  futex_append(thread, &waiting, 1);
  const ParkEnd end = baton_park(thread, limit);
  futex_remove(thread);
  if (waiting.woken) return 0;
  if (end == ParkEnd::kTimedOut) return -kETIMEDOUT;
  return limit.has_deadline ? -kEINTR : kRestart;
}

/// FUTEX_WAKE_OP: what is done to the second word, and whether its waiters are woken.
bool operate(uint64_t address, uint32_t code, bool* wakes) {
  uint32_t old;
  if (!read_program(address, &old)) return false;
  uint32_t argument = code >> 12 & 0xfff;
  if ((code >> 28 & 8 /* FUTEX_OP_OPARG_SHIFT */) != 0) argument = 1u << (argument & 31);
  uint32_t value = old;
  switch (code >> 28 & 7) {
    case FUTEX_OP_SET:
      value = argument;
      break;
    case FUTEX_OP_ADD:
      value = old + argument;
      break;
    case FUTEX_OP_OR:
      value = old | argument;
      break;
    case FUTEX_OP_ANDN:
      value = old & ~argument;
      break;
    case FUTEX_OP_XOR:
      value = old ^ argument;
      break;
  }
  if (!store_program(address, value)) return false;
  const auto left = static_cast<int32_t>(old), right = static_cast<int32_t>(code & 0xfff);
  switch (code >> 24 & 15) {
    case FUTEX_OP_CMP_EQ:
      *wakes = left == right;
      break;
    case FUTEX_OP_CMP_NE:
      *wakes = left != right;
      break;
    case FUTEX_OP_CMP_LT:
      *wakes = left < right;
      break;
    case FUTEX_OP_CMP_LE:
      *wakes = left <= right;
      break;
    case FUTEX_OP_CMP_GT:
      *wakes = left > right;
      break;
    case FUTEX_OP_CMP_GE:
      *wakes = left >= right;
      break;
    default:
      *wakes = false;
  }
  return true;
}

long wake_and_operate(const Call& call) {
  bool wakes_second = false;
  if (!operate(call.args[4], static_cast<uint32_t>(call.args[5]), &wakes_second)) return -kEFAULT;
  long count = futex_wake(call.args[0], static_cast<int32_t>(call.args[2]), UINT32_MAX);
  if (wakes_second)
    count += futex_wake(call.args[4], static_cast<int32_t>(call.args[3]), UINT32_MAX);
  return count;
}

/// The kernel's count of 0 wakes one.
int64_t wake_count(const Call& call) {
  const auto count = static_cast<int32_t>(call.args[2]);
  return count < 1 ? 1 : count;
}

long wake(const Call& call, uint32_t bits) {
  return futex_wake(call.args[0], wake_count(call), bits);
}

long do_private(Call& call) {
  if (call.args[0] % 4 != 0) return -kEINVAL;
  const auto bits = static_cast<uint32_t>(call.args[5]);
  const auto second = static_cast<int32_t>(call.args[3]);
  uint32_t value;
  switch (call.args[1] & static_cast<uint64_t>(FUTEX_CMD_MASK)) {
    case FUTEX_WAIT:
      return wait(call, UINT32_MAX, LimitFrom::kNow);
    case FUTEX_WAIT_BITSET:
      return bits == 0 ? -kEINVAL : wait(call, bits, LimitFrom::kClockStart);
    case FUTEX_WAKE:
      return wake(call, UINT32_MAX);
    case FUTEX_WAKE_BITSET:
      return bits == 0 ? -kEINVAL : wake(call, bits);
    case FUTEX_WAKE_OP:
      return wake_and_operate(call);
    case FUTEX_CMP_REQUEUE:
      if (!read_program(call.args[0], &value)) return -kEFAULT;
      if (value != bits) return -kEAGAIN;
      [[fallthrough]];
    case FUTEX_REQUEUE:
      if (static_cast<int32_t>(call.args[2]) < 0 || second < 0) return -kEINVAL;
      return requeue(call.args[0], call.args[4], static_cast<int32_t>(call.args[2]), second);
    case FUTEX_LOCK_PI:
      return futex_lock_pi(call, LimitClock::kRealtime);
    case FUTEX_LOCK_PI2:
      return futex_lock_pi(call, clock_of(call));
    case FUTEX_TRYLOCK_PI:
      return futex_trylock_pi(call);
    case FUTEX_UNLOCK_PI:
      return futex_unlock_pi(call);
    default:
      return -kENOSYS;  // FUTEX_FD, *_REQUEUE_PI (glibc has not used these since 2.25)
  }
}

}  // namespace

long on_futex(Call& call) {
  if (!recording()) return replay_call(call);
  if ((call.args[1] & FUTEX_PRIVATE_FLAG) == 0) return perform(call);
  const uint64_t operation = call.args[1] & static_cast<uint64_t>(FUTEX_CMD_MASK);
  const long result = do_private(call);
  if (result == kRestart) return kRestart;
  static OutputList outputs;
  outputs.clear();
  if (operation == FUTEX_WAKE_OP && result >= 0) outputs.add(4, call.args[4], 4);
  if (futex_writes_word(operation)) outputs.add(0, call.args[0], 4);
  log_call(call, result, &outputs);
  return result;
}

}  // namespace weft::runtime
