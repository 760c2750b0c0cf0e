/// Record: places in loops that spin, where a thread that waits for another one hands over by
/// itself.
///
/// A loop that spins costs a slice, a signal and some hundred steps each time its thread is
/// preempted, and a thread that passes a turn to another by loads and stores alone is preempted each
/// time. So from the first preemption on, passes of such a loop are counted at the place where the
/// thread was preempted (counting_stub.h), and every kPasses of them the runtime looks whether
/// somebody waits: then the thread is preempted on the spot. A loop that changes memory within a
/// round, as one that takes and releases a lock does, is left alone (stepping.h: only_waits()).
///
/// Such a moment is the place and the passes since the thread's last event: there is nothing to
/// compare, since the same instructions from the same state pass as often (replayer/README.md).
///
/// A thread that spins on and on, as nobody else comes further either, hands over more seldom.
///
/// The jump stays in the program's text, where no jump of replay's is: it has one only while the
/// thread that is to be preempted runs. It is taken away before the program may write there, and in
/// children that are not recorded. `weft record --no-patch` makes none.
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// `thread` was preempted where it stands, in a loop that only waits: from now on its passes are
/// counted there, if that can be done.
void count_passes(const Thread* thread);
/// The program's address of Thread::counted_place.
uint64_t counted_address(const Thread* thread);
/// Passes of the place in Thread::counted_place since the thread's last event.
uint64_t passes_since_event(const Thread* thread);
/// In the runtime, at Thread::counted_place: somebody waits, and the thread has spun long enough.
bool is_to_hand_over(Thread* thread);
/// It does not hand over: the thread goes on after the place, and is asked again some passes later.
void pass_on(Thread* thread);

/// In the handler of SIGTRAP and SIGILL: true if a jump went to an instruction under a jmp.
bool on_spin_place_trap(int signal, SignalContext* context);
bool in_spin_stub(uint64_t ip);
/// Where the instruction came from that was moved to `ip`; `ip` itself if none was.
uint64_t ip_before_move(uint64_t ip);
/// True if nothing but stubs is there.
bool is_spin_stub(uint64_t begin, uint64_t end);
/// The program's text in [begin, end) is as it was: the program may write there now, or goes on
/// without the runtime.
void restore_spin_places(uint64_t begin, uint64_t end);
/// A forked child begins, with a ring of its own: nothing is counted yet.
void restart_counting();
/// A new program image begins.
void forget_spin_places();

}  // namespace weft::runtime
