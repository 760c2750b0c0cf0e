#include "recorder/runtime/turns/baton_queue.h"

#include <linux/futex.h>

#include "recorder/runtime/ground/assertion.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/turns/gathering.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kMostSlices = 4;
constexpr uint64_t kLateUs = 100'000;  // the recorder is stopped, or starved

void append(WaitList* list, Thread* thread) {
  thread->next_waiter = nullptr;
  (list->first == nullptr ? list->first : list->last->next_waiter) = thread;
  list->last = thread;
}

void remove(WaitList* list, const Thread* thread) {
  Thread* before = nullptr;
  for (Thread* at = list->first; at != thread; at = at->next_waiter) before = at;
  (before == nullptr ? list->first : before->next_waiter) = thread->next_waiter;
  if (list->last == thread) list->last = before;
}

}  // namespace

Baton g_baton;

QueueLock::QueueLock() {
  for (int spins = 0; g_baton.queue_lock.exchange(1, std::memory_order_acquire) != 0; ++spins) {
    if (spins % 64 == 63) raw(__NR_sched_yield);
    asm volatile("pause");
  }
}

uint64_t slice_ticks() {
  return ticks_of_us(record_channel()->slice_us.load(std::memory_order_relaxed));
}

Thread* next_locked() {
  Thread* woken = g_baton.woken.first;
  Thread* spent = g_baton.spent.first;
  if (woken == nullptr || spent == nullptr) return woken != nullptr ? woken : spent;
  const bool waited_long = ticks() - spent->queued_at > kMostSlices * slice_ticks();
  return waited_long && !g_baton.spent_last ? spent : woken;
}

void note_sleeper_locked() {
  static uint32_t count;
  Thread* next = next_locked();
  Thread* sleeper =
      next != nullptr && next->parked.load(std::memory_order_relaxed) ? next : nullptr;
  if (sleeper == g_baton.sleeper.load(std::memory_order_relaxed)) return;
  g_baton.sleeper.store(sleeper, std::memory_order_relaxed);
  const uint64_t tid = sleeper != nullptr ? static_cast<uint32_t>(sleeper->tid) : 0;
  channel::RecordChannel* channel = record_channel();
  channel->sleeper.store(uint64_t{++count} << 32 | tid, std::memory_order_seq_cst);
  if (sleeper != nullptr && channel->watching.load(std::memory_order_seq_cst) == 0) {
    wake_recorder();
  }
}

void enqueue_locked(Thread* thread, WaitsAs as) {
  if (thread->queued) return;
  assert_that("who has ended waits for nothing", [&] { return !thread->exited; });
  const bool spent = as == WaitsAs::kSpent;
  thread->queued = true;
  thread->spent = spent;
  thread->queued_at = ticks();
  append(spent ? &g_baton.spent : &g_baton.woken, thread);
  g_baton.waiters.fetch_add(1, std::memory_order_seq_cst);
  note_sleeper_locked();
}

void dequeue_locked(Thread* thread) {
  if (!thread->queued) return;
  remove(thread->spent ? &g_baton.spent : &g_baton.woken, thread);
  thread->queued = false;
  g_baton.waiters.fetch_sub(1, std::memory_order_seq_cst);
  note_sleeper_locked();
}

bool give_locked(BatonWord word, Thread** to_wake) {
  *to_wake = nullptr;
  Thread* next = next_locked();
  if (!g_baton.word.compare_exchange_strong(word.bits, running_word(next).bits,
                                            std::memory_order_seq_cst)) {
    return false;
  }
  assert_that("the baton goes to one that waits", [&] { return next->queued; });
  assert_that("the baton goes to one that lives", [&] { return !next->exited; });
  assert_that("the baton goes to another one, or nobody had it",
              [&] { return word.thread() != next->id || word.state() == Hold::kOffered; });
  g_baton.spent_last = next->spent;
  const uint64_t now = ticks();
  g_baton.turn_started.store(now, std::memory_order_relaxed);
  const Thread* before = thread_by_id(word.thread());
  note_hand_over(now, before != nullptr && before->preempted && !before->yields ? Why::kPreempted
                                                                                : Why::kCall);
  dequeue_locked(next);
  if (next->baton_futex.exchange(kGranted, std::memory_order_seq_cst) == kAsleep) *to_wake = next;
  return true;
}

void forget_waiters() {
  g_baton.waiters.store(0, std::memory_order_relaxed);
  g_baton.queue_lock.store(0, std::memory_order_relaxed);
  g_baton.watched.store(false, std::memory_order_relaxed);
  g_baton.woken = g_baton.spent = {};
  note_sleeper_locked();
}

void wake(Thread* thread) {
  if (thread != nullptr) raw(__NR_futex, address_of(&thread->baton_futex), FUTEX_WAKE_PRIVATE, 1);
}

void look_after_sleeper() {
  if (g_baton.sleeper.load(std::memory_order_relaxed) == nullptr) return;
  const channel::RecordChannel* channel = record_channel();
  const bool late =
      channel->watching.load(std::memory_order_relaxed) != 0 &&
      ticks() - channel->last_look.load(std::memory_order_relaxed) > ticks_of_us(kLateUs);
  if (late || channel->stopped.load(std::memory_order_relaxed) != 0) rouse();
}

void rouse() {
  Thread* next;
  {
    QueueLock lock;
    next = next_locked();
    if (next == nullptr) return;
    uint32_t state = kAsleep;
    if (!next->baton_futex.compare_exchange_strong(state, kAwake, std::memory_order_seq_cst)) {
      // A thread that is awake looks by itself; one that is about to park is told not to.
      if (state == kAwake && next->parked.load(std::memory_order_relaxed)) {
        next->baton_futex.compare_exchange_strong(state, kRoused, std::memory_order_seq_cst);
      }
      return;
    }
  }
  wake(next);
}

}  // namespace weft::runtime
