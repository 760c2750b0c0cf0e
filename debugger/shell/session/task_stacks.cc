#include "debugger/shell/session/task_stacks.h"

#include <fmt/format.h>

#include "debugger/analysis/model/expressions.h"
#include "debugger/shell/session/task_names.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/index_text.h"

namespace weft::shell {
namespace {

using analysis::Analysis;
using analysis::TaskIndex;
using analysis::TaskState;

bool is_suspended(TaskState state) {
  return state == TaskState::kCreated || state == TaskState::kReady || state == TaskState::kWaiting;
}

/// Of the coroutine; nowhere if it is none, or its creation was not seen.
Address frame_address(const Analysis& analysis, const EventLog& events, TaskIndex task) {
  const analysis::Task& row = analysis.model().tasks[task];
  if (row.kind != analysis::TaskKind::kCoroutine || row.created == kNone) return {};
  const trace::EventView created = events.at(row.created);
  return created.argument_count() < 2 ? Address() : Address(created.argument(1));
}

}  // namespace

std::optional<remote::SuspendedTask> suspended_task(const Analysis& analysis,
                                                    const EventLog& events, TaskIndex task,
                                                    EventIndex moment) {
  if (!is_suspended(analysis.state(task, moment))) return std::nullopt;
  const analysis::Task& row = analysis.model().tasks[task];
  const std::string name = inspect::printable(analysis::task_name(analysis.model(), task));
  const auto stack = analysis.logical_stack(task, moment);
  remote::SuspendedTask result{row.id.value(), fmt::format("task {} {}", row.id, name), {}};
  // The compiler's line of the resume point may be that of the closing brace (g++).
  if (!stack.empty()) result.name += place_label(analysis, stack[0].place);
  for (const analysis::LogicalFrame& level : stack) {
    const Address frame = frame_address(analysis, events, level.task);
    if (frame && is_suspended(level.state)) result.frames.push_back(frame);
    if (!frame && level.task == task) return std::nullopt;
  }
  if (result.frames.empty()) return std::nullopt;
  return result;
}

std::vector<remote::SuspendedTask> suspended_tasks(const Analysis& analysis, const EventLog& events,
                                                   EventIndex moment) {
  std::vector<remote::SuspendedTask> all;
  for (const TaskIndex task : analysis.alive_at(moment)) {
    if (auto one = suspended_task(analysis, events, task, moment)) all.push_back(std::move(*one));
  }
  return all;
}

}  // namespace weft::shell
