/// Threads that often hand the baton to each other run on one processor, the *gathering*.
///
/// Only one of them runs program code at a time. Where the next one sleeps on another processor,
/// that processor has to be interrupted to wake it: 30 to 100 us in a virtual machine, against 2 us
/// where the kernel switches from one to the next on the same one. Calls that work for long in the
/// kernel do overlap, though, on several processors. So weft measures which is better:
///
///             often: > 1,000 hand-overs a second              3 ms later
///   ┌───────┐  ──────────────────────────────────>  ┌──────────┐  ───>  ┌──────────┐
///   │ apart │                                       │ settling │        │ gathered │
///   └───────┘  <──────────────────────────────────  └──────────┘        └────┬─────┘
///        ^         not often any more; for 20 ms slower than when apart      │
///        └───────────────────────────────────────────────────────────────────┘
///                  a preemption; now and then, to compare, and to let the kernel choose
///                 another processor
///
/// A thread that computes or spins keeps the one that waits for its processor from waking up in
/// time: up to a tick of the kernel, 4 ms. So once a thread is preempted, all go apart for a while.
///
/// Each thread moves itself, as it takes the baton. So all of this changes under the baton, and is
/// no part of what replay repeats: it changes times, and times decide only who is next (baton.h).
///
/// A thread that takes the baton, keeps it and makes no call does not notice that hand-overs have
/// ended. The recorder does (record_channel.h, `gathered`).
///
/// What the program sees is its own processors: they are given back to a thread before the program
/// asks for or sets its mask, before a child begins, before another program is executed, and before
/// it opens a `status` file in /proc. If somebody else has set the mask meanwhile, that is the
/// thread's own one from then on. Another process that looks sees one processor.
///
/// Each process gathers for itself: a forked child, and a program that was executed, begin apart.
#pragma once

#include <atomic>
#include <cstdint>

#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// What the threads follow: count of changes << 32 | processor + 1, or 0: none.
extern std::atomic<uint64_t> g_gathering;

/// The holder of the queue's lock: the baton goes to another thread, because of a call of its holder
/// or because this was preempted.
enum class Why : uint8_t { kCall, kPreempted };
void note_hand_over(uint64_t now, Why why);
/// The holder makes a call: if hand-overs have ended long ago, so does the gathering.
void end_idle_gathering();

void move_to_gathering(Thread* thread);
void tell_recorder(const Thread* thread);
/// The calling thread has taken the baton: moves to where it is to run.
inline void follow_gathering(Thread* thread) {
  if (thread->gathering != g_gathering.load(std::memory_order_relaxed)) [[unlikely]]
    move_to_gathering(thread);
  if (thread->gathered_at != 0) tell_recorder(thread);
}

/// `thread`, which may be another one, is on its own processors until it takes the baton again.
void leave_gathering(Thread* thread);
/// All threads, and for a while.
void suspend_gathering();

/// `only` is the one thread of a forked child, on its own processors. Nothing of its parent's
/// gathering holds here.
void forget_gathering(Thread* only);
/// `caller` is about to execute another program; then `only`, which may be another kernel thread
/// with the caller's block, runs where the caller was to, and alone.
void leave_gathering_to_execute(Thread* caller);
void take_processors_to_execute(Thread* only);

}  // namespace weft::runtime
