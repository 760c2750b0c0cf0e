/// Copies of a process that stands still: checkpoints, and what is done with them.
#pragma once

namespace weft::runtime {

/// Carries out kFork. In the copy it returns true: channel, Syscall User Dispatch, memory files and
/// shared mappings are its own, and it dies with the replayer. In the original, false.
bool fork_checkpoint();

/// Under Yama only a parent may trace a process: lets the replayer, and the debug server that it
/// starts, trace this one. Not inherited by copies.
void allow_debugger();

}  // namespace weft::runtime
