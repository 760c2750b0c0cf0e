// A task is cancelled in one of two ways:
//
//   destroyed     whoever ran when its frame was destroyed did it; it stood where it had suspended
//   by its wait   what it waited for is over with ECANCELED, it is resumed with an exception, which
//                 leaves it, and its awaiters one by one
//
// In the second way the wait's operation may say who cancelled it (operation_cancel). Cancellation
// slots of Asio (awaitable operator ||, parallel_group) say nothing: then it was the body that
// ended last on that thread before the operation was over, since it is that end that drops the
// others.
#include "debugger/analysis/cancellation.h"

#include <cerrno>

#include "debugger/analysis/expressions.h"

namespace weft::analysis {

namespace {

/// How many segments back the end that dropped the others is looked for.
constexpr uint32_t kFarthest = 64;

/// Of the coroutines that users wrote: the last that ended on this thread before `event`.
TaskIndex ended_last_before(const Model& model, EventIndex event, uint32_t thread) {
  const auto behind =
      partition_point(model.segments, [&](const Segment& s) { return s.resumed < event; });
  for (uint32_t back = 1; back <= behind && back <= kFarthest; ++back) {
    const Segment& segment = model.segments[behind - back];
    const Task& task = model.tasks[segment.task];
    if (segment.thread != thread || segment.end != SegmentEnd::kEnded || segment.ended >= event)
      continue;
    if (task.kind == TaskKind::kCoroutine && !is_internal(model, task.place)) return segment.task;
  }
  return kNone;
}

/// Who cancelled the operation whose handler resumed this segment.
TaskIndex canceller_of(const Model& model, const Segment& last) {
  if (last.resumer == kNone) return kNone;
  const OperationIndex number = model.tasks[last.resumer].operation;
  if (number == kNone) return kNone;
  const Operation& operation = model.operations[number];
  if (operation.cancelled_by != kNone) return operation.cancelled_by;
  if (operation.error != ECANCELED || operation.completed == kNone) return kNone;
  return ended_last_before(model, operation.completed, last.thread);
}

}  // namespace

Cancellation cancellation_of(const Analysis& analysis, TaskIndex number) {
  const Model& model = analysis.model();
  const Task& task = model.tasks[number];
  const SegmentIndex last_number = analysis.last_segment(number, kNone);
  const bool ran_to_end =
      last_number != kNone && model.segments[last_number].end == SegmentEnd::kEnded;
  Cancellation found;
  if (ran_to_end) {
    found.place = model.segments[last_number].resume_place;
    found.by = canceller_of(model, model.segments[last_number]);
  } else {
    if (last_number != kNone) found.place = model.segments[last_number].suspend_place;
    if (task.ended_by != number) found.by = task.ended_by;
  }
  if (found.by == kNone) return found;
  const SegmentIndex theirs = analysis.last_segment(found.by, task.ended);
  if (theirs != kNone) found.by_place = model.segments[theirs].resume_place;
  return found;
}

}  // namespace weft::analysis
