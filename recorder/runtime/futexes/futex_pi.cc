/// Priority-inheritance locks while recording. The kernel changes their words at times of its own
/// (it sets FUTEX_WAITERS when a waiter blocks, writes the next owner when one unlocks), and user
/// space decides by these bits whether to call at all. So here, too, the runtime does it, under the
/// baton. Nobody inherits a priority: under one baton nobody of lower priority can be in the way of
/// the owner.
///
///   word:  | FUTEX_WAITERS | FUTEX_OWNER_DIED | owner's thread number, 0 = free |
///
/// In replay the words come as effects of the calls; a waiter's FUTEX_WAITERS as kData, at its
/// call.
#include <linux/futex.h>

#include "recorder/runtime/futexes/futex.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/turns/futex_queue.h"

namespace weft::runtime {

namespace {

constexpr long kDeadlock = 35;

bool read_word(uint64_t address, uint32_t* word) {
  return weft_copy_guarded(word, pointer_to<void>(address), sizeof *word) == 0;
}
bool store_word(uint64_t address, uint32_t word) {
  return weft_copy_guarded(pointer_to<void>(address), &word, sizeof word) == 0;
}

FutexWait* first_for_lock(uint64_t address) {
  return futex_first(address, kWaitsForLock);
}

uint32_t waiters_bit(uint64_t address) {
  return first_for_lock(address) != nullptr ? uint32_t{FUTEX_WAITERS} : 0;
}

/// Takes a free lock.
long take(const Call& call, uint32_t word) {
  const uint64_t address = call.args[0];
  const uint32_t owner = static_cast<uint32_t>(call.thread->tid);
  return store_word(address, owner | (word & FUTEX_OWNER_DIED) | waiters_bit(address)) ? 0
                                                                                       : -kEFAULT;
}

/// The first waiter owns the lock now.
void hand_over(uint64_t address, FutexWait* next, uint32_t flags) {
  futex_make_ready(next);
  store_word(address, static_cast<uint32_t>(next->thread->tid) | flags | waiters_bit(address));
}

}  // namespace

long futex_lock_pi(Call& call, LimitClock clock) {
  const uint64_t address = call.args[0];
  ParkLimit limit;
  long error = 0;
  uint32_t word;
  if (!futex_limit(call.args[3], LimitFrom::kClockStart, clock, &limit, &error)) return error;
  if (!read_word(address, &word)) return -kEFAULT;
  const uint32_t owner = word & FUTEX_TID_MASK;
  if (owner == 0) return take(call, word);
  if (owner == static_cast<uint32_t>(call.thread->tid)) return -kDeadlock;
  if ((word & FUTEX_WAITERS) == 0) {
    store_word(address, word | FUTEX_WAITERS);
    write_data_events(call.thread, address, 4);
  }
  call.entry_time = ticks();
  Thread* thread = call.thread;
  FutexWait waiting{.address = address, .bits = kWaitsForLock};
  futex_append(thread, &waiting, 1);
  const ParkEnd end = baton_park(thread, limit);
  futex_remove(thread);
  if (waiting.woken) return 0;
  return end == ParkEnd::kTimedOut ? -kETIMEDOUT : kRestart;
}

long futex_trylock_pi(const Call& call) {
  uint32_t word;
  if (!read_word(call.args[0], &word)) return -kEFAULT;
  const uint32_t owner = word & FUTEX_TID_MASK;
  if (owner == 0) return take(call, word);
  return owner == static_cast<uint32_t>(call.thread->tid) ? -kDeadlock : -kEAGAIN;
}

long futex_unlock_pi(const Call& call) {
  const uint64_t address = call.args[0];
  uint32_t word;
  if (!read_word(address, &word)) return -kEFAULT;
  if ((word & FUTEX_TID_MASK) != static_cast<uint32_t>(call.thread->tid)) return -kEPERM;
  FutexWait* next = first_for_lock(address);
  if (next != nullptr) {
    hand_over(address, next, 0);
  } else {
    store_word(address, 0);
  }
  return 0;
}

bool futex_writes_word(uint64_t operation) {
  return operation == FUTEX_LOCK_PI || operation == FUTEX_LOCK_PI2 ||
         operation == FUTEX_TRYLOCK_PI || operation == FUTEX_UNLOCK_PI;
}

void futex_pi_owner_died(uint64_t address, uint32_t word) {
  FutexWait* next = first_for_lock(address);
  if (next == nullptr) {
    store_word(address, (word & FUTEX_WAITERS) | FUTEX_OWNER_DIED);
  } else {
    hand_over(address, next, FUTEX_OWNER_DIED);
  }
}

}  // namespace weft::runtime
