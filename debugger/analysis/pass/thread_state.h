/// What runs on each thread, as the events tell it.
///
/// Segments nest: a task that resumes another one inside its own segment pauses. The innermost
/// open segment runs. A task that has just suspended is still the current one until it has left
/// (weft_abi.h: what await_suspend starts is started by it), and leaving is no event. So it counts
/// as current up to the next hook that names another one, or the next call that waits.
#pragma once

#include "debugger/analysis/model/model.h"

namespace weft::analysis {

/// An event as it happens.
struct Occurrence {
  EventIndex event = kNone;
  Ticks time{};
  ThreadNumber thread{0};
};

struct ThreadState {
  TaskIndex root = kNone;          ///< the kernel thread itself
  TaskIndex leaving = kNone;       ///< suspended, and not known to have left
  TaskIndex left_fiber = kNone;    ///< switched away from by the hook before
  SegmentIndex innermost = kNone;  ///< open segment
  // The last call that waited for something to happen (epoll_wait, futex, ...).
  EventIndex last_wait = kNone;
  Ticks last_wait_time{};
  bool last_wait_timed_out = false;
};

}  // namespace weft::analysis
