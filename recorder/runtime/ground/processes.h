/// The processes whose threads are recorded: the program, and the children that run in its memory
/// (vfork, posix_spawn, clone with CLONE_VM) until they execute something else or end.
///
/// Such a child is recorded like a thread (process/sharing_child.h). What it has apart from the
/// program is here: its number, and its table of signal handlers unless it shares that too.
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

inline constexpr int kSignals = 64;

/// What a process wants of signals, as it sees it.
struct SignalTable {
  KernelSigaction actions[kSignals + 1];
  uint32_t threads;  ///< that use it; 0: free
};

struct Process {
  int32_t pid;
  uint32_t threads;   ///< of it; 0: free
  bool shares_files;  ///< its descriptors are another process's too
  bool is_traced;     ///< it has said PTRACE_TRACEME (process/tracing.h)
};

/// What is there before the program's first thread.
void begin_program_process(Thread* first, int32_t pid);
/// A new thread of the process that `parent` belongs to.
void join_process(Thread* thread, const Thread* parent);
bool room_for_process();
/// The first thread of a new process. There is room for it.
enum class Handlers { kCopied, kShared };
void start_process(Thread* thread, const Thread* parent, Handlers handlers);
/// The thread has ended.
void leave_process(Thread* thread);

/// True for a thread of a child that runs in the program's memory.
bool is_in_child(const Thread* thread);
/// Threads of such children, alive or not yet missed.
uint32_t threads_in_children();

inline KernelSigaction& action_of(const Thread* thread, int signal) {
  return thread->signals->actions[signal];
}

}  // namespace weft::runtime
