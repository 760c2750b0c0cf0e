/// execve of the recorded program: the runtime stays, the program's part of the process is replaced
/// in place, and recording goes on in the same trace.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

long on_execve(Call& call);  ///< execve and execveat

/// Replay: `thread` finds a kExec event where it awaits its turn: another image begins.
[[noreturn]] void exec_from_log(Thread* thread);

/// Record, in the handler of a nudge: an exec in another thread wants this one to end, or, if it is
/// the leader, to go on in that one's place (leader.h).
bool exec_wants(const Thread* thread);
void leave_for_exec(SignalContext* context, Thread* thread);

}  // namespace weft::runtime
