/// Record: single steps from where the kernel stopped a thread to where it is preempted.
///
/// The kernel stops a thread anywhere, also in the middle of a `rep movsb`, which replay could not
/// find again. Stepping on for some hundred instructions (most of them by hand, interpreter.h, some
/// 0.3 us each; by a trap some 4 us) gives four things:
///
///   - a place for a breakpoint: five bytes of instructions that can be moved elsewhere, and into
///     which no jump goes; if possible outside the innermost loop, because replay stops there each
///     time;
///   - the words of memory that the thread works on: some of them tell one round of a loop from
///     another;
///   - often a system call, and then there is nothing to preempt;
///   - whether the thread spins, that is, waits for another one with nothing but loads. Then it is
///     preempted much sooner the next time (baton.cc).
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// A word that an instruction loaded or stored on the way, and what it was when it was first seen.
struct TouchedWord {
  uint64_t address;
  uint64_t before;
};
inline constexpr int kMaxTouched = 96;
struct TouchedWords {
  int count;
  TouchedWord items[kMaxTouched];
};

/// In a signal handler: the thread goes on in single steps, and enters weft_on_preempt at last,
/// unless it makes a call or faults before.
void start_stepping(SignalContext* context, Thread* thread);
/// In a signal handler: no more steps.
void stop_stepping(SignalContext* context);
/// In the handler of SIGTRAP: true if it was a single step.
bool on_step(SignalContext* context, Thread* thread);

/// CPU time that the thread has spent since start_stepping, ns.
uint64_t time_since_steps_began();
/// Whether the thread has spun during the last steps, and memory has never changed on the way.
bool only_waits();
/// What the last steps have touched.
const TouchedWords& touched_words();

}  // namespace weft::runtime
