/// Record: children that run in the program's own memory (vfork, posix_spawn, clone with CLONE_VM).
#pragma once

#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// Memory for a child that shares ours: its Thread block and its runtime stack.
struct SharingChild {
  alignas(64) uint8_t stack[16 * 1024];
  Thread thread;
  std::atomic<uint32_t> used;
  int32_t pid;  ///< of a child that runs on, 0 before it is known
};
/// Zeroed but for `used`; nullptr if as many children as there is room for are still running.
SharingChild* take_sharing_child();

/// A child runs on beside the program in its memory.
void note_child_in_memory();
/// True if one has: such a child uses the kernel's futexes, and maps where the kernel likes.
bool child_shares_memory();
/// A child runs in the program's memory now, also vfork's: it may stand anywhere in the text.
bool child_may_be_in_text();

}  // namespace weft::runtime
