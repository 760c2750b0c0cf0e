#include "debugger/report/tasks/task_view.h"

#include <fmt/format.h>

#include "debugger/analysis/model/expressions.h"

namespace weft::report {

TaskView::TaskView(const Analysis& analysis, const TasksOptions& options, const TimedMoment& moment,
                   const std::vector<ThreadStand>& stands, std::string not_replayed,
                   std::span<const FiberStand> fibers)
    : analysis_(analysis),
      options_(options),
      moment_(moment),
      not_replayed_(std::move(not_replayed)),
      graph_(analysis, moment.event, {moment.time, stands, fibers}) {}

bool TaskView::is_folded(TaskIndex number) const {
  if (options_.all) return false;
  const TaskKind kind = model().tasks[number].kind;
  return kind != TaskKind::kKernelThread && is_internal(model(), number);
}

const Waiting* TaskView::waiting_of(TaskIndex task) const {
  const Waiting& waiting = graph_.waiting_of(task);
  return task != kNone && waiting.task == task ? &waiting : nullptr;
}

const Waiting* TaskView::thread_of(TaskIndex task) const {
  if (model().tasks[task].kind == TaskKind::kKernelThread || waiting_of(task) != nullptr)
    return nullptr;
  const Segment& segment = model().segments[analysis_.last_segment(task, moment_.event)];
  if (segment.task != task || analysis_.current_task(segment.thread, moment_.event) != task)
    return nullptr;
  return waiting_of(model().task_of_thread[segment.thread]);
}

/// Of the threads, one runs at a time: what is not known to be blocked waits for its turn, or is in
/// a call that takes no time worth telling.
std::string TaskView::state_text(TaskIndex number) const {
  const Waiting* waiting = waiting_of(number);
  const bool is_thread = model().tasks[number].kind == TaskKind::kKernelThread;
  if ((is_thread && waiting != nullptr) || thread_of(number) != nullptr) return "blocked";
  const TaskState state =
      waiting != nullptr ? waiting->state : analysis_.state(number, moment_.event);
  if (is_thread && state == TaskState::kRunning && model().tasks[number].thread != moment_.turn)
    return "ready";
  return state_name(state);
}

std::string TaskView::age(Ticks since) const {
  return duration_text(moment_.time > since ? analysis_.seconds(moment_.time - since) : 0);
}

std::string TaskView::moment_text() const {
  return moment_.event >= analysis_.total_events() ? "the end"
                                                   : fmt::format("event {}", moment_.event);
}

}  // namespace weft::report
