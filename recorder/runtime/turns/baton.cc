#include "recorder/runtime/turns/baton.h"

#include <linux/futex.h>

#include "recorder/runtime/ground/nudge.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"

namespace weft::runtime {

namespace {

// Ticks of a TSC of 2-4 GHz: these are scheduling hints, not measurements.
constexpr uint64_t kSliceTicks = 3'000'000;  // about a millisecond
constexpr uint64_t kGraceTicks = 60'000;     // about 20 us in a call that seldom blocks
constexpr uint64_t kTicksPerMs = 3'000'000;
constexpr uint64_t kSpinTicks = 300'000;  // about 100 us: as long as a thread that spins may go on
constexpr int kSpins = 400;               // with a pause each: some 10 us

enum State : uint64_t { kFree = 0, kRunning = 1, kInCall = 2, kInBlockingCall = 3 };

struct Baton {
  alignas(64) std::atomic<uint64_t> word;
  std::atomic<uint32_t> waiters;
  uint64_t turn_started;  // ticks; written by the holder
  alignas(64) std::atomic<uint32_t> queue_lock;
  Thread* first;
  Thread* last;
  std::atomic<Thread*> sleeper;  ///< the first waiter, if it is parked: nobody watches the holder
};
Baton g_baton;

uint64_t word_of(const Thread* thread, State state) {
  return (uint64_t{thread->id} + 1) << 2 | state;
}

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

/// Thread::baton_futex: what a waiter waits on.
enum Wait : uint32_t { kAwake = 0, kAsleep = 1, kGranted = 2 };

/// Notes whether the first waiter sleeps through, for rouse() and for the recorder.
void note_sleeper_locked() {
  static uint32_t count;
  Thread* first = g_baton.first;
  Thread* sleeper =
      first != nullptr && first->parked.load(std::memory_order_relaxed) ? first : nullptr;
  if (sleeper == g_baton.sleeper.load(std::memory_order_relaxed)) return;
  g_baton.sleeper.store(sleeper, std::memory_order_relaxed);
  const uint64_t tid = sleeper != nullptr ? static_cast<uint32_t>(sleeper->tid) : 0;
  record_channel()->sleeper.store(uint64_t{++count} << 32 | tid, std::memory_order_relaxed);
}

void enqueue_locked(Thread* thread) {
  if (thread->queued) return;
  thread->queued = true;
  thread->next_waiter = nullptr;
  (g_baton.first == nullptr ? g_baton.first : g_baton.last->next_waiter) = thread;
  g_baton.last = thread;
  g_baton.waiters.fetch_add(1, std::memory_order_seq_cst);
  note_sleeper_locked();
}

Thread* pop_locked() {
  Thread* thread = g_baton.first;
  g_baton.first = thread->next_waiter;
  if (g_baton.first == nullptr) g_baton.last = nullptr;
  thread->queued = false;
  g_baton.waiters.fetch_sub(1, std::memory_order_seq_cst);
  note_sleeper_locked();
  return thread;
}

/// Gives the baton, which nobody runs with, to the first waiter. Returns it if it has to be woken.
Thread* grant_locked() {
  Thread* next = pop_locked();
  g_baton.turn_started = ticks();
  g_baton.word.store(word_of(next, kRunning), std::memory_order_seq_cst);
  return next->baton_futex.exchange(kGranted, std::memory_order_seq_cst) == kAsleep ? next
                                                                                    : nullptr;
}

void wake(Thread* thread) {
  if (thread != nullptr) raw(__NR_futex, address_of(&thread->baton_futex), FUTEX_WAKE_PRIVATE, 1);
}

/// The holder enters a call that may block: a first waiter that is parked is woken up to watch it.
void rouse() {
  Thread* sleeper;
  {
    QueueLock lock;
    sleeper = g_baton.sleeper.load(std::memory_order_relaxed);
    uint32_t expected = kAsleep;
    if (sleeper == nullptr || !sleeper->baton_futex.compare_exchange_strong(
                                  expected, kAwake, std::memory_order_seq_cst)) {
      return;  // about to fall asleep: the recorder will see to it
    }
  }
  wake(sleeper);
}

/// A parked thread that has woken up, for the reason `end`, goes on as one that waits for the baton
/// and watches its holder. False if it is to sleep on: it was woken for nothing.
bool end_parking(Thread* thread, ParkEnd end) {
  QueueLock lock;
  if (end == ParkEnd::kGranted && !thread->queued) return false;
  thread->parked.store(false, std::memory_order_relaxed);
  note_sleeper_locked();
  return true;
}

/// What the first waiter has seen of the holder so far.
struct Watch {
  uint64_t word = 0;
  uint64_t since = 0;          // ticks at which `word` was first seen
  uint64_t preempt_asked = 0;  // ticks
};

void ask_for_preemption(uint64_t word, Watch* watch, uint64_t now) {
  const Thread* holder = thread_by_id(static_cast<uint32_t>((word >> 2) - 1));
  if (holder == nullptr) return;
  // Asked twice: the first request only prepares (preempt.h).
  uint64_t limit =
      record_channel()->preempt_after_ms.load(std::memory_order_relaxed) * kTicksPerMs / 2;
  if (holder->spins && limit > kSpinTicks) limit = kSpinTicks;
  if (limit == 0 || now - watch->since < limit || now - watch->preempt_asked < limit) return;
  watch->preempt_asked = now;
  nudge(holder->tid);
}

/// The first waiter takes the baton if its holder is in a call; true if it has it now.
bool take_locked(Thread* thread, Watch* watch) {
  uint64_t word = g_baton.word.load(std::memory_order_seq_cst);
  const uint64_t now = ticks();
  if (word != watch->word) *watch = {word, now, 0};
  if ((word & 3) == kRunning) {
    ask_for_preemption(word, watch, now);
    return false;
  }
  if ((word & 3) == kInCall && now - watch->since < kGraceTicks) return false;
  if (!g_baton.word.compare_exchange_strong(word, word_of(thread, kRunning),
                                            std::memory_order_seq_cst)) {
    return false;
  }
  g_baton.turn_started = now;
  return true;
}

/// Queues the thread, unless the baton is free for it.
bool take_or_enqueue(Thread* thread, Watch* watch) {
  QueueLock lock;
  if (!thread->queued && g_baton.first == nullptr && (g_baton.word.load() & 3) != kRunning &&
      take_locked(thread, watch)) {
    return true;
  }
  if (thread->baton_futex.load(std::memory_order_seq_cst) != kGranted) enqueue_locked(thread);
  return false;
}

bool take_as_first(Thread* thread, Watch* watch) {
  if (g_baton.first != thread) return false;  // a glance; looked at again under the lock
  QueueLock lock;
  if (g_baton.first != thread || !take_locked(thread, watch)) return false;
  pop_locked();
  return true;
}

bool granted(Thread* thread) {
  if (thread->baton_futex.load(std::memory_order_acquire) != kGranted) return false;
  thread->baton_futex.store(kAwake, std::memory_order_relaxed);
  return true;
}

/// Sleeps until granted, or for a time that grows with `round`: the first waiter has to look after
/// the holder.
void doze(Thread* thread, int round) {
  uint32_t expected = kAwake;
  if (!thread->baton_futex.compare_exchange_strong(expected, kAsleep, std::memory_order_seq_cst))
    return;
  const bool first = g_baton.first == thread;
  const int64_t nanoseconds = !first ? 2'000'000 : round < 10 ? 50'000 << round / 2 : 2'000'000;
  const int64_t timeout[2] = {0, nanoseconds};
  raw(__NR_futex, address_of(&thread->baton_futex), FUTEX_WAIT_PRIVATE, kAsleep,
      address_of(timeout));
  expected = kAsleep;
  thread->baton_futex.compare_exchange_strong(expected, kAwake, std::memory_order_seq_cst);
}

}  // namespace

void baton_init(Thread* first) {
  record_channel()->program_pid.store(static_cast<int32_t>(g_state.pid));
  baton_reset(first);
}

void baton_reset(Thread* only) {
  g_baton.word.store(word_of(only, kRunning), std::memory_order_relaxed);
  g_baton.waiters.store(0, std::memory_order_relaxed);
  g_baton.queue_lock.store(0, std::memory_order_relaxed);
  g_baton.first = g_baton.last = nullptr;
  only->parked.store(false, std::memory_order_relaxed);
  note_sleeper_locked();
  only->queued = false;
  only->baton_futex.store(0);
  g_baton.turn_started = ticks();
  only->baton_mark = 0;
}

bool baton_wanted() {
  return g_baton.waiters.load(std::memory_order_relaxed) != 0;
}

void baton_enter_call(Thread* thread, syscall::Block block) {
  if (live_threads() == 1 || block == syscall::Block::kNever) return;
  const bool likely = block == syscall::Block::kLikely;
  thread->baton_mark = word_of(thread, likely ? kInBlockingCall : kInCall);
  if (!likely) {  // who is awake looks after it: nobody has to be told, so no fence
    g_baton.word.store(thread->baton_mark, std::memory_order_release);
    if (g_baton.sleeper.load(std::memory_order_relaxed) != nullptr) rouse();
    return;
  }
  g_baton.word.store(thread->baton_mark, std::memory_order_seq_cst);
  if (g_baton.waiters.load(std::memory_order_seq_cst) == 0) return;
  Thread* next = nullptr;
  {
    QueueLock lock;
    if (g_baton.first != nullptr && g_baton.word.load() == thread->baton_mark)
      next = grant_locked();
  }
  wake(next);
}

void baton_leave_call(Thread* thread) {
  uint64_t mark = thread->baton_mark;
  if (mark == 0) return;
  thread->baton_mark = 0;
  if (g_baton.word.compare_exchange_strong(mark, word_of(thread, kRunning),
                                           std::memory_order_seq_cst)) {
    return;
  }
  baton_acquire(thread);
}

void baton_end_slice(Thread* thread) {
  if (!baton_wanted() || ticks() - g_baton.turn_started < kSliceTicks) return;
  {
    QueueLock lock;
    enqueue_locked(thread);
  }
  baton_release(thread);
  baton_acquire(thread);
}

void baton_release(Thread*) {
  Thread* next = nullptr;
  {
    QueueLock lock;
    if (g_baton.first != nullptr) {
      next = grant_locked();
    } else {
      g_baton.word.store(kFree, std::memory_order_seq_cst);
    }
  }
  wake(next);
}

void baton_acquire(Thread* thread) {
  Watch watch;
  if (take_or_enqueue(thread, &watch)) return;
  for (int round = 0;; ++round) {
    for (int spin = 0; spin < kSpins; ++spin) {
      if (granted(thread)) return;
      if (spin % 16 == 0 && take_as_first(thread, &watch)) {
        thread->baton_futex.store(kAwake, std::memory_order_relaxed);
        return;
      }
      asm volatile("pause");
    }
    doze(thread, round);
  }
}

ParkEnd baton_park(Thread* thread, const ParkLimit& limit) {
  thread->baton_futex.store(kAwake, std::memory_order_relaxed);
  thread->parked.store(true, std::memory_order_relaxed);
  baton_release(thread);
  for (;;) {
    uint32_t expected = kAwake;
    if (!thread->baton_futex.compare_exchange_strong(expected, kAsleep, std::memory_order_seq_cst))
      break;
    const uint64_t operation =
        FUTEX_WAIT_BITSET_PRIVATE | (limit.realtime ? FUTEX_CLOCK_REALTIME : 0);
    const uint64_t deadline = limit.has_deadline ? address_of(limit.deadline) : 0;
    const uint64_t args[6] = {
        address_of(&thread->baton_futex), operation, kAsleep, deadline, 0, UINT32_MAX};
    const long result = weft_raw_interruptible(__NR_futex, args);
    expected = kAsleep;
    thread->baton_futex.compare_exchange_strong(expected, kAwake, std::memory_order_seq_cst);
    if (expected == kGranted) break;
    ParkEnd end = ParkEnd::kGranted;
    if (result == -kETIMEDOUT) {
      end = ParkEnd::kTimedOut;
    } else if (thread->pending.load() != 0) {
      end = ParkEnd::kInterrupted;
    }
    if (end_parking(thread, end)) {
      baton_acquire(thread);
      return end;
    }
  }
  thread->parked.store(false, std::memory_order_relaxed);
  thread->baton_futex.store(kAwake, std::memory_order_relaxed);
  return ParkEnd::kGranted;
}

void baton_make_ready(Thread* thread) {
  {
    QueueLock lock;
    enqueue_locked(thread);
  }
  const bool watched = record_channel()->stopped.load(std::memory_order_relaxed) == 0;
  if (!watched || current()->spins) rouse();
}

}  // namespace weft::runtime
