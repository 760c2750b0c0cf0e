/// What an instant of a thread between two calls is recognised by (trace::PreemptRecord).
///
/// Registers alone do not tell the rounds of a loop apart that counts in memory. The whole memory
/// would, but that is too much to compare at every hit. So:
///
///   registers, flags, vector registers       a loop that counts in them
///   words touched by the last instructions   `++global`, `++object->count`
///   the stack, 128 bytes below rsp to 4 KiB above    locals, callers' loops
///   64 bytes where registers and those 4 KiB point   objects that callers work on
///   globals that changed lately (data_snapshot.h)    callers that count in them
///
/// Left out is what may differ between recording and replay at the same instant: memory that the
/// kernel may be writing for a call of another thread (in replay that comes with the call's event),
/// and mappings that are shared with other processes.
#pragma once

#include "recorder/runtime/ground/thread.h"
#include "recorder/runtime/log/event_writer.h"
#include "weft/trace/event.h"

namespace weft::runtime {

/// Flags that a program computes with: CF PF AF ZF SF DF OF.
inline constexpr uint64_t kProgramFlags = 0xcd5;

/// Record: the payload of kPreempt, for `thread`, which stands at its registers.
void write_moment(Thread* thread, EventWriter* event);

/// Replay: does `thread` stand at the instant that `event` (kPreempt) describes?
bool is_moment(Thread* thread, const trace::EventHeader* event);

}  // namespace weft::runtime
