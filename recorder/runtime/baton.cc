#include "recorder/runtime/baton.h"

#include <linux/futex.h>

#include "recorder/runtime/event_writer.h"
#include "recorder/runtime/report.h"
#include "recorder/runtime/signals.h"

namespace weft::runtime {

namespace {

// Ticks of a TSC of 2-4 GHz: these are scheduling hints, not measurements.
constexpr uint64_t kSliceTicks = 3'000'000;   // about a millisecond
constexpr uint64_t kGraceTicks = 60'000;      // about 20 us in a call that seldom blocks
constexpr uint64_t kTicksPerMs = 3'000'000;
constexpr int kSpins = 400;                   // with a pause each: some 10 us

enum State : uint64_t { kFree = 0, kRunning = 1, kInCall = 2, kInBlockingCall = 3 };

struct Baton {
  alignas(64) std::atomic<uint64_t> word;
  std::atomic<uint32_t> waiters;
  uint64_t turn_started;  // ticks; written by the holder
  alignas(64) std::atomic<uint32_t> queue_lock;
  Thread* first;
  Thread* last;
};
Baton g_baton;

uint64_t word_of(const Thread* thread, State state) { return (uint64_t{thread->id} + 1) << 2 | state; }

class QueueLock {
 public:
  QueueLock() {
    for (int spins = 0; g_baton.queue_lock.exchange(1, std::memory_order_acquire) != 0; ++spins) {
      if (spins % 64 == 63) raw(__NR_sched_yield);
      asm volatile("pause");
    }
  }
  ~QueueLock() { g_baton.queue_lock.store(0, std::memory_order_release); }
};

void enqueue(Thread* thread) {
  QueueLock lock;
  thread->next_waiter = nullptr;
  (g_baton.first == nullptr ? g_baton.first : g_baton.last->next_waiter) = thread;
  g_baton.last = thread;
  g_baton.waiters.fetch_add(1, std::memory_order_seq_cst);
}

void wake(Thread* thread) {
  if (thread->baton_futex.exchange(0, std::memory_order_seq_cst) != 0) {
    raw(__NR_futex, address_of(&thread->baton_futex), FUTEX_WAKE_PRIVATE, 1);
  }
}

/// Wakes the first waiter, which alone may take the baton.
void wake_first() {
  QueueLock lock;
  if (g_baton.first != nullptr) wake(g_baton.first);
}

void dequeue(Thread* thread) {
  QueueLock lock;
  check(g_baton.first == thread, "baton taken out of order");
  g_baton.first = thread->next_waiter;
  if (g_baton.first == nullptr) g_baton.last = nullptr;
  g_baton.waiters.fetch_sub(1, std::memory_order_seq_cst);
  if (g_baton.first != nullptr) wake(g_baton.first);
}

/// What the first waiter has seen of the holder so far.
struct Watch {
  uint64_t word = 0;
  uint64_t since = 0;           // ticks at which `word` was first seen
  uint64_t preempt_asked = 0;   // ticks
};

void ask_for_preemption(uint64_t word, Watch* watch, uint64_t now) {
  // Asked twice: the first request only prepares (preempt.h).
  const uint64_t limit = record_channel()->preempt_after_ms.load(std::memory_order_relaxed) * kTicksPerMs / 2;
  if (limit == 0 || now - watch->since < limit || now - watch->preempt_asked < limit) return;
  const Thread* holder = thread_by_id(static_cast<uint32_t>((word >> 2) - 1));
  if (holder == nullptr) return;
  watch->preempt_asked = now;
  nudge(holder->tid);
}

/// One attempt of the first waiter; true if it has the baton now.
bool try_take(Thread* thread, Watch* watch) {
  uint64_t word = g_baton.word.load(std::memory_order_seq_cst);
  const uint64_t now = ticks();
  if (word != watch->word) *watch = {word, now, 0};
  switch (word & 3) {
    case kRunning:
      ask_for_preemption(word, watch, now);
      return false;
    case kInCall:
      if (now - watch->since < kGraceTicks) return false;
      break;
    default:
      break;
  }
  return g_baton.word.compare_exchange_strong(word, word_of(thread, kRunning), std::memory_order_seq_cst);
}

bool is_first(const Thread* thread) {
  QueueLock lock;
  return g_baton.first == thread;
}

/// Sleeps until woken or for a time that grows with `round`.
void doze(Thread* thread, int round, bool first) {
  thread->baton_futex.store(1, std::memory_order_seq_cst);
  // Whoever let go, or made this thread the first, before the store above saw no sleeper: look again.
  const uint64_t state = g_baton.word.load(std::memory_order_seq_cst) & 3;
  const bool free_to_take = first && (state == kFree || state == kInBlockingCall);
  if (free_to_take || (!first && is_first(thread))) {
    thread->baton_futex.store(0, std::memory_order_relaxed);
    return;
  }
  const int64_t nanoseconds = !first ? 100'000'000 : round < 8 ? 50'000 << round / 2 : 1'000'000;
  const int64_t timeout[2] = {0, nanoseconds};
  raw(__NR_futex, address_of(&thread->baton_futex), FUTEX_WAIT_PRIVATE, 1, address_of(timeout));
  thread->baton_futex.store(0, std::memory_order_relaxed);
}

}  // namespace

void baton_init(Thread* first) { baton_reset(first); }

void baton_reset(Thread* only) {
  g_baton.word.store(word_of(only, kRunning), std::memory_order_relaxed);
  g_baton.waiters.store(0, std::memory_order_relaxed);
  g_baton.queue_lock.store(0, std::memory_order_relaxed);
  g_baton.first = g_baton.last = nullptr;
  g_baton.turn_started = ticks();
  only->baton_mark = 0;
}

bool baton_wanted() { return g_baton.waiters.load(std::memory_order_relaxed) != 0; }

void baton_enter_call(Thread* thread, syscall::Block block) {
  if (live_threads() == 1 || block == syscall::Block::kNever) return;
  const bool likely = block == syscall::Block::kLikely;
  thread->baton_mark = word_of(thread, likely ? kInBlockingCall : kInCall);
  g_baton.word.store(thread->baton_mark, std::memory_order_seq_cst);
  if (likely && g_baton.waiters.load(std::memory_order_seq_cst) != 0) wake_first();
}

void baton_leave_call(Thread* thread) {
  uint64_t mark = thread->baton_mark;
  if (mark == 0) return;
  thread->baton_mark = 0;
  if (g_baton.word.compare_exchange_strong(mark, word_of(thread, kRunning), std::memory_order_seq_cst)) {
    return;
  }
  baton_acquire(thread);
}

void baton_end_slice(Thread* thread) {
  if (!baton_wanted() || ticks() - g_baton.turn_started < kSliceTicks) return;
  baton_release(thread);
  baton_acquire(thread);
}

void baton_release(Thread*) {
  g_baton.word.store(kFree, std::memory_order_seq_cst);
  if (g_baton.waiters.load(std::memory_order_seq_cst) != 0) wake_first();
}

void baton_acquire(Thread* thread) {
  enqueue(thread);
  Watch watch;
  for (int round = 0;; ++round) {
    bool first = false;
    for (int spin = 0; spin < kSpins; ++spin) {
      first = first || is_first(thread);
      if (first && try_take(thread, &watch)) {
        g_baton.turn_started = ticks();
        dequeue(thread);
        return;
      }
      asm volatile("pause");
    }
    doze(thread, round, first);
  }
}

}  // namespace weft::runtime
