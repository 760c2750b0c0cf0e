// `weft tasks --json`.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "debugger/analysis/model/expressions.h"
#include "debugger/report/tasks/task_view.h"
#include "debugger/report/text/task_texts.h"
#include "replayer/inspect/event_text.h"

namespace weft::report {

using nlohmann::ordered_json;

namespace {

/// Its ID; a thread has none: "thread 2".
ordered_json task_reference(const Model& model, TaskIndex number) {
  const Task& task = model.tasks[number];
  if (task.kind == TaskKind::kKernelThread) return fmt::format("thread {}", task.thread);
  return task.id;
}

ordered_json task_json(const TaskView& view, TaskIndex number) {
  const Analysis& analysis = view.analysis();
  const Model& model = view.model();
  const TimedMoment& moment = view.moment();
  const Waiting* waiting = view.waiting_of(number);
  const Task& task = model.tasks[number];
  ordered_json out;
  out["task"] = task.id;
  if (task.kind == TaskKind::kKernelThread) out["thread"] = task.thread;
  out["name"] = task_name(model, number);
  out["kind"] = kind_name(task.kind);
  out["state"] = view.state_text(number);
  out["created_event"] = task.created;
  out["age_seconds"] = analysis.seconds(moment.time - std::min(moment.time, task.created_time));
  if (task.parent != kNone) out["parent"] = model.tasks[task.parent].id;
  const RequestIndex request = analysis.request_of(number, moment.event);
  if (request != kNone) out["request"] = request + 1;
  out["stack"] = ordered_json::array();
  for (const LogicalFrame& frame : analysis.logical_stack(number, moment.event)) {
    const Place& place = model.places[frame.place];
    out["stack"].push_back({{"task", model.tasks[frame.task].id},
                            {"name", task_name(model, frame.task)},
                            {"file", std::string(model.strings[place.file])},
                            {"line", place.line}});
  }
  if (const Waiting* thread = view.thread_of(number)) {
    out["since_seconds"] = analysis.seconds_at(thread->since);
    out["waiting_for"] = waiting_text(model, view.graph(), *thread);
  }
  if (waiting == nullptr) return out;
  out["since_seconds"] = analysis.seconds_at(waiting->since);
  out["waiting_for"] = waiting_text(model, view.graph(), *waiting);
  if (waiting->stand != nullptr) {
    out["call"] = inspect::call_name(*waiting->stand->call);
    out["timed"] = waiting->stand->timed;
    for (const StandFrame& frame : waiting->stand->stack)
      out["thread_stack"].push_back(
          {{"function", frame.function}, {"file", frame.file}, {"line", frame.line}});
  } else if (waiting->call == nullptr) {
    out["wait"] = wait_name(waiting->wait);
  }
  out["needs"] = ordered_json::array();
  for (const uint32_t edge : waiting->edges)
    out["needs"].push_back(task_reference(model, view.graph().edges()[edge].to));
  return out;
}

ordered_json cycle_json(const TaskView& view, const std::vector<uint32_t>& cycle) {
  const Model& model = view.model();
  ordered_json edges = ordered_json::array();
  for (const uint32_t number : cycle) {
    const WaitEdge& edge = view.graph().edges()[number];
    edges.push_back({{"from", task_reference(model, edge.from)},
                     {"to", task_reference(model, edge.to)},
                     {"text", edge_text(model, view.graph(), edge)}});
  }
  return edges;
}

}  // namespace

std::string tasks_json(const TaskView& view) {
  const EventIndex moment = view.moment().event;
  ordered_json out;
  out["event"] = std::min(moment, view.analysis().total_events());
  out["tasks"] = ordered_json::array();
  for (const TaskIndex task : view.analysis().alive_at(moment)) {
    if (view.waiting_of(task) != nullptr || !view.options().stuck)
      out["tasks"].push_back(task_json(view, task));
  }
  out["cycles"] = ordered_json::array();
  for (const auto& cycle : view.graph().cycles()) out["cycles"].push_back(cycle_json(view, cycle));
  return out.dump(2, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace weft::report
