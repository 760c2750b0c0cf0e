/// Where a cancelled task was, what cancelled it, and in which race.
///
/// A task is cancelled in one of two ways:
///
///   destroyed     the task that ran when its frame was destroyed did it; it was where it had
///                 suspended
///   by its wait   the operation that it waited for is over with ECANCELED: it is resumed with an
///                 exception, which leaves it, and its awaiters one by one
///
/// In the second case, the task that cancelled the operation did it (operation_cancel: cancel(),
/// close(), a destructor, emit() of a cancellation signal). Where that is the library itself, on
/// behalf of a race, it is the group that the operation belongs to, when another of its members is
/// over:
///
///   look_up          waits for operator|| (its co_await is the place of the race)
///     operator||     suspended; while it was, it started both members
///       entry point    awaits get_response ─ awaits read_line ─ waits for async_receive: ECANCELED
///       entry point    awaits pause, which ended before: it cancelled them
///
/// Programs of C++17 and before do not tell of signals: where there is no race, either, `by` is
/// unknown, and nobody is guessed.
#pragma once

#include <vector>

#include "debugger/analysis/questions/analysis.h"

namespace weft::analysis {

struct Cancellation {
  PlaceIndex place = kNone;       ///< where it waited; 0: it had not run
  TaskIndex by = kNone;           ///< kNone: not known
  PlaceIndex by_place = kNone;    ///< where that had gone on last
  TaskIndex racer = kNone;        ///< that waited for both of them; kNone: no race
  PlaceIndex race_place = kNone;  ///< where
};

/// For any number of questions about one trace: 8 bytes a task.
class Cancellations {
 public:
  explicit Cancellations(const Analysis& analysis);

  /// Of a task whose outcome is kCancelled.
  Cancellation of(TaskIndex task) const;

 private:
  struct Group {
    TaskIndex parent = kNone;    ///< the task that started the members
    TaskIndex finished = kNone;  ///< what ran in the member that ended the others
  };

  Cancellation of_operation(const Task& handler) const;
  void find_canceller(const Segment& last, Cancellation& found) const;
  Group group_around(TaskIndex task, EventIndex before) const;
  TaskIndex finished_member(TaskIndex member, EventIndex before) const;
  SegmentIndex wait_that_started(TaskIndex member) const;
  TaskIndex body_of(TaskIndex member) const;
  TaskIndex program_task(TaskIndex task) const;

  const Analysis& analysis_;
  const Model& model_;
  IndexVector<TaskIndex, TaskIndex> last_child_, previous_sibling_;
};

}  // namespace weft::analysis
