#include "debugger/shell/session/task_words.h"

#include <fmt/format.h>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/questions/cancellation.h"
#include "debugger/report/text/words.h"
#include "debugger/shell/session/shell.h"
#include "replayer/inspect/escape.h"

namespace weft::shell {

using analysis::Analysis;
using analysis::TaskIndex;

namespace {

constexpr unsigned kMostParents = 64;
constexpr size_t kMostTasks = 100;  ///< shown in full

const char* step_word(StepKind kind) {
  constexpr const char* kWords[] = {"is created", "is resumed", "is suspended",
                                    "ends",       "has failed", "is cancelled",
                                    "is woken",   "begins",     "ends"};
  return kWords[static_cast<size_t>(kind)];
}

std::string step_text(const Analysis& analysis, const TaskStep& step) {
  const analysis::Model& model = analysis.model();
  if (step.kind == StepKind::kRequestBegin || step.kind == StepKind::kRequestEnd) {
    return fmt::format("request {} {} {}", step.request + 1,
                       report::request_text(model, step.request), step_word(step.kind));
  }
  std::string text = fmt::format("{} {}{}", numbered_task(analysis, step.task),
                                 step_word(step.kind), place_label(analysis, step.place));
  if (step.kind != StepKind::kCancelled) return text;
  const analysis::Cancellation found = analysis::Cancellations(analysis).of(step.task);
  if (found.by == kNone) return text;
  text += " by " + numbered_task(analysis, found.by);
  const std::string place = report::place_text(model, found.by_place);
  return place.empty() ? text : fmt::format("{}, which had gone on at {}", text, place);
}

}  // namespace

std::string stack_lines(const Analysis& analysis, TaskIndex task, EventIndex moment) {
  std::string text;
  unsigned level = 0;
  for (const analysis::LogicalFrame& frame : analysis.logical_stack(task, moment)) {
    if (level > 0 && !is_users(analysis.model(), frame.task)) continue;  // a library's
    text += fmt::format("  {} {}{}, {}\n", level == 0 ? "->" : "awaited by",
                        numbered_task(analysis, frame.task), place_label(analysis, frame.place),
                        analysis::state_name(frame.state));
    ++level;
  }
  TaskIndex parent = analysis.model().tasks[task].parent;
  for (unsigned i = 0; i < kMostParents && parent != kNone; ++i) {
    text += fmt::format("  created by {}{}\n", numbered_task(analysis, parent),
                        place_label(analysis, analysis.model().tasks[task].place));
    task = parent;
    parent = analysis.model().tasks[parent].parent;
  }
  const auto request = analysis.request_of(task, moment);
  if (request != kNone) {
    const auto name = analysis.model().strings[analysis.model().requests[request].name];
    text += fmt::format("  for request {} {}\n", request + 1, inspect::printable(name));
  }
  return text;
}

std::string frame_variables(Shell& shell, TaskIndex task) {
  const Analysis& analysis = *shell.analysis();
  const analysis::Task& row = analysis.model().tasks[task];
  const auto state = analysis.state(task, shell.session.moment());
  const bool has_frame = row.kind == analysis::TaskKind::kCoroutine && row.created != kNone &&
                         state != analysis::TaskState::kUnborn &&
                         state != analysis::TaskState::kEnded;
  SourceDebugger* source = has_frame ? shell.session.source() : nullptr;
  if (source == nullptr) return "";
  const trace::EventView created = shell.session.events().at(row.created);
  return created.argument_count() < 2 ? "" : source->coroutine_locals(Address(created.argument(1)));
}

CommandOutput all_tasks_in_full(Shell& shell) {
  const Analysis* analysis = shell.analysis();
  if (analysis == nullptr || !analysis->has_async_events()) return failure(kNoTasks);
  const auto moment = shell.session.moment();
  std::string text;
  size_t shown = 0, folded = 0;
  for (const TaskIndex task : analysis->alive_at(moment)) {
    if (analysis->model().tasks[task].id == kNone) continue;
    if (!is_users(analysis->model(), task) || shown == kMostTasks) {
      ++folded;
      continue;
    }
    ++shown;
    text += stack_lines(*analysis, task, moment);
    const std::string variables = frame_variables(shell, task);
    if (!variables.empty()) text += "  variables in its frame:\n" + variables;
  }
  if (shown == 0) text = "no task is alive at this moment\n";
  if (folded > 0) text += fmt::format("{} others left out; task NUMBER shows one\n", folded);
  return {true, text, ""};
}

std::string event_words(Shell& shell, EventIndex event) {
  const TraceContext* context = shell.trace_context();
  if (context == nullptr) return "";
  std::string text;
  for (const TaskStep& step : context->steps().at(event)) {
    const bool said_more =
        step.kind == StepKind::kEnded &&
        shell.analysis()->model().tasks[step.task].outcome != analysis::Outcome::kDone;
    if (!said_more) text += fmt::format("  {}\n", step_text(*shell.analysis(), step));
  }
  return text;
}

}  // namespace weft::shell
