#include "debugger/report/tasks/task_view.h"

#include <fmt/format.h>

#include "debugger/analysis/model/expressions.h"

namespace weft::report {

TaskView::TaskView(const Analysis& analysis, const TasksOptions& options, const TimedMoment& moment)
    : analysis_(analysis), options_(options), moment_(moment), graph_(analysis, moment.event) {
  for (const Waiting& waiting : graph_.waiting()) waiting_of_[waiting.task] = &waiting;
}

bool TaskView::is_folded(TaskIndex number) const {
  if (options_.all) return false;
  const TaskKind kind = model().tasks[number].kind;
  return kind != TaskKind::kKernelThread && is_internal(model(), number);
}

const Waiting* TaskView::waiting_of(TaskIndex task) const {
  const auto at = waiting_of_.find(task);
  return at == waiting_of_.end() ? nullptr : at->second;
}

const BlockedCall* TaskView::call_of(TaskIndex thread) const {
  const Task& task = model().tasks[thread];
  const Table<BlockedCall>& calls = model().blocked_calls;
  if (task.kind != TaskKind::kKernelThread) return nullptr;
  auto at =
      partition_point(calls, [&](const BlockedCall& call) { return call.event < moment_.event; });
  while (calls.has(at) && calls[at].task != thread) ++at;
  return calls.has(at) && calls[at].start <= moment_.time ? &calls[at] : nullptr;
}

std::string TaskView::state_text(TaskIndex task) const {
  const Waiting* waiting = waiting_of(task);
  if (call_of(task) != nullptr) return "blocked";
  return state_name(waiting != nullptr ? waiting->state : analysis_.state(task, moment_.event));
}

std::string TaskView::age(Ticks since) const {
  return duration_text(moment_.time > since ? analysis_.seconds(moment_.time - since) : 0);
}

std::string TaskView::moment_text() const {
  return moment_.event >= analysis_.total_events() ? "the end"
                                                   : fmt::format("event {}", moment_.event);
}

}  // namespace weft::report
