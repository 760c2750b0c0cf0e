/// Finds the cause of each resume: the event that made the task ready, and the task that ran then.
///
/// Between a task's suspension and its resume, several things may be told about it. The first rule
/// that applies decides:
///   1  somebody woke it (task_wake); its operation was completed; the task that it awaits ended.
///      A wake counts once, the first; of ended children the last counts (when_all).
///   2  it waits for a lock or a channel, and another task released or used that: the last one that
///      did so.
///   3  it is resumed inside the handler of an operation that it started itself (or whose handler
///      started another one, and so on): the operation was completed.
///   4  it is resumed inside another task's segment: that task resumed it, here and now.
///   5  it had yielded; it never ran before, and was created ready.
///   6  the descriptor that it waits for (or tried in vain, or asked to be told about) was reported
///      ready since; it waits for a timer, and the thread's last wait ended with its time limit.
/// Otherwise the cause is unknown, and counted.
#pragma once

#include <unordered_map>

#include "debugger/analysis/pass/call_causes.h"

namespace weft::analysis {

/// What made a task ready.
struct Waking {
  Ticks time{};
  EventIndex event = kNone;
  TaskIndex by = kNone;
  Cause cause = Cause::kUnknown;
};

class Wakes {
 public:
  Wakes(Model& model, const CallCauses& calls) : model_(model), calls_(calls) {}

  void woken(TaskIndex task, const Waking& waking);
  void child_ended(TaskIndex waiter, const Waking& waking);
  /// A hold event that may free those that wait for the object.
  void released(uint64_t object, const Waking& waking);

  /// Cause of the resume of `task` at `now`, inside of `resumer` (a kernel thread: inside of none).
  Waking cause_of(TaskIndex task, const Occurrence& now, TaskIndex resumer,
                  const ThreadState& thread) const;
  /// The task cares about a descriptor.
  void interested(TaskIndex task, int64_t fd);
  /// The task runs: what woke it is used up.
  void used_up(TaskIndex task);
  /// What has woken the task since it ran last; cause kUnknown: nothing.
  const Waking& pending(TaskIndex task) const;
  /// The task has stopped; it is the last segment that says what it waits for.
  void suspended(TaskIndex task, SegmentIndex segment);

 private:
  struct State {
    Waking waking;
    SegmentIndex last_segment = kNone;
    int32_t fd = -1;  ///< that it cares about
  };

  State& state(TaskIndex task);
  Waking operation_behind(TaskIndex task, TaskIndex handler) const;
  Waking reported(const State& state, const Segment& last, const ThreadState& thread) const;

  Model& model_;
  const CallCauses& calls_;
  Table<State, TaskIndex> states_;
  std::unordered_map<uint64_t, Waking> releases_;  ///< by object: the last one
};

}  // namespace weft::analysis
