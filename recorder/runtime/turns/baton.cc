/// The holder's side of the hand-over; waiting.cc is the other one.
#include "recorder/runtime/turns/baton.h"

#include "recorder/runtime/ground/assertion.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/turns/baton_queue.h"
#include "recorder/runtime/turns/gathering.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kCallSliceUs = 1000;
constexpr uint64_t kCallsALook = 256, kMostEntries = 2;  // a call counts once or twice
constexpr uint64_t kNudgeUs = 2000;  // a signal that has not come by then is lost

/// True if somebody has sent this thread a signal to stop it, and it is not here yet.
bool is_nudged(const Thread* thread) {
  return thread->nudges_sent.load(std::memory_order_seq_cst) !=
         thread->nudges_seen.load(std::memory_order_relaxed);
}

/// No call may begin before the signal has come: it would be interrupted.
void await_nudge(Thread* thread) {
  const uint64_t start = ticks();
  while (is_nudged(thread) && ticks() - start < ticks_of_us(kNudgeUs)) raw(__NR_sched_yield);
  thread->nudges_seen.store(thread->nudges_sent.load());
}

/// From the state that the thread left in the word to another one. False if somebody has taken the
/// baton.
bool change_mark(Thread* thread, Hold state) {
  BatonWord mark = thread->baton_mark;
  const BatonWord wanted = mark.with(state);
  if (!g_baton.word.compare_exchange_strong(mark.bits, wanted.bits, std::memory_order_seq_cst)) {
    return false;
  }
  thread->baton_mark = wanted.bits;
  return true;
}

/// Gives on what the calling thread holds in the state `word`, if somebody waits.
void give(BatonWord word) {
  Thread* next = nullptr;
  {
    QueueLock lock;
    if (next_locked() == nullptr || !give_locked(word, &next)) return;
  }
  wake(next);
  look_after_sleeper();
}

}  // namespace

void baton_init(Thread* first) {
  record_channel()->program_pid.store(static_cast<int32_t>(g_state.pid));
  baton_reset(first);
}

void baton_reset(Thread* only) {
  only->parked.store(false, std::memory_order_relaxed);
  only->queued = false;
  only->baton_futex.store(kAwake);
  only->baton_mark = 0;
  only->in_kernel = false;
  forget_waiters();
  g_baton.word.store(running_word(only).bits, std::memory_order_relaxed);
  g_baton.turn_started.store(ticks(), std::memory_order_relaxed);
}

void baton_note_stop(uint64_t nanoseconds) {
  const uint64_t ticks = ticks_of_us(nanoseconds / 1000);
  const uint64_t before = g_baton.stop_cost.load(std::memory_order_relaxed);
  g_baton.stop_cost.store((3 * before + ticks) / 4, std::memory_order_relaxed);
}

uint64_t baton_turn_us() {
  const uint64_t began = g_baton.turn_started.load(std::memory_order_relaxed);
  return (ticks() - began) / ticks_of_us(1);
}

bool baton_wanted() {
  return g_baton.waiters.load(std::memory_order_relaxed) != 0;
}

void baton_enter_call(Thread* thread) {
  if (live_threads() == 1) return;
  assert_that("who enters a call has left the one before", [&] { return thread->baton_mark == 0; });
  assert_that("who enters a call has the baton",
              [&] { return BatonWord(g_baton.word.load()).thread() == thread->id; });
  const BatonWord mark(Hold::kAsking, thread->id, thread->processor, ++thread->entries);
  thread->baton_mark = mark.bits;
  thread->in_kernel = true;
  // Whoever sends a signal counts it, and then looks whether the thread still runs.
  g_baton.word.exchange(mark.bits, std::memory_order_seq_cst);
  if (is_nudged(thread)) [[unlikely]]
    await_nudge(thread);
}

void baton_offer(Thread* thread) {
  if (thread->baton_mark == 0 || !change_mark(thread, Hold::kOffered)) return;
  // Whoever queues looks at the word afterwards: either it is seen here, or it sees the offer.
  if (g_baton.waiters.load(std::memory_order_seq_cst) != 0) give(thread->baton_mark);
}

void baton_watch_call(Thread* thread) {
  if (thread->baton_mark == 0 || !change_mark(thread, Hold::kInCall)) return;
  if (g_baton.waiters.load(std::memory_order_seq_cst) != 0 &&
      !g_baton.watched.load(std::memory_order_relaxed)) {
    rouse();
  }
}

void baton_leave_call(Thread* thread) {
  if (thread->baton_mark == 0) return;
  BatonWord mark = thread->baton_mark;
  thread->baton_mark = 0;
  if (mark.state() == Hold::kOffered) {  // a turn of its own begins, or another's is a bit younger
    g_baton.turn_started.store(ticks(), std::memory_order_relaxed);
    thread->processor = current_processor();
  }
  const BatonWord running = mark.with(Hold::kRunning);
  if (!g_baton.word.compare_exchange_strong(mark.bits, running.bits, std::memory_order_seq_cst)) {
    baton_acquire(thread);
  }
  assert_that("who has left a call has the baton", [&] {
    const BatonWord now = g_baton.word.load();
    return now.state() == Hold::kRunning && now.thread() == thread->id;
  });
  assert_that("who has the baton does not wait for it", [&] { return !thread->queued; });
  thread->in_kernel = false;
}

void baton_end_slice(Thread* thread) {
  if (thread->gathered_at != 0 && thread->entries % kCallsALook < kMostEntries) [[unlikely]] {
    end_idle_gathering();
    if (thread->gathering != g_gathering.load(std::memory_order_relaxed)) move_to_gathering(thread);
  }
  if (!baton_wanted() ||
      ticks() - g_baton.turn_started.load(std::memory_order_relaxed) < ticks_of_us(kCallSliceUs)) {
    return;
  }
  baton_pass_on(thread);
}

void baton_forget(Thread* thread) {
  QueueLock lock;
  dequeue_locked(thread);
}

void baton_release(Thread*) {
  Thread* next = nullptr;
  {
    QueueLock lock;
    BatonWord word = g_baton.word.load(std::memory_order_relaxed);
    if (next_locked() != nullptr) {
      check(give_locked(word, &next), "the baton is not with the thread that releases it");
    } else {
      g_baton.word.store(word.with(Hold::kOffered).bits, std::memory_order_seq_cst);
    }
  }
  wake(next);
  look_after_sleeper();
}

}  // namespace weft::runtime
