/// Replay: notes that the program passes given places, and what stands there in registers and
/// memory (probe_area.h), at some 3 us a hit.
///
/// A probe is an int3 in the place of an instruction's first byte. At a hit the handler writes down
/// what was asked for, and carries the instruction out: by hand where the interpreter can do it
/// (entries and exits of functions nearly always), else by the CPU, in a single step with the
/// instruction's own byte in place. No other thread can pass meanwhile: all are fibers of this one.
///
/// Why the replay stays exact. The program's registers and memory after a hit are those after the
/// instruction. The one thing that differs is the byte itself. Who could notice?
///
///   the program    that reads its own text. What it computes from it is compared at its next event
///                  like everything else: a divergence, never a silent difference
///   preemption     compares memory that may be written to. Probes are only in text that may not
///                  be; when it becomes writable, they are taken away (forget_probes)
///   a breakpoint   (breakpoint.h) at an address within reach of a probe is an int3, too, and a hit
///                  that is not the moment is passed on to the probe
///   call sites     that are patched at their first call: a byte under a probe is not of the shape
///                  that can be patched, so that site goes on trapping
///   steps          are of debuggers, whose processes have no probes
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// Arms the probes that the replayer has added since the last time. The process stands still.
void arm_wanted_probes();

/// In the handler of SIGTRAP, if it was no breakpoint's: true if the trap was a probe's, or the end
/// of its single step.
bool on_probe_trap(SignalContext* context);
/// A breakpoint is at `address`, too: notes the hit, carries out the instruction. False if no probe
/// is there.
bool pass_probe(uint64_t address, SignalContext* context);
/// In another handler: a single step over a probe is over.
void end_probe_step(SignalContext* context);

/// Is one armed in [begin, end)?
bool is_probed(uint64_t begin, uint64_t end);

enum class ProbedMemory : uint8_t { kStays, kGone };
/// [begin, end) is writable from now on, or has gone: no probes any more.
void forget_probes(uint64_t begin, uint64_t end, ProbedMemory memory);

}  // namespace weft::runtime
