/// Single steps of the program in replay: to a place inside a segment, or to write down the way.
///
/// The usual instructions are carried out by hand in the handler (interpreter.h), some 0.1 us each.
/// For the others the trap flag makes the CPU do one and trap (some 4 us with the handler). A
/// segment begins where its thread leaves the runtime after an event, and ends where it enters it
/// again:
///
///   event 7 ─ weft_leave ─ (stub) ─┤ 0    1    2  ...  41 ├─ stub or SIGSYS ─ event 8
///            traps, not counted    └ steps of the segment ┘
///
/// What is special on the way:
///   preemption     ends a segment between two instructions. A breakpoint's stub would be in the
///                  way, so none is put: every step compares the address instead (preempt.cc).
///   pushf, popf    would show the trap flag to the program, or take it away: by hand, always
///   rdtsc          is done by the handler of its trap: counted by hand
///   faults, calls  end the segment; their handlers see no trap flag
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/thread.h"
#include "recorder/runtime/log/log_reader.h"

namespace weft::runtime {

/// In the handler of a trap: true if it was a step.
bool on_step_trap(SignalContext* context, Thread* thread);
/// In a handler that has carried out an instruction by hand: that was a step, if steps are made.
void on_emulated_step(SignalContext* context, Thread* thread);
/// In a handler: the timer of expect_end(); steps look at it.
void end_is_due(const Thread* thread);
/// In another handler: no more steps, the segment ends here.
void end_steps_here(SignalContext* context);

/// The segment ends with a preemption, which steps look out for.
/// With `passes`: at that pass of the place.
void expect_preemption_in_steps(const trace::PreemptRecord* record, uint64_t passes);
/// How often steps have passed that place in this segment.
uint64_t passes_in_steps();
/// True while the thread makes steps; in weft_on_preempt: a step has come to that address.
bool makes_steps(const Thread* thread);
/// It was not yet the moment: the steps go on after that address.
void skip_preemption(Thread* thread);
/// It was; or something else ends the segment.
void finish_steps();

/// True if steps were made in the segment that the last event has begun, and how many.
bool segment_was_stepped();
uint64_t steps_made();

}  // namespace weft::runtime
