#include "recorder/runtime/turns/futex_queue.h"

#include "recorder/runtime/ground/assertion.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kQueues = 256;

struct Queue {
  FutexWait* first;
};
Queue g_queues[kQueues];

Queue& queue_of(uint64_t address) {
  return g_queues[(address >> 2 ^ address >> 12) % kQueues];
}

void append(FutexWait* wait) {
  assert_that("a wait is in one queue", [&] { return !wait->queued; });
  assert_that("who has ended waits for no futex", [&] { return !wait->thread->exited; });
  wait->queued = true;
  wait->next = nullptr;
  FutexWait** link = &queue_of(wait->address).first;
  while (*link != nullptr) link = &(*link)->next;
  *link = wait;
}

void remove(FutexWait* wait) {
  if (!wait->queued) return;
  FutexWait** link = &queue_of(wait->address).first;
  while (*link != wait) link = &(*link)->next;
  *link = wait->next;
  wait->queued = false;
}

}  // namespace

void futex_append(Thread* thread, FutexWait* waits, uint64_t count) {
  assert_that("a thread waits once", [&] { return thread->futex_wait_count == 0; });
  thread->futex_waits = waits;
  thread->futex_wait_count = count;
  for (uint64_t i = 0; i < count; ++i) {
    waits[i].thread = thread;
    waits[i].woken = false;
    append(&waits[i]);
  }
}

void futex_remove(Thread* thread) {
  for (uint64_t i = 0; i < thread->futex_wait_count; ++i) remove(&thread->futex_waits[i]);
  thread->futex_wait_count = 0;
}

FutexWait* futex_first(uint64_t address, uint32_t bits) {
  FutexWait* wait = queue_of(address).first;
  const auto fits = [bits](const FutexWait* one) {
    return bits == kWaitsForLock ? one->bits == kWaitsForLock : (one->bits & bits) != 0;
  };
  while (wait != nullptr && (wait->address != address || !fits(wait))) wait = wait->next;
  return wait;
}

long futex_wake(uint64_t address, int64_t most, uint32_t bits) {
  long count = 0;
  while (count < most) {
    FutexWait* wait = futex_first(address, bits);
    if (wait == nullptr) break;
    futex_make_ready(wait);
    ++count;
  }
  return count;
}

void futex_make_ready(FutexWait* wait) {
  assert_that("who is woken waits", [&] { return wait->queued && !wait->woken; });
  remove(wait);
  wait->woken = true;
  baton_make_ready(wait->thread);
}

long futex_move(uint64_t from, uint64_t to, int64_t most) {
  long count = 0;
  for (; count < most; ++count) {
    FutexWait* wait = futex_first(from, UINT32_MAX);
    if (wait == nullptr) break;
    remove(wait);
    wait->address = to;
    append(wait);
  }
  return count;
}

bool futex_limit(uint64_t address, LimitFrom from, LimitClock clock, ParkLimit* limit,
                 long* error) {
  const bool relative = from == LimitFrom::kNow, realtime = clock == LimitClock::kRealtime;
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
