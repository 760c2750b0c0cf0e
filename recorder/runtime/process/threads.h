/// Threads of the program: how they begin and end.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

/// What clone, fork or vfork asks for.
struct CloneRequest {
  uint64_t flags, stack, parent_tid, child_tid, tls;
};

/// The child as it begins: the parent's registers, another stack.
Thread* make_child(const Call& call, const CloneRequest& request);
/// What others see of the end of a thread.
void announce_end(const Thread* thread);
/// Replay: the thread is gone, the next event is somebody else's.
[[noreturn]] void end_replayed_thread(Thread* thread);

/// clone with CLONE_THREAD.
long create_thread(Call& call, const CloneRequest& request);
long on_exit(Call& call);
/// exit, or exit_group, of a thread; the process goes on, or is a child in the program's memory.
long end_thread(Call& call);
long on_set_tid_address(Call& call);
long on_set_robust_list(Call& call);
long on_get_robust_list(Call& call);

}  // namespace weft::runtime
