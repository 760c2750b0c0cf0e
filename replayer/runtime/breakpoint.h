/// Replay: stops a thread at an instruction when its registers and some words of memory have given
/// values, at some 5 ns a hit: a loop may pass there a hundred million times before.
///
///   site:  jmp stub              5 bytes over one or more instructions
///
///   stub:  mov %rax,%gs:..       changes only rax and flags of the program, and saves them
///          lahf; seto %al
///          cmp value,%rbx        each register, word and xmm half; at the first difference:
///          jne miss
///          ...
///          (all restored)        all equal: into the runtime, which compares the rest (moment.h)
///          jmp weft_entry_breakpoint
///   miss:  (all restored)
///   moved: the instructions from under the jmp
///          jmp site + n
///
/// Of a moment that is found by counting, the stub counts passes instead (counting_stub.h). A jump
/// may go to the second instruction under the jmp: trap_jump.h. If the instructions cannot be moved,
/// an int3 does the same at 5 us a hit; the recorder avoids such places (stepping.h). An int3 is
/// also what it is beside a probe (probes.h); a hit at which both are, and which is not the moment,
/// is the probe's.
///
/// Only one breakpoint is armed at a time, and while it is, its thread runs program code and
/// nothing else: no call maps memory or patches code meanwhile.
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/thread.h"
#include "weft/trace/event.h"

namespace weft::runtime {

/// `thread`, which goes on in the program next, must stop where `record` says: at a hit whose
/// registers are equal it enters weft_on_preempt.
/// With `passes`: at that pass of the place, whatever the registers.
void arm_breakpoint(Thread* thread, const trace::PreemptRecord& record, uint64_t passes);
/// Takes it away; the program's code is as it was.
void disarm_breakpoint();
/// Where it is.
uint64_t breakpoint_address();
/// In weft_on_preempt: it was not yet the moment; the thread goes on after the breakpoint.
void step_over_breakpoint(Thread* thread);

/// In the handler of SIGTRAP and SIGILL: true if the trap was the breakpoint's.
bool on_breakpoint_trap(int signal, SignalContext* context, Thread* thread);
/// In another handler: a single step over the int3 is over.
void end_breakpoint_step(SignalContext* context);

}  // namespace weft::runtime
