#include "debugger/shell/session/task_stacks.h"

#include <fmt/format.h>

#include "debugger/analysis/model/expressions.h"
#include "replayer/inspect/escape.h"

namespace weft::shell {
namespace {

using analysis::Analysis;
using analysis::TaskIndex;
using analysis::TaskState;

bool is_suspended(TaskState state) {
  return state == TaskState::kCreated || state == TaskState::kReady || state == TaskState::kWaiting;
}

/// Of the coroutine; 0 if it is none, or its creation was not seen.
uint64_t frame_address(const Analysis& analysis, const EventLog& events, TaskIndex task) {
  const analysis::Task& row = analysis.model().tasks[task];
  if (row.kind != analysis::TaskKind::kCoroutine || row.created == analysis::kNone) return 0;
  const trace::EventView created = events.at(row.created);
  return created.argument_count() < 2 ? 0 : created.argument(1);
}

/// " at FILE:LINE"; the compiler's line of the resume point may be that of the closing brace (g++).
std::string place_text(const Analysis& analysis, analysis::PlaceIndex place) {
  const analysis::Place& row = analysis.model().places[place];
  const std::string_view file = analysis.model().strings[row.file];
  if (file.empty()) return "";
  return fmt::format(" at {}:{}", inspect::printable(file.substr(file.rfind('/') + 1)), row.line);
}

}  // namespace

std::optional<remote::SuspendedTask> suspended_task(const Analysis& analysis,
                                                    const EventLog& events, TaskIndex task,
                                                    uint64_t moment) {
  const auto now = static_cast<analysis::EventIndex>(moment);
  if (!is_suspended(analysis.state(task, now))) return std::nullopt;
  const analysis::Task& row = analysis.model().tasks[task];
  const std::string name = inspect::printable(analysis::task_name(analysis.model(), task));
  const auto stack = analysis.logical_stack(task, now);
  remote::SuspendedTask result{row.id, fmt::format("task {} {}", row.id, name), {}};
  if (!stack.empty()) result.name += place_text(analysis, stack[0].place);
  for (const analysis::LogicalFrame& level : stack) {
    const uint64_t frame = frame_address(analysis, events, level.task);
    if (frame != 0 && is_suspended(level.state)) result.frames.push_back(frame);
    if (frame == 0 && level.task == task) return std::nullopt;
  }
  if (result.frames.empty()) return std::nullopt;
  return result;
}

std::vector<remote::SuspendedTask> suspended_tasks(const Analysis& analysis, const EventLog& events,
                                                   uint64_t moment) {
  std::vector<remote::SuspendedTask> all;
  for (const TaskIndex task : analysis.alive_at(static_cast<analysis::EventIndex>(moment))) {
    if (auto one = suspended_task(analysis, events, task, moment)) all.push_back(std::move(*one));
  }
  return all;
}

}  // namespace weft::shell
