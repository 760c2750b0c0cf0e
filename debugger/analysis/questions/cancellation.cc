#include "debugger/analysis/questions/cancellation.h"

#include <cerrno>

#include "debugger/analysis/model/expressions.h"

namespace weft::analysis {

namespace {

/// Awaiters, and races within races, that are gone through.
constexpr int kMaxDepth = 256;
/// Members of one group that are looked at.
constexpr int kMaxMembers = 100'000;

/// What ends the other members of a group. Asio's operators say it by their names.
enum class Condition : uint8_t { kAny, kSuccess, kFailure };

Condition condition_of(const Model& model, TaskIndex parent) {
  const std::string name = expression_name(model, model.tasks[parent].expression);
  if (name.ends_with("operator||")) return Condition::kSuccess;
  return name.ends_with("operator&&") ? Condition::kFailure : Condition::kAny;
}

bool fulfils(Condition condition, Outcome outcome) {
  if (condition == Condition::kAny) return true;
  return (condition == Condition::kFailure) == (outcome == Outcome::kFailed);
}

}  // namespace

Cancellations::Cancellations(const Analysis& analysis)
    : analysis_(analysis),
      model_(analysis.model()),
      last_child_(model_.tasks.size(), kNone),
      previous_sibling_(model_.tasks.size(), kNone) {
  for (const TaskIndex task : model_.tasks.numbers()) {
    const TaskIndex parent = model_.tasks[task].parent;
    if (!last_child_.has(parent)) continue;
    previous_sibling_[task] = last_child_[parent];
    last_child_[parent] = task;
  }
}

/// The parent's suspension during which the member was started; kNone: it ran then, and waits for
/// others, or for nobody.
SegmentIndex Cancellations::wait_that_started(TaskIndex member) const {
  const Task& task = model_.tasks[member];
  if (task.parent == kNone || task.created == kNone) return kNone;
  const SegmentIndex last = analysis_.last_segment(task.parent, task.created);
  const Segment& segment = model_.segments[last];
  const bool waits = segment.end == SegmentEnd::kSuspended && segment.ended < task.created;
  return last != kNone && waits ? last : kNone;
}

/// What a member was started for: an entry point of co_spawn awaits the user's coroutine.
TaskIndex Cancellations::body_of(TaskIndex member) const {
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    const Task& task = model_.tasks[member];
    if (!is_internal(model_, member)) break;
    TaskIndex awaited = kNone;
    for (uint32_t i = task.segment_count; i > 0 && awaited == kNone; --i) {
      const Segment& segment = model_.segments[model_.segment_of(task, i - 1)];
      if (segment.wait == Wait::kTask) awaited = model_.find_task(TaskId(segment.object));
    }
    if (awaited == kNone) break;
    member = awaited;
  }
  return member;
}

/// The other member of `member`'s group that ended it: the first one that fulfilled the condition
/// of Asio's operators. Of other groups the condition is not known: the one that ended last.
TaskIndex Cancellations::finished_member(TaskIndex member, EventIndex before) const {
  const SegmentIndex wait = wait_that_started(member);
  if (wait == kNone) return kNone;
  const TaskIndex parent = model_.tasks[member].parent;
  const Condition condition = condition_of(model_, parent);
  TaskIndex found = kNone;
  TaskIndex at = last_child_[parent];
  for (int count = 0; at != kNone && count < kMaxMembers; ++count, at = previous_sibling_[at]) {
    const Task& other = model_.tasks[at];
    if (other.created < model_.segments[wait].ended) break;
    if (at == member || wait_that_started(at) != wait) continue;
    const TaskIndex body = body_of(at);
    const Task& row = model_.tasks[body];
    if (row.ended >= before || other.outcome == Outcome::kCancelled ||
        row.outcome == Outcome::kCancelled || !fulfils(condition, row.outcome))
      continue;
    const bool earlier = row.ended < model_.tasks[found].ended;
    if (found == kNone || earlier == (condition != Condition::kAny)) found = body;
  }
  return found;
}

/// The innermost group around a task in which another member had ended.
Cancellations::Group Cancellations::group_around(TaskIndex at, EventIndex before) const {
  for (int depth = 0; at != kNone && depth < kMaxDepth; ++depth) {
    const Task& task = model_.tasks[at];
    const TaskIndex finished = finished_member(at, before);
    if (finished != kNone) return {task.parent, finished};
    at = task.awaiter != kNone            ? task.awaiter
         : wait_that_started(at) != kNone ? task.parent
                                          : kNone;
  }
  return {};
}

/// What runs in, or started, a task of the library's: kNone if there is nothing of the program's.
TaskIndex Cancellations::program_task(TaskIndex task) const {
  for (int depth = 0; task != kNone && is_internal(model_, task) && depth < kMaxDepth; ++depth) {
    const TaskIndex body = body_of(task);
    task = body != task ? body : model_.tasks[task].parent;
  }
  return task;
}

void Cancellations::find_canceller(const Segment& last, Cancellation& found) const {
  const OperationIndex number = model_.tasks[last.resumer].operation;
  if (last.resumer == kNone || number == kNone) return;
  const Operation& operation = model_.operations[number];
  const TaskIndex told = operation.cancelled_by;
  found.by = program_task(told);
  // Where the library emitted the signal, the race in which it did so says more.
  if (told != kNone && !is_internal(model_, told)) return;
  // Asio also throws at the next co_await where a wait had come to its end before the signal.
  const bool by_wait = operation.error == ECANCELED && operation.completed != kNone;
  const EventIndex before = by_wait ? operation.completed : last.ended;
  const Group group = group_around(by_wait ? operation.owner : last.task, before);
  if (group.finished == kNone) return;
  found.by = group.finished;
  found.racer = group.parent;
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    const Task& racer = model_.tasks[found.racer];
    if (racer.awaiter == kNone || !is_internal(model_, found.racer)) break;
    found.racer = racer.awaiter;
  }
  const SegmentIndex waits = analysis_.last_segment(found.racer, before);
  found.race_place = model_.segments[waits].suspend_place;
}

/// A handler that was told so, or that was dropped: its operation says which task did it.
Cancellation Cancellations::of_operation(const Task& task) const {
  const Operation& operation = model_.operations[task.operation];
  Cancellation found;
  found.place = task.place;
  const bool by_thread = operation.cancelled_by != kNone &&
                         model_.tasks[operation.cancelled_by].kind == TaskKind::kKernelThread;
  found.by = by_thread ? operation.cancelled_by : program_task(operation.cancelled_by);
  if (found.by != kNone && !by_thread) found.by_place = model_.tasks[found.by].place;
  return found;
}

Cancellation Cancellations::of(TaskIndex number) const {
  const Task& task = model_.tasks[number];
  if (task.operation != kNone && model_.operations[task.operation].completed != kNone)
    return of_operation(task);
  const SegmentIndex last_number = analysis_.last_segment(number, kNone);
  const Segment& last = model_.segments[last_number];
  Cancellation found;
  if (last_number != kNone && last.end == SegmentEnd::kEnded) {
    found.place = last.resume_place;
    find_canceller(last, found);
  } else {
    found.place = last.suspend_place;
    if (task.ended_by != number) found.by = task.ended_by;
  }
  if (found.by == kNone) return found;
  const SegmentIndex theirs = analysis_.last_segment(found.by, task.ended);
  if (theirs != kNone) found.by_place = model_.segments[theirs].resume_place;
  return found;
}

}  // namespace weft::analysis
