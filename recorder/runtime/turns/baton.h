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
/// The hand-over. One word says which thread holds the baton, and what it does (baton_word.h); every
/// arrow is one atomic operation on it. A is the holder, B another thread.
///
///                enter_call              offer, nobody waits
///     ┌─────────┐    1    ┌─────────┐    2    ┌─────────┐
///     │         │ ──────> │ asking  │ ──────> │ offered │ ─────┐
///     │ running │         └────┬────┘         └────┬────┘      │ 5: B comes from the kernel
///     │    A    │ <────────────┴─────┬─────────────┘           │
///     │         │     3: leave_call  │                         v
///     │         │                    │  watch_call        ┌─────────┐
///     │         │         ┌─────────┐│  2                 │ running │
///     │         │ <────── │ in call │┘                    │    B    │
///     └────┬────┘    3    └────┬────┘                     └─────────┘
///          │                   │ 6: a watcher, after 50 us     ^
///          │                   └───────────────────────────────┤
///          └───────────────────────────────────────────────────┘
///                4: offer or release, and B is the first that waits; end of a slice
///
///   edge  what happens                                   costs
///   1     A is about to enter the kernel                 an exchange
///   2     the kernel was asked: the call waits           a compare-and-exchange, the question
///   3     A is back, nobody took the baton               a compare-and-exchange
///   4     A gives B the baton                            the queue's lock; one wake-up if B sleeps
///   5     B comes back, A waits                          the queue's lock, no wake-up
///   6     A is in a call about which nobody can ask      a wake-up every 400 us at most, and a
///                                                        look every 50 us meanwhile
///
/// So a hand-over costs at most one wake-up and one switch, however many wait. A wake-up is cheap
/// where the next one sleeps on the same processor: threads that hand over often are brought there
/// (gathering.h), each as it takes the baton (4 and 5). Where B finds A in a
/// call *on its own processor*, A cannot be running: B takes the baton at once (5 too).
///
/// Would a call wait? The kernel is asked before (asking.h), for sockets, pipes, eventfds, epoll,
/// poll; a call that sleeps or waits for a child is not asked about but offered. Of the rest, such
/// as open or a file's write, nobody knows: the thread keeps the baton in its call (*in call*), and
/// if others wait, the first of them is the watcher: it sleeps 50 us at a time, and takes the
/// baton if that one call lasts longer. A wrong answer costs time only: whoever waits also looks
/// at the end of each slice, and gives on what is still in the same call.
///
/// Who waits, waits in one of two queues: threads that come from the kernel or were woken by
/// another thread go before those whose slice was over, for as long as these have not waited for
/// some slices. The first one spins for some microseconds if the holder is on another processor;
/// all others sleep at once.
///
/// Private futexes are queues inside the runtime (futex.cc): a thread that waits for another is put
/// into the baton's queue by the wake itself, and runs when the waker blocks: one sleep, one wake.
///
/// A holder that makes call after call while others wait hands over at a call's entry when its
/// slice is over (before the call, so that its next turn begins with that call's event). A holder
/// that makes no call at all is preempted (preempt.h). Who sees to that: whoever waits, each a
/// little later than the one before, and so however long the queue is; but a waiter that was made
/// ready by a futex is asleep (*parked*) and does not look. If that is the first one, the recorder
/// wakes it up after a slice (record_channel.h, `sleeper`).
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// Called once, by the first thread: it holds the baton.
void baton_init(Thread* first);
/// After fork or exec left one thread only.
void baton_reset(Thread* only);

/// The calling thread is about to enter the kernel.
void baton_enter_call(Thread* thread);
/// It is about to wait there: the baton is for whoever wants it.
void baton_offer(Thread* thread);
/// Nobody knows how long it will be there: somebody has to watch it.
void baton_watch_call(Thread* thread);
/// It is back; on return it holds the baton.
void baton_leave_call(Thread* thread);

/// Hands the baton over if the slice is over and somebody waits; on return the thread holds it
/// again.
void baton_end_slice(Thread* thread);
/// Hands it over, if somebody waits, to come back later.
void baton_pass_on(Thread* thread);
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

/// `thread` was killed: it waits no more.
void baton_forget(Thread* thread);

/// A preemption has taken so much of the thread's CPU time, ns. They come so seldom that this is a
/// small part of the time.
void baton_note_stop(uint64_t nanoseconds);

/// Microseconds since the holder has got the baton.
uint64_t baton_turn_us();

/// True if other threads wait for the baton.
bool baton_wanted();

}  // namespace weft::runtime
