/// Detectors of `weft why`: what was given up on its way, or failed.
#include <fmt/format.h>

#include <cerrno>
#include <map>

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

/// Cancelled between two steps that all others of the expression took both.
void find_cancelled(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  for (const ExpressionFigures& figures : figures(scene.analysis)) {
    if (model.expressions[figures.expression].internal) continue;
    for (const CancelledAt& cancelled : figures.cancelled_at) {
      if (cancelled.by == figures.expression && cancelled.count >= kStorm) {
        add_storm(scene, figures, cancelled, found);
        continue;
      }
      const double share = static_cast<double>(cancelled.count) / figures.started;
      if (cancelled.never_reached == kNone || share > kMostCancelled) continue;
      Finding one{.weight = Weight::kLost, .size = share};
      const std::string next = place_text(model, cancelled.never_reached);
      one.what = fmt::format("{} {} cancelled half-way, at {}: {} {}", cancelled.count,
                             expression_text(model, figures.expression),
                             place_text(model, cancelled.place),
                             cancelled.never_ran == kNone ? "never reached" : "never ran",
                             cancelled.never_ran == kNone
                                 ? next
                                 : expression_text(model, cancelled.never_ran) + " at " + next);
      one.evidence = fmt::format(
          "{} started, {} done, {} cancelled there{}; e.g. {}", figures.started, figures.done,
          cancelled.count,
          cancelled.by == kNone || model.expressions[cancelled.by].kind == TaskKind::kKernelThread
              ? ""
              : " by " + expression_text(model, cancelled.by),
          task_text(model, cancelled.example));
      one.next = fmt::format("stats {}", scene.path());
      found.push_back(std::move(one));
    }
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
