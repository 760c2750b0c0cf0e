#include "recorder/runtime/turns/futex_queue.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kQueues = 256;

struct Queue {
  Thread* first;
};
Queue g_queues[kQueues];

Queue& queue_of(uint64_t address) {
  return g_queues[(address >> 2 ^ address >> 12) % kQueues];
}

}  // namespace

void futex_append(Thread* thread, uint64_t address, uint32_t bits) {
  thread->futex_address = address;
  thread->futex_bits = bits;
  thread->futex_woken = false;
  thread->next_in_futex = nullptr;
  Thread** link = &queue_of(address).first;
  while (*link != nullptr) link = &(*link)->next_in_futex;
  *link = thread;
}

void futex_remove(Thread* thread) {
  Thread** link = &queue_of(thread->futex_address).first;
  while (*link != nullptr && *link != thread) link = &(*link)->next_in_futex;
  if (*link != nullptr) *link = thread->next_in_futex;
  thread->futex_address = 0;
}

Thread* futex_first(uint64_t address, uint32_t bits) {
  Thread* thread = queue_of(address).first;
  const auto fits = [bits](const Thread* waiter) {
    return bits == kWaitsForLock ? waiter->futex_bits == kWaitsForLock
                                 : (waiter->futex_bits & bits) != 0;
  };
  while (thread != nullptr && (thread->futex_address != address || !fits(thread))) {
    thread = thread->next_in_futex;
  }
  return thread;
}

/// Wakes up to `most` waiters; returns how many.
long futex_wake(uint64_t address, int64_t most, uint32_t bits) {
  long count = 0;
  while (count < most) {
    Thread* thread = futex_first(address, bits);
    if (thread == nullptr) break;
    futex_make_ready(thread);
    ++count;
  }
  return count;
}

void futex_make_ready(Thread* thread) {
  futex_remove(thread);
  thread->futex_woken = true;
  baton_make_ready(thread);
}

bool futex_limit(uint64_t address, bool relative, bool realtime, ParkLimit* limit, long* error) {
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

void forget_futex_waiters() {
  for (Queue& queue : g_queues) queue = {};
}

}  // namespace weft::runtime
