/// Preemption: a thread loses the baton, or gets a signal, between two calls.
///
/// The moment has no system call to be named by, so the event holds all registers and a hash of the top
/// of the stack. Replay puts a breakpoint at that address and compares them at every hit; the first equal
/// state is the moment. Should an equal state occur earlier (a loop that changes nothing), then the rest
/// of the run from either is the same, because registers, stack top and memory are the same: memory has
/// not changed between two iterations that leave all registers equal, unless by a store of the same value.
#pragma once

#include "recorder/runtime/kernel.h"
#include "recorder/runtime/thread.h"

namespace weft::runtime {

/// Replay: the thread is about to go on in the program; if its next event is a preemption, arms the
/// breakpoint.
void expect_preemption(Thread* thread);

/// Replay, in the SIGTRAP handler: true if the trap was ours (the context is adjusted).
bool on_replay_trap(SignalContext* context, Thread* thread);
/// Replay, in the SIGSYS handler: a system call was reached while single-stepping over the breakpoint.
void end_step(SignalContext* context);

}  // namespace weft::runtime
