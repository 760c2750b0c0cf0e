/// The threads that wait for the baton, and what holder and waiters share. For baton.cc and
/// waiting.cc alone.
///
/// Two queues, each FIFO: *woken* (from the kernel, or by another thread) and *spent* (their slice
/// was over). The woken go first; a spent one that has waited for kMostSlices goes before them, but
/// not two of these in a row.
#pragma once

#include <atomic>
#include <cstdint>

#include "recorder/runtime/ground/thread.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/turns/baton_word.h"

namespace weft::runtime {

/// So many microseconds in ticks of this machine's time-stamp counter.
inline uint64_t ticks_of_us(uint64_t us) {
  return us * record_channel()->ticks_per_us;
}

/// Thread::baton_futex: what a waiter waits on. kRoused: it was about to fall asleep.
enum Wait : uint32_t { kAwake = 0, kAsleep = 1, kGranted = 2, kRoused = 3 };

struct WaitList {
  Thread* first;
  Thread* last;
};

struct Baton {
  alignas(64) std::atomic<uint64_t> word;  ///< BatonWord
  std::atomic<uint32_t> waiters;
  std::atomic<bool> watched;           ///< a waiter looks every 50 us
  std::atomic<uint64_t> turn_started;  ///< ticks
  alignas(64) std::atomic<uint32_t> queue_lock;
  WaitList woken, spent;
  bool spent_last;                  ///< the last one that got the baton was a spent one
  uint64_t stop_asked;              ///< ticks: when the holder was last asked to stop
  std::atomic<uint64_t> stop_cost;  ///< ticks that the last preemptions took each
  std::atomic<Thread*> sleeper;  ///< the first waiter, if it is parked: nobody watches the holder
};
extern Baton g_baton;

class QueueLock {
 public:
  QueueLock();
  QueueLock(const QueueLock&) = delete;
  ~QueueLock() { g_baton.queue_lock.store(0, std::memory_order_release); }
};

/// How long a turn may last while others wait, ticks; 0: as long as it likes.
uint64_t slice_ticks();

/// Which of the two queues a thread waits in.
enum class WaitsAs : uint8_t { kWoken, kSpent };

// The caller has the lock.
void enqueue_locked(Thread* thread, WaitsAs as);
/// Whose turn is next; nullptr if nobody waits.
Thread* next_locked();
/// Gives the baton, which `word` says is nobody's or somebody's in a call, to the next waiter.
/// False if the word has changed. *to_wake: the thread that has to be woken, or nullptr.
bool give_locked(BatonWord word, Thread** to_wake);
/// Takes a thread out of the queue, if it is in it.
void dequeue_locked(Thread* thread);
/// Notes whether the next waiter sleeps through, for rouse() and for the recorder.
void note_sleeper_locked();
void forget_waiters();

/// Ends the sleep of a thread in the queue.
void wake(Thread* thread);
/// The next waiter is parked, and the recorder does not look after it: somebody else has to.
void look_after_sleeper();
/// The next waiter looks at what the holder is doing, also if it is parked.
void rouse();

/// The running word of a thread.
inline BatonWord running_word(const Thread* thread) {
  return {Hold::kRunning, thread->id, thread->processor, thread->entries};
}

}  // namespace weft::runtime
