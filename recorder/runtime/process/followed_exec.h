/// A child that began in the program's memory (vfork, posix_spawn; sharing_child.h) executes
/// something, and goes on recorded, as a process of its own in the same trace.
///
/// The kernel executes weft-runtime again, which loads the program into itself, as at the start of a
/// recording. It finds its channel in the file of channels, which the child opens at the recorder's
/// (/proc/PID/fd): that needs the same user, and the same processes in /proc. Where it cannot be
/// had, and for programs that the kernel runs with other rights (setuid), the child executes what it
/// wanted to, unrecorded.
///
/// The log of the new process begins with its image: it has nothing of its parent's memory.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

/// Record: returns only if the child cannot be recorded; nothing has changed then.
void exec_followed(Call& call);
/// Record: the child is gone, to what it has executed or for good. True if that is recorded.
bool end_followed_exec(Thread* child);

}  // namespace weft::runtime
