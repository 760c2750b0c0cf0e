/// The waiter's side of the hand-over: a thread that waits for the baton spins a little, sleeps
/// until it is given the baton, and looks now and then at what the holder is doing.
///
/// When it looks:
///   the holder is in a call that nobody knows about:  the watcher, every 50 us
///   it runs:     when its slice is over, or half of it if one of the woken waits (baton_queue.h):
///                a thread that computes shall not keep one that answers. The second one that waits
///                looks two slices from now, the third one three, and so on, so that a long queue
///                costs no more than a short one, and somebody is there to look when the first one
///                has got the baton
#include <linux/futex.h>

#include "recorder/runtime/ground/nudge.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/turns/baton.h"
#include "recorder/runtime/turns/baton_queue.h"
#include "recorder/runtime/turns/gathering.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kPatienceUs = 50;  // with a call that is not over
constexpr uint64_t kSpinUs = 25;      // as long as a thread that spins may go on
constexpr uint64_t kLeastCosts = 10;  // a turn is at least as long as so many preemptions take
constexpr uint64_t kLongestSleepUs = 1'000'000;
constexpr int kMostSpins = 400, kFewestSpins = 16;  // with a pause each: 10 us at most
constexpr int kIdleLooks = 8;  // at a holder that is in no such call, before the watcher sleeps

std::atomic<int> g_spins{kMostSpins};  // as many as have been worth it lately

/// A waiter: what it has seen so far.
class Waiter {
 public:
  explicit Waiter(Thread* thread) : thread_(thread) {}
  void wait();

 private:
  enum class Look { kMine, kWait };

  Look look_locked(Thread** to_wake);
  void ask_to_stop(BatonWord word, uint64_t now);
  uint64_t sleep_ticks_locked();
  uint64_t ticks_to_next_look(uint64_t now);
  bool spin();
  bool is_granted() const {
    return thread_->baton_futex.load(std::memory_order_acquire) == kGranted;
  }
  void stop_watching() {
    if (watching_) g_baton.watched.store(false, std::memory_order_seq_cst);
    watching_ = false;
  }

  Thread* thread_;
  uint64_t word_ = 0;   // of the holder, when looked at last
  uint64_t since_ = 0;  // ticks at which that was first seen
  uint64_t rounds_ = 0;
  bool watching_ = false;
  int idle_looks_ = 0;
};

/// True if the holder was killed while it ran: a thread of a child in the program's memory, whose
/// end is not the program's, or of the program, which such a child outlives.
bool holder_is_gone(BatonWord word) {
  const Thread* holder = thread_by_id(word.thread());
  return holder != nullptr && __atomic_load_n(&holder->alive, __ATOMIC_ACQUIRE) == 0;
}

/// How long the holder may go on while others wait, ticks; 0: as long as it likes. A preemption takes
/// a small part of that time, unless the thread spins: its time is worth nothing. The caller has
/// the lock.
uint64_t turn_limit_locked(const Thread* holder) {
  const bool woken = g_baton.woken.first != nullptr;  // it has used nothing of its turn yet
  const uint64_t slice = woken ? slice_ticks() / 2 : slice_ticks(), spin = ticks_of_us(kSpinUs);
  const uint64_t cost = g_baton.stop_cost.load(std::memory_order_relaxed);
  if (slice == 0 || (holder->spins && slice > spin)) return slice == 0 ? 0 : spin;
  return kLeastCosts * cost > slice ? kLeastCosts * cost : slice;
}

/// Sends the holder a signal, unless it makes a call just now (baton_enter_call).
void Waiter::ask_to_stop(BatonWord word, uint64_t now) {
  Thread* holder = thread_by_id(word.thread());
  if (holder == nullptr) return;
  const uint64_t limit = turn_limit_locked(holder);
  if (limit == 0 || now - g_baton.turn_started.load(std::memory_order_relaxed) < limit ||
      now - g_baton.stop_asked < limit) {
    return;
  }
  g_baton.stop_asked = now;
  holder->nudges_sent.fetch_add(1, std::memory_order_seq_cst);
  if (g_baton.word.load(std::memory_order_seq_cst) == word.bits) {
    nudge(holder->tid);
  } else {
    holder->nudges_sent.fetch_sub(1, std::memory_order_seq_cst);
  }
}

/// Looks at the holder: takes the baton from it, for the next one in the queue, if it may.
Waiter::Look Waiter::look_locked(Thread** to_wake) {
  const BatonWord word = g_baton.word.load(std::memory_order_seq_cst);
  const uint64_t now = ticks();
  if (word.bits != word_) {
    word_ = word.bits;
    since_ = now;
  }
  const bool first = next_locked() == thread_;
  bool takes = false;
  switch (word.state()) {
    case Hold::kRunning:
      takes = holder_is_gone(word);
      if (!takes) ask_to_stop(word, now);
      break;
    case Hold::kOffered:
      takes = true;
      break;
    case Hold::kAsking:
    case Hold::kInCall:
      takes = now - since_ >= ticks_of_us(kPatienceUs) ||
              (first && word.processor() == thread_->processor);
      break;
  }
  if (!takes || !give_locked(word, to_wake)) return Look::kWait;
  return is_granted() ? Look::kMine : Look::kWait;
}

uint64_t Waiter::ticks_to_next_look(uint64_t now) {
  const bool in_call = BatonWord(word_).state() == Hold::kInCall;
  if (in_call && !watching_ && !g_baton.watched.load(std::memory_order_relaxed)) {
    g_baton.watched.store(true, std::memory_order_seq_cst);
    watching_ = true;
  }
  if (watching_) {
    idle_looks_ = in_call ? 0 : idle_looks_ + 1;
    if (idle_looks_ < kIdleLooks) return ticks_of_us(kPatienceUs);
    stop_watching();
  }
  const uint64_t slice = slice_ticks();
  if (slice == 0) return ticks_of_us(kLongestSleepUs);
  if (next_locked() != thread_) {
    const uint64_t sleep = slice * (g_baton.waiters.load(std::memory_order_relaxed) + rounds_);
    const uint64_t longest = ticks_of_us(kLongestSleepUs);
    return sleep < longest ? sleep : longest;
  }
  const Thread* holder = thread_by_id(BatonWord(word_).thread());
  const uint64_t limit = holder != nullptr ? turn_limit_locked(holder) : slice;
  const uint64_t turn = g_baton.turn_started.load(std::memory_order_relaxed);
  const uint64_t start = g_baton.stop_asked > turn ? g_baton.stop_asked : turn;
  return start + limit > now ? start + limit - now : limit;
}

/// Marks the thread as asleep; how long it may sleep, or 0 if it has been given the baton.
uint64_t Waiter::sleep_ticks_locked() {
  uint32_t expected = kAwake;
  if (!thread_->baton_futex.compare_exchange_strong(expected, kAsleep, std::memory_order_seq_cst)) {
    return 0;
  }
  ++rounds_;
  return ticks_to_next_look(ticks());
}

/// Waits in the hope that the holder is about to hand over. Only for the first one, and only if the
/// holder is on another processor. True if the thread has the baton.
bool Waiter::spin() {
  if (thread_->gathered_at != 0 || BatonWord(word_).processor() == thread_->processor) return false;
  const int most = g_spins.load(std::memory_order_relaxed);
  for (int spins = 0; spins < most; ++spins) {
    if (is_granted()) {
      g_spins.store(most * 2 > kMostSpins ? kMostSpins : most * 2, std::memory_order_relaxed);
      return true;
    }
    asm volatile("pause");
  }
  g_spins.store(most / 2 < kFewestSpins ? kFewestSpins : most / 2, std::memory_order_relaxed);
  return false;
}

/// The kernel ends sleeps late, some 50 us by default, to end several at once. Short ones shall not
/// be twice as long.
class PunctualSleep {
 public:
  explicit PunctualSleep(uint64_t nanoseconds) {
    if (nanoseconds > kShort) return;
    const long slack = raw(__NR_prctl, kGetTimerSlack);
    if (slack <= 1) return;
    slack_ = static_cast<uint64_t>(slack);
    raw(__NR_prctl, kSetTimerSlack, 1);
  }
  PunctualSleep(const PunctualSleep&) = delete;
  ~PunctualSleep() {
    if (slack_ != 0) raw(__NR_prctl, kSetTimerSlack, slack_);
  }

 private:
  static constexpr uint64_t kShort = 300'000, kSetTimerSlack = 29, kGetTimerSlack = 30;
  uint64_t slack_ = 0;  // the program's
};

void sleep_for(Thread* thread, uint64_t nanoseconds) {
  const PunctualSleep punctual(nanoseconds);
  const uint64_t timeout[2] = {nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  raw(__NR_futex, address_of(&thread->baton_futex), FUTEX_WAIT_PRIVATE, kAsleep,
      address_of(timeout));
}

void Waiter::wait() {
  for (bool may_spin = true;; may_spin = false) {
    thread_->processor = current_processor();
    Thread* to_wake = nullptr;
    uint64_t sleep = 0;
    bool first = false;
    {
      QueueLock lock;
      if (is_granted() || look_locked(&to_wake) == Look::kMine) break;
      first = next_locked() == thread_;
      if (!first || !may_spin) sleep = sleep_ticks_locked();
    }
    wake(to_wake);
    if (first && may_spin && spin()) break;
    if (sleep == 0) continue;
    sleep_for(thread_, sleep * 1000 / ticks_of_us(1));
    uint32_t expected = kAsleep;
    thread_->baton_futex.compare_exchange_strong(expected, kAwake, std::memory_order_seq_cst);
  }
  thread_->baton_futex.store(kAwake, std::memory_order_relaxed);
  follow_gathering(thread_);
  thread_->processor = current_processor();
  stop_watching();
}

void queue_and_wait(Thread* thread, WaitsAs as) {
  {
    QueueLock lock;
    if (thread->baton_futex.load(std::memory_order_seq_cst) != kGranted) {
      enqueue_locked(thread, as);
    }
  }
  Waiter(thread).wait();
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

/// Sleeps until the thread is woken up, whatever for. *end: what for, unless it is granted.
bool sleep_parked(Thread* thread, const ParkLimit& limit, ParkEnd* end) {
  *end = ParkEnd::kGranted;
  uint32_t state = kAwake;
  if (!thread->baton_futex.compare_exchange_strong(state, kAsleep, std::memory_order_seq_cst)) {
    if (state == kRoused) thread->baton_futex.compare_exchange_strong(state, kAwake);
    return state == kGranted;
  }
  const uint64_t operation =
      FUTEX_WAIT_BITSET_PRIVATE | (limit.realtime ? FUTEX_CLOCK_REALTIME : 0);
  const uint64_t deadline = limit.has_deadline ? address_of(limit.deadline) : 0;
  const uint64_t args[6] = {
      address_of(&thread->baton_futex), operation, kAsleep, deadline, 0, UINT32_MAX};
  const long result = weft_raw_interruptible(__NR_futex, args);
  state = kAsleep;
  thread->baton_futex.compare_exchange_strong(state, kAwake, std::memory_order_seq_cst);
  if (result == -kETIMEDOUT) {
    *end = ParkEnd::kTimedOut;
  } else if (thread->pending.load() != 0) {
    *end = ParkEnd::kInterrupted;
  }
  return state == kGranted;
}

}  // namespace

void baton_acquire(Thread* thread) {
  queue_and_wait(thread, WaitsAs::kWoken);
}

void baton_pass_on(Thread* thread) {
  {
    QueueLock lock;
    if (next_locked() == nullptr) return;
    enqueue_locked(thread, WaitsAs::kSpent);
  }
  baton_release(thread);
  queue_and_wait(thread, WaitsAs::kSpent);
}

ParkEnd baton_park(Thread* thread, const ParkLimit& limit) {
  thread->baton_futex.store(kAwake, std::memory_order_relaxed);
  thread->parked.store(true, std::memory_order_relaxed);
  baton_release(thread);
  for (ParkEnd end;;) {
    if (sleep_parked(thread, limit, &end)) break;
    if (end_parking(thread, end)) {
      baton_acquire(thread);
      return end;
    }
  }
  thread->parked.store(false, std::memory_order_relaxed);
  thread->baton_futex.store(kAwake, std::memory_order_relaxed);
  follow_gathering(thread);
  thread->processor = current_processor();
  return ParkEnd::kGranted;
}

void baton_make_ready(Thread* thread) {
  {
    QueueLock lock;
    enqueue_locked(thread, WaitsAs::kWoken);
  }
  current()->spins ? rouse() : look_after_sleeper();
}

}  // namespace weft::runtime
