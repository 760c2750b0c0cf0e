/// Turns what hooks and threads tell, one event after the other, into tasks and their segments.
///
/// Tasks are rows here (TaskIndex); kNone stands for "no task": the thread itself. A program may
/// tell nonsense (a task that never began, one that is resumed twice): then as much is taken as
/// makes sense, and Totals::odd_events counts it.
#pragma once

#include <vector>

#include "debugger/analysis/model/model.h"
#include "debugger/analysis/pass/thread_state.h"
#include "debugger/analysis/pass/wakes.h"

namespace weft::analysis {

/// Threads of a trace; one that has more is damaged, or of no use here.
inline constexpr ThreadNumber kMaxLoggedThreads(1u << 20);

class TaskLog {
 public:
  TaskLog(Model& model, const CallCauses& calls) : model_(model), wakes_(model, calls) {}

  struct Creation {
    TaskId id = kNone;
    TaskKind kind = TaskKind::kUnknown;
    TaskIndex parent = kNone;
    PlaceIndex place = kNone;
  };
  TaskIndex create(const Occurrence& now, const Creation& what);
  /// The same of a replay, where events do not bound the IDs.
  TaskIndex create_replayed(const Occurrence& now, const Creation& what);
  void resume(const Occurrence& now, TaskIndex task, PlaceIndex place, TaskIndex previous);
  void suspend(const Occurrence& now, TaskIndex task, PlaceIndex place, Wait wait, uint64_t object);
  void end(const Occurrence& now, TaskIndex task, Outcome outcome, StringIndex what);
  void await(const Occurrence& now, TaskIndex waiter, TaskIndex task);
  void wake(const Occurrence& now, TaskIndex task, TaskIndex by, Cause cause, Ticks ready);
  void hold(const Occurrence& now, const Hold& what);
  /// The fiber `from` gives its thread to `to`; kNone: the thread's own stack.
  void switch_fiber(const Occurrence& now, TaskIndex from, TaskIndex to);
  /// The fiber that the hook before switched away from, once.
  TaskIndex take_left_fiber(const Occurrence& now);

  /// A hook names the current task. What it says counts.
  void current_is(const Occurrence& now, TaskIndex task);
  /// The current task of the thread; the thread itself if there is none.
  TaskIndex current(const Occurrence& now);
  /// A call kept the thread waiting from `start` until now; for a thread to end, if it is given.
  void blocked(const Occurrence& now, Ticks start, uint16_t call, TaskIndex waited_for);
  /// A call that may wait returned, so long after the thread's event before it.
  void unsure(const Occurrence& now, Ticks since, uint16_t call);
  /// At the end of the trace, `thread` is inside a call that has not returned: since `start`, when
  /// it had its last event.
  void still_blocked(ThreadNumber thread, Ticks start, Ticks end);
  /// The thread has a name of its own.
  void name_thread(const Occurrence& now, StringIndex name) {
    model_.tasks[state_of(now).root].name = name;
  }
  /// A call that waits for whatever happens (epoll_wait) returned; `timed_out`: for its time limit.
  void waited(const Occurrence& now, bool timed_out);
  /// The current task tried to use a descriptor that was not ready, or asked to be told.
  void interested(const Occurrence& now, int64_t fd) { wakes_.interested(current(now), fd); }

  /// The first event of a thread; `parent`: the task that made it.
  TaskIndex begin_thread(const Occurrence& now, TaskIndex parent);
  void end_thread(const Occurrence& now);
  /// A forked process begins: of its parent's threads it has only the one that has forked.
  void leave_other_threads(const Occurrence& now);
  const ThreadState& thread(const Occurrence& now) { return state_of(now); }

  /// After the last event: what is still ready, and the order of segments by task.
  void finish(Ticks last_time);

 private:
  ThreadState& state_of(const Occurrence& now);
  SegmentIndex open_segment(TaskIndex task) const { return open_[task]; }
  void begin_segment(const Occurrence& now, TaskIndex task, TaskIndex resumer,
                     const Waking& waking);
  void close_segment(const Occurrence& now, SegmentIndex number, SegmentEnd end);
  void sort_segments();

  Model& model_;
  Wakes wakes_;
  Table<SegmentIndex, TaskIndex> open_;  ///< by task: its open segment
  IndexVector<ThreadNumber, ThreadState> threads_;
};

}  // namespace weft::analysis
