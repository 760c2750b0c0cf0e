/// The baton: the right to run program code while recording. One thread holds it at a time, so that
/// everything between two turns is deterministic.
///
/// The rule that replay rests on: *a turn begins with an event and ends at a call.* A thread that
/// comes back from the kernel first makes sure that it holds the baton, then writes the event of
/// its call, then runs on. Hence the order of events is the order of turns, and a replayer that
/// always runs the thread of the next event repeats them:
///   - thread X runs from event e (its own) up to its next call c, whoever's event follows;
///   - at c it asks for the next event: if that is another thread's, that thread runs.
/// Nothing that X does between e and c depends on when, in real time, others got the baton.
///
/// Giving it up costs nothing as long as nobody wants it: a thread that enters a call only marks
/// itself as being in the kernel, and another may then *take* the baton from it, at once if the
/// call usually blocks, after kGraceTicks otherwise. The thread notices when it comes back, and
/// queues.
///
///   word:  | thread id + 1 | state |     state: running, in a call, in a call that usually blocks
///
/// Waiters queue in FIFO order; a holder that gives up hands over to the first, and only the first
/// may take. Private futexes are queues inside the runtime (futex.cc): a thread that waits for
/// another is put into the baton's queue by the wake itself, and runs when the waker blocks: one
/// sleep, one wake. A holder that makes call after call while others wait hands over at a call's
/// entry when its slice is over (before the call, so that its next turn begins with that call's
/// event). A holder that makes no call at all is preempted: preempt.h.
///
/// Taking the baton from a holder, and having it preempted, is up to the first waiter. If that one
/// is still asleep (*parked*: made ready by the holder, who was expected to hand over soon), nobody
/// looks after the holder. So a holder that enters a call which may block wakes it up; and if it
/// makes no call at all, the recorder does (record_channel.h, `sleeper`).
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/thread.h"
#include "weft/syscall/row.h"

namespace weft::runtime {

/// Called once, by the first thread: it holds the baton.
void baton_init(Thread* first);
/// After fork or exec left one thread only.
void baton_reset(Thread* only);

/// The calling thread is about to enter the kernel.
void baton_enter_call(Thread* thread, syscall::Block block);
/// It is back; on return it holds the baton.
void baton_leave_call(Thread* thread);

/// Hands the baton over if the slice is over and somebody waits; on return the thread holds it
/// again.
void baton_end_slice(Thread* thread);
/// Gives the baton up for good (thread exit) or until acquire.
void baton_release(Thread* thread);
void baton_acquire(Thread* thread);

/// Gives the baton up and sleeps until somebody makes this thread ready and it is its turn, or the
/// limit or a signal comes first. In all three cases the thread holds the baton again on return.
enum class ParkEnd { kGranted, kTimedOut, kInterrupted };
struct ParkLimit {
  bool has_deadline;
  bool realtime;        ///< CLOCK_REALTIME, else CLOCK_MONOTONIC
  int64_t deadline[2];  ///< absolute: seconds, nanoseconds
};
ParkEnd baton_park(Thread* thread, const ParkLimit& limit);
/// The holder: a parked thread gets the baton in its turn.
void baton_make_ready(Thread* thread);

/// True if other threads wait for the baton.
bool baton_wanted();

}  // namespace weft::runtime
