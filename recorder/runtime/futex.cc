/// Private futexes while recording: queues of the runtime's own, no kernel.
///
/// Only one thread runs at a time, so "compare and sleep" needs no lock: the caller holds the baton. A
/// waiter parks (baton.h); a wake takes it off the queue here and puts it into the baton's, so it sleeps
/// through until it is its turn. With the kernel's futexes it would be woken twice, once by the wake and
/// once by the baton; two threads that pass a token then took 25 times as long as natively.
///
///   g_queues[hash of the address] -> Thread -> Thread -> ...      FIFO, linked by next_in_futex
///
/// Left to the kernel: futexes without FUTEX_PRIVATE_FLAG (other processes may share them), and the
/// priority-inheritance operations, where it needs help: see on_priority_inheritance.
/// Source for the semantics: futex(2) and kernel/futex/ in Linux 6.18.
#include "recorder/runtime/futex.h"

#include <linux/futex.h>

#include "recorder/runtime/baton.h"
#include "recorder/runtime/event_writer.h"
#include "recorder/runtime/state.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kQueues = 256;
constexpr long kTimedOut = 110;

struct Queue {
  Thread* first;
};
Queue g_queues[kQueues];

Queue& queue_of(uint64_t address) { return g_queues[(address >> 2 ^ address >> 12) % kQueues]; }

template <class T>
bool read_program(uint64_t address, T* value) {
  return weft_copy_guarded(value, pointer_to<void>(address), sizeof *value) == 0;
}
template <class T>
bool store_program(uint64_t address, const T& value) {
  return weft_copy_guarded(pointer_to<void>(address), &value, sizeof value) == 0;
}

void append(Thread* thread, uint64_t address, uint32_t bits) {
  thread->futex_address = address;
  thread->futex_bits = bits;
  thread->futex_woken = false;
  thread->next_in_futex = nullptr;
  Thread** link = &queue_of(address).first;
  while (*link != nullptr) link = &(*link)->next_in_futex;
  *link = thread;
}

void remove(Thread* thread) {
  Thread** link = &queue_of(thread->futex_address).first;
  while (*link != nullptr && *link != thread) link = &(*link)->next_in_futex;
  if (*link != nullptr) *link = thread->next_in_futex;
  thread->futex_address = 0;
}

Thread* first_waiter(uint64_t address, uint32_t bits) {
  Thread* thread = queue_of(address).first;
  while (thread != nullptr && (thread->futex_address != address || (thread->futex_bits & bits) == 0)) {
    thread = thread->next_in_futex;
  }
  return thread;
}

/// Wakes up to `most` waiters; returns how many.
long wake(uint64_t address, int64_t most, uint32_t bits) {
  long count = 0;
  while (count < most) {
    Thread* thread = first_waiter(address, bits);
    if (thread == nullptr) break;
    remove(thread);
    thread->futex_woken = true;
    baton_make_ready(thread);
    ++count;
  }
  return count;
}

long requeue(uint64_t from, uint64_t to, int64_t wake_most, int64_t move_most) {
  long count = wake(from, wake_most, UINT32_MAX);
  for (int64_t moved = 0; moved < move_most; ++moved) {
    Thread* thread = first_waiter(from, UINT32_MAX);
    if (thread == nullptr) break;
    const uint32_t bits = thread->futex_bits;
    remove(thread);
    append(thread, to, bits);
    ++count;
  }
  return count;
}

/// When a wait ends at the latest. False: the program gave an impossible time.
bool read_limit(uint64_t address, bool relative, bool realtime, ParkLimit* limit, long* error) {
  *limit = {false, realtime, {0, 0}};
  if (address == 0) return true;
  int64_t time[2];
  *error = -kEFAULT;
  if (weft_copy_guarded(time, pointer_to<void>(address), sizeof time) != 0) return false;
  *error = -kEINVAL;
  if (time[0] < 0 || time[1] < 0 || time[1] >= 1'000'000'000) return false;
  if (relative) {
    int64_t now[2];
    raw(__NR_clock_gettime, 1 /* CLOCK_MONOTONIC */, address_of(now));
    time[0] = time[0] > INT64_MAX - now[0] - 1 ? INT64_MAX - 1 : time[0] + now[0];
    time[1] += now[1];
    if (time[1] >= 1'000'000'000) ++time[0], time[1] -= 1'000'000'000;
  }
  *limit = {true, realtime && !relative, {time[0], time[1]}};
  return true;
}

long wait(Call& call, uint32_t bits, bool relative) {
  const uint64_t address = call.args[0];
  ParkLimit limit;
  long error = 0;
  if (!read_limit(call.args[3], relative, (call.args[1] & FUTEX_CLOCK_REALTIME) != 0, &limit, &error)) return error;
  uint32_t value;
  if (!read_program(address, &value)) return -kEFAULT;
  if (value != static_cast<uint32_t>(call.args[2])) return -kEAGAIN;
  call.entry_time = ticks();
  Thread* thread = call.thread;
  append(thread, address, bits);
  const ParkEnd end = baton_park(thread, limit);
  if (thread->futex_woken) return 0;
  remove(thread);
  if (end == ParkEnd::kTimedOut) return -kTimedOut;
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
    case FUTEX_OP_SET: value = argument; break;
    case FUTEX_OP_ADD: value = old + argument; break;
    case FUTEX_OP_OR: value = old | argument; break;
    case FUTEX_OP_ANDN: value = old & ~argument; break;
    case FUTEX_OP_XOR: value = old ^ argument; break;
  }
  if (!store_program(address, value)) return false;
  const auto left = static_cast<int32_t>(old), right = static_cast<int32_t>(code & 0xfff);
  switch (code >> 24 & 15) {
    case FUTEX_OP_CMP_EQ: *wakes = left == right; break;
    case FUTEX_OP_CMP_NE: *wakes = left != right; break;
    case FUTEX_OP_CMP_LT: *wakes = left < right; break;
    case FUTEX_OP_CMP_LE: *wakes = left <= right; break;
    case FUTEX_OP_CMP_GT: *wakes = left > right; break;
    case FUTEX_OP_CMP_GE: *wakes = left >= right; break;
    default: *wakes = false;
  }
  return true;
}

long wake_and_operate(const Call& call) {
  bool wakes_second = false;
  if (!operate(call.args[4], static_cast<uint32_t>(call.args[5]), &wakes_second)) return -kEFAULT;
  long count = wake(call.args[0], static_cast<int32_t>(call.args[2]), UINT32_MAX);
  if (wakes_second) count += wake(call.args[4], static_cast<int32_t>(call.args[3]), UINT32_MAX);
  return count;
}

/// The kernel's count of 0 wakes one.
int64_t wake_count(const Call& call) {
  const auto count = static_cast<int32_t>(call.args[2]);
  return count < 1 ? 1 : count;
}

/// Does the operation here; kLeaveAsIs if it is one for the kernel.
long do_private(Call& call) {
  if (call.args[0] % 4 != 0) return -kEINVAL;
  const auto bits = static_cast<uint32_t>(call.args[5]);
  const auto second = static_cast<int32_t>(call.args[3]);
  uint32_t value;
  switch (call.args[1] & static_cast<uint64_t>(FUTEX_CMD_MASK)) {
    case FUTEX_WAIT: return wait(call, UINT32_MAX, true);
    case FUTEX_WAIT_BITSET: return bits == 0 ? -kEINVAL : wait(call, bits, false);
    case FUTEX_WAKE: return wake(call.args[0], wake_count(call), UINT32_MAX);
    case FUTEX_WAKE_BITSET: return bits == 0 ? -kEINVAL : wake(call.args[0], wake_count(call), bits);
    case FUTEX_WAKE_OP: return wake_and_operate(call);
    case FUTEX_CMP_REQUEUE:
      if (!read_program(call.args[0], &value)) return -kEFAULT;
      if (value != bits) return -kEAGAIN;
      [[fallthrough]];
    case FUTEX_REQUEUE:
      if (static_cast<int32_t>(call.args[2]) < 0 || second < 0) return -kEINVAL;
      return requeue(call.args[0], call.args[4], static_cast<int32_t>(call.args[2]), second);
    default: return kLeaveAsIs;
  }
}

/// The kernel sets FUTEX_WAITERS in the word of a contended PI mutex when a waiter blocks, at a time of
/// its own; the owner decides by that bit whether to unlock in user space. So the bit is set here, at the
/// waiter's call, as an event; the kernel finds it set.
long on_priority_inheritance(Call& call) {
  uint32_t word;
  if (read_program(call.args[0], &word) && (word & FUTEX_TID_MASK) != 0 && (word & FUTEX_WAITERS) == 0 &&
      (word & FUTEX_TID_MASK) != static_cast<uint32_t>(call.thread->tid)) {
    store_program(call.args[0], word | FUTEX_WAITERS);
    write_data_events(call.thread, call.args[0], 4);
  }
  return perform(call);
}

}  // namespace

long on_futex(Call& call) {
  if (!recording()) return replay_call(call);
  const uint64_t operation = call.args[1] & static_cast<uint64_t>(FUTEX_CMD_MASK);
  if (operation == FUTEX_LOCK_PI || operation == FUTEX_LOCK_PI2) return on_priority_inheritance(call);
  if ((call.args[1] & FUTEX_PRIVATE_FLAG) == 0) return perform(call);
  const long result = do_private(call);
  if (result == kLeaveAsIs) return perform(call);
  if (result == kRestart) return kRestart;
  static OutputList outputs;
  outputs.clear();
  if (operation == FUTEX_WAKE_OP) outputs.add(4, call.args[4], 4);
  log_call(call, result, &outputs);
  return result;
}

void forget_futex_waiters() {
  for (Queue& queue : g_queues) queue = {};
}

}  // namespace weft::runtime
