/// Preemption: a thread loses the baton, or gets a signal, between two calls.
///
/// No system call names this instant. The kPreempt event holds what replay recognises it by
/// (moment.h). Replay puts a breakpoint at that address (breakpoint.h), and the first hit at which
/// all of it is equal is the instant.
///
///   record   a nudge in the program ──> begin_steps: single steps, a few hundred instructions,
///                                       until ip is a good place for a breakpoint (stepping.h)
///                                   ──> weft_on_preempt: kPreempt, the baton goes round,
///                                       kResume
///            or: the thread spins, and has come to a place where its passes are counted
///                (spin_places.h) ──> kPreempt with the number of passes, and so on
///   replay   expect_preemption: the thread's next event is kPreempt ──> breakpoint
///            weft_on_preempt: a hit that looks right; compare all of it, go on or be preempted
///
/// Why the first equal state is good enough: between the thread's last event and its preemption
/// come only its own instructions, and their outcome depends on registers and memory alone. From
/// two equal states the same run follows, so it does not matter in which of them the recording was.
/// The whole argument: replayer/README.md.
#pragma once

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// Record, in the handler of a nudge: somebody wants the thread to stop at an instruction.
void begin_steps(SignalContext* context, Thread* thread);
/// Record: the thread stands at an instruction that is a good place: the event, and others run.
void record_preemption(Thread* thread);

}  // namespace weft::runtime
