/// Detectors of `weft why`: what was given up on its way, or failed.
#include <fmt/format.h>

#include <cerrno>
#include <map>
#include <set>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/questions/statistics.h"
#include "debugger/report/text/task_texts.h"
#include "debugger/report/why/finding.h"
#include "replayer/inspect/escape.h"

namespace weft::report {

namespace {

/// More than half of an expression's tasks end so: that is how it is meant (the timer of a race).
constexpr double kMostCancelled = 0.5;
/// So many cancelled by their own kind are a loop.
constexpr uint32_t kStorm = 100;

std::string expression_text(const Model& model, ExpressionIndex expression) {
  return inspect::printable(expression_name(model, expression));
}

void add_storm(const Scene& scene, const ExpressionFigures& figures, const CancelledAt& cancelled,
               std::vector<Finding>& found) {
  const Model& model = scene.model();
  Finding one{.weight = Weight::kLost, .size = static_cast<double>(cancelled.count)};
  one.what =
      fmt::format("{} cancels itself: {} times, at {}", expression_text(model, figures.expression),
                  cancelled.count, place_text(model, cancelled.place));
  one.evidence = fmt::format("{} started, {} cancelled by another run of the same code, {} done",
                             figures.started, cancelled.count, figures.done);
  one.next = fmt::format("stats {}", scene.path());
  found.push_back(std::move(one));
}

}  // namespace

namespace {

/// Its awaiter was cancelled with it, and is told: the task that the program lost.
bool goes_with_its_awaiter(const Model& model, TaskIndex number) {
  const TaskIndex awaiter = model.tasks[number].awaiter;
  return awaiter != kNone && !is_internal(model, awaiter) &&
         model.tasks[awaiter].outcome == Outcome::kCancelled;
}

/// What others of the expression did next, or what it waited for when it was cancelled.
std::string lost_text(const Model& model, const CancelledAt& cancelled) {
  if (cancelled.never_reached != kNone) {
    const std::string next = place_text(model, cancelled.never_reached);
    return cancelled.never_ran == kNone
               ? "never reached " + next
               : fmt::format("never ran {} at {}", expression_text(model, cancelled.never_ran),
                             next);
  }
  const Task& task = model.tasks[cancelled.example];
  if (task.segment_count == 0) return "its end was not reached";
  const Segment& last = model.segments[model.segment_of(task, task.segment_count - 1)];
  const TaskIndex awaited =
      last.wait == Wait::kTask ? model.find_task(TaskId(last.object)) : TaskIndex();
  if (awaited == kNone || is_internal(model, awaited)) return "what came after that never ran";
  return fmt::format("{} was not completed",
                     expression_text(model, model.tasks[awaited].expression));
}

std::string canceller_text(const Model& model, const CancelledAt& cancelled) {
  if (cancelled.by == kNone || model.expressions[cancelled.by].kind == TaskKind::kKernelThread)
    return "";
  const std::string by = place_text(model, cancelled.by_place),
                    race = place_text(model, cancelled.race_place);
  return fmt::format(" by {}{}{}", expression_text(model, cancelled.by),
                     by.empty() ? "" : " (" + by + ")",
                     race.empty() ? "" : ", in the race at " + race);
}

/// A cancellation that others of the expression do not share, while the program goes on.
bool is_loss(const Model& model, const ExpressionFigures& figures, const CancelledAt& cancelled) {
  const double share = static_cast<double>(cancelled.count) / figures.started;
  const bool went_on = model.tasks[figures.last].created > model.tasks[cancelled.example].ended;
  return share <= kMostCancelled && went_on && figures.done > 0 &&
         !goes_with_its_awaiter(model, cancelled.example);
}

}  // namespace

/// Cancelled half-way, where most of the expression went on from there.
void find_cancelled(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  for (const ExpressionFigures& figures : figures(scene.analysis)) {
    if (model.expressions[figures.expression].internal) continue;
    for (const CancelledAt& cancelled : figures.cancelled_at) {
      if (cancelled.by == figures.expression && cancelled.count >= kStorm) {
        add_storm(scene, figures, cancelled, found);
        continue;
      }
      if (!is_loss(model, figures, cancelled)) continue;
      Finding one{.weight = Weight::kLost,
                  .size = static_cast<double>(cancelled.count) / figures.started};
      one.what = fmt::format("{} {} cancelled half-way, at {}: {}", cancelled.count,
                             expression_text(model, figures.expression),
                             place_text(model, cancelled.place), lost_text(model, cancelled));
      one.evidence = fmt::format(
          "{} started, {} done, {} cancelled there{}; e.g. {}", figures.started, figures.done,
          cancelled.count, canceller_text(model, cancelled), task_text(model, cancelled.example));
      one.next = fmt::format("stats {}", scene.path());
      found.push_back(std::move(one));
    }
  }
}

namespace {

/// The outermost task that a failure went through: each awaited the one before.
TaskIndex last_failed(const Model& model, TaskIndex number) {
  for (TaskIndex at = number;;) {
    const TaskIndex awaiter = model.tasks[at].awaiter;
    if (awaiter == kNone || model.tasks[awaiter].outcome != Outcome::kFailed) return at;
    at = awaiter;
  }
}

}  // namespace

/// Tasks that an exception left, where most of the expression ended without one.
void find_thrown(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  struct Count {
    uint32_t failed = 0;
    TaskIndex example = kNone;
  };
  std::map<std::pair<ExpressionIndex, StringIndex>, Count> failures;
  std::map<ExpressionIndex, uint32_t> all;
  std::set<TaskIndex> passed_on;  // by one that they awaited
  for (const TaskIndex number : model.tasks.numbers()) {
    const Task& task = model.tasks[number];
    if (task.outcome == Outcome::kFailed && task.awaiter != kNone) passed_on.insert(task.awaiter);
  }
  for (const TaskIndex number : model.tasks.numbers()) {
    const Task& task = model.tasks[number];
    if (task.operation != kNone || is_internal(model, number)) continue;
    ++all[task.expression];
    if (task.outcome != Outcome::kFailed || passed_on.contains(number)) continue;
    Count& count = failures[{task.expression, task.what}];
    if (count.failed++ == 0) count.example = number;
  }
  for (const auto& [key, count] : failures) {
    const auto& [expression, what] = key;
    if (count.failed > kMostCancelled * all[expression]) continue;
    const Task& task = model.tasks[count.example];
    const TaskIndex outermost = last_failed(model, count.example);
    Finding one{.weight = Weight::kUnusual,
                .size = static_cast<double>(count.failed) / all[expression]};
    one.what = fmt::format("{} of {} {} failed: {}", count.failed, all[expression],
                           expression_text(model, expression), type_text(model, what));
    const SegmentIndex last = scene.analysis.last_segment(count.example, EventIndex(task.ended));
    one.evidence =
        fmt::format("the first one: {}, event {}",
                    with_place(model, count.example,
                               last == kNone ? task.place : model.segments[last].resume_place),
                    task.ended);
    if (outermost != count.example)
      one.evidence += fmt::format("; it went up to {}",
                                  with_place(model, outermost, model.tasks[outermost].place));
    one.next = fmt::format("stats {}", scene.path());
    found.push_back(std::move(one));
  }
}

/// Operations that ended with an error, where others of the same line did not.
void find_failed(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  struct Count {
    uint32_t failed = 0;
    TaskIndex example = kNone;
  };
  std::map<std::pair<ExpressionIndex, int32_t>, Count> failures;
  std::map<ExpressionIndex, uint32_t> all;
  for (const OperationIndex number : model.operations.numbers()) {
    const Operation& operation = model.operations[number];
    if (is_internal(model, operation.handler) || operation.completed == kNone) continue;
    const ExpressionIndex expression = model.tasks[operation.handler].expression;
    ++all[expression];
    if (operation.error == 0 || operation.error == ECANCELED) continue;
    Count& count = failures[{expression, operation.error}];
    if (count.failed++ == 0) count.example = operation.handler;
  }
  for (const auto& [key, count] : failures) {
    const auto& [expression, error] = key;
    Finding one{.weight = Weight::kUnusual,
                .size = static_cast<double>(count.failed) / all[expression]};
    one.what = fmt::format("{} of {} {} failed: {}", count.failed, all[expression],
                           expression_text(model, expression), errno_text(error));
    const Task& task = model.tasks[count.example];
    one.evidence = fmt::format("the first one: {}, event {}, at {}",
                               with_place(model, count.example, task.place), task.created,
                               start_text(scene.analysis.seconds_at(task.created_time)));
    one.next = fmt::format("stats {}", scene.path());
    found.push_back(std::move(one));
  }
}

/// A cancel found nothing under way; what was started on the object afterwards never ended.
void find_idle_cancels(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  if (model.idle_cancels.empty()) return;
  std::map<uint64_t, OperationIndex> open;  // by object
  for (const OperationIndex number : model.operations.numbers()) {
    const Operation& operation = model.operations[number];
    const bool waits =  // a handler that was dropped has ended
        operation.completed == kNone && model.tasks[operation.handler].ended == kNone;
    if (waits && !is_internal(model, operation.handler)) open[operation.object] = number;
  }
  for (const auto i : model.idle_cancels.numbers()) {
    const IdleCancel& cancel = model.idle_cancels[i];
    const auto waits = open.find(cancel.object);
    if (waits == open.end() || model.operations[waits->second].started < cancel.event) continue;
    const Operation& operation = model.operations[waits->second];
    Finding one{.weight = Weight::kLost, .size = 1};
    one.what =
        fmt::format("a cancel by {} ended nothing, and {} still waits",
                    with_place(model, cancel.by, model.tasks[cancel.by].place),
                    with_place(model, operation.handler, model.tasks[operation.handler].place));
    one.evidence = fmt::format(
        "no operation was under way at event {}; {} was started {} later and has not ended",
        cancel.event, operation_text(model, waits->second),
        scene.time(operation.started_time - cancel.time));
    one.next = fmt::format("tasks --stuck {}", scene.path());
    found.push_back(std::move(one));
    open.erase(waits);
  }
}

}  // namespace weft::report
