/// Replay: the turns of the log. The rooms from here up say with these functions what they need of
/// the log; replayer/runtime, which re-executes, defines them (fibers.cc, end.cc, divergence.cc).
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/thread.h"
#include "recorder/runtime/log/log_reader.h"
#include "weft/trace/event.h"

namespace weft::runtime {

/// The next event that `thread` has to deal with itself: switches to other threads until the next
/// event is its own, and applies what precedes calls (kMap, kData, kFile, kUnusual) on the way.
/// Never returns at the end of the recording.
const trace::EventHeader* await_turn(Thread* thread);
/// What await_turn would return, if that is a system call of `thread` that needs no waiting, no
/// switch and no stop: nearly always. Else nullptr.
inline const trace::EventHeader* ready_call(const Thread* thread) {
  return call_is_next() && g_log.next->thread == thread->id && !stop_is_due() ? g_log.next
                                                                              : nullptr;
}

/// Gives a new thread its fiber: it starts in the program with its `registers`.
void prepare_fiber(Thread* thread);
/// Leaves `thread` for good.
[[noreturn]] void abandon_fiber(Thread* thread);

/// True if the next thing that the current thread does in the program has to be stepped: it has
/// just dealt with the event that the replayer named.
inline bool steps_are_due() {
  return g_log.index == replay_channel()->step_event.load(std::memory_order_relaxed) + 1;
}
/// The thread is about to leave the runtime, and steps are due.
void start_steps(Thread* thread);
/// The thread is about to leave the runtime, and no call is known to be next: its next event may be
/// a preemption, or the recording may have no event after this moment.
void expect_what_comes(Thread* thread);

/// `thread` goes on in the program now: everything that must be ready before its next instruction.
inline void go_on(Thread* thread) {
  if (!call_is_next()) expect_what_comes(thread);
  if (steps_are_due()) start_steps(thread);
}

/// Time of the last call that was taken from the log, TSC ticks of the recording.
uint64_t replayed_time();

/// The recording is used up: says so and waits for the replayer.
[[noreturn]] void end_of_recording();

/// The program did something else than the trace says, and no call (a fault, an end): fills in the
/// report, hands it to the replayer and never returns.
[[noreturn]] void report_divergence(Thread* thread, const char* what);

}  // namespace weft::runtime
