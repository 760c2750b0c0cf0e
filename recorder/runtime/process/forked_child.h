/// A child with memory of its own (fork, clone without CLONE_VM) that is recorded, as a process of
/// its own in the same trace.
///
///   parent T2   fork ───────────────────────────────> kSyscall fork = 4711
///               │ claim_channel: the log of the child begins here
///   child  T2   └ the parent's memory, one thread ──> kProcess 4711, kSyscall fork = 0, ...
///
/// The parent has the baton in the call, so nothing of its other threads comes between: what the
/// child's memory is, the parent's log up to here makes (replayer/README.md). In replay the process
/// that stands in this call, and finds kProcess next, is the child from there on.
#pragma once

#include "recorder/runtime/process/threads.h"

namespace weft::runtime {

/// Record: true if a child of that kind can be recorded; `slot` is its channel then.
bool can_follow(const Call& call, const CloneRequest& request, int* slot);
/// Record: makes it. Returns in both, each with its result of the call.
long fork_followed(Call& call, const CloneRequest& request, int slot);

/// Replay: becomes the child if the log says so, just before the event of the call.
void fork_from_log(Call& call, const CloneRequest& request);

}  // namespace weft::runtime
