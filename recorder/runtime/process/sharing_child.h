/// A child that begins in the program's memory: vfork, posix_spawn, clone with CLONE_VM.
///
/// It is recorded like another thread of the program: with the baton, a number of its own, and
/// events of its calls; in replay it is a fiber like the others. So what it writes, maps and unmaps
/// is there in replay because it is done again, and no memory has to be compared.
///
///   program T0    vfork: kChild ─────────────(in the kernel)──────────────> returns: kSyscall
///   child   T1           kThread, dup2, rt_sigaction ..., execve ──> is another program
///
/// What it has apart (processes.h) is the process: number, signal handlers, descriptors. In the end
/// it executes something, which the kernel does for it and nobody records, or ends. Whoever has the
/// baton next finds that out (`alive`, which the kernel clears in both cases) and writes
/// kThreadExit for it: replay needs no other knowledge of how it ended. At that event the fiber
/// stands in the call that did not return, or, if it was killed, in any call, and is left for good.
#pragma once

#include "recorder/runtime/process/threads.h"

namespace weft::runtime {

/// clone with CLONE_VM but not CLONE_THREAD; vfork.
long make_sharing_child(Call& call, const CloneRequest& request);
/// Record, in the new child, which does not have the baton yet; then with it.
void begin_sharing_child(Thread* child);
void log_begin_words(Thread* child);

/// Record: waits until all of them are gone; false if that takes too long.
bool outlive_children(Call& call);
/// Record: the program ends, and they do not: they go on unrecorded.
void let_children_go(Thread* thread);

/// execve and execveat of such a child: a result if it failed.
long exec_in_child(Call& call);

}  // namespace weft::runtime
