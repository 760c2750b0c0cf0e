// The graph for other programs: Graphviz' dot, and JSON.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/questions/cancellation.h"
#include "debugger/report/graph/graph_model.h"
#include "replayer/inspect/escape.h"

namespace weft::report {

using nlohmann::ordered_json;

namespace {

std::string label_of(const Model& model, const Vertex& vertex) {
  const std::string what = vertex.exchange != kNone
                               ? std::string(model.strings[model.exchanges[vertex.exchange].what])
                               : task_label(model, vertex.task);
  return vertex.stands_for > 0 ? fmt::format("... {} more like {}", vertex.stands_for, what) : what;
}

void add_cancellation(ordered_json& out, const Model& model, const Cancellation& found) {
  out["cancelled_at"] = place_text(model, found.place);
  if (found.by != kNone) out["cancelled_by"] = model.tasks[found.by].id;
  if (found.race_place != kNone) out["cancelled_race"] = place_text(model, found.race_place);
}

ordered_json vertex_json(const Analysis& analysis, const Cancellations& cancellations,
                         const Graph& graph, VertexIndex number) {
  const Model& model = analysis.model();
  const Vertex& vertex = graph.vertices[number];
  const Task& task = model.tasks[vertex.task];
  ordered_json out;
  out["vertex"] = number;
  if (vertex.parent != kNone) out["parent"] = vertex.parent;
  out["name"] = label_of(model, vertex);
  out["start_seconds"] = analysis.seconds_at(vertex.start);
  out["duration_seconds"] = analysis.seconds(vertex.end - std::min(vertex.start, vertex.end));
  out["critical"] = vertex.critical;
  if (vertex.stands_for > 0) {
    out["stands_for"] = vertex.stands_for;
    return out;
  }
  out["task"] = task.id;
  if (vertex.exchange != kNone) {
    const Exchange& exchange = model.exchanges[vertex.exchange];
    out["kind"] = "exchange";
    out["outcome"] = std::string(model.strings[exchange.outcome]);
    out["statement"] = std::string(model.strings[model.exchange_texts[exchange.texts].statement]);
    out["first_event"] = exchange.first;
    return out;
  }
  const TaskTimes times = analysis.times(vertex.task);
  out["kind"] = kind_name(task.kind);
  out["outcome"] = outcome_name(task.outcome);
  if (task.outcome == Outcome::kCancelled)
    add_cancellation(out, model, cancellations.of(vertex.task));
  out["state"] = state_name(analysis.state(vertex.task, kNone));
  out["function"] = std::string(model.strings[model.places[task.place].function]);
  out["file"] = std::string(model.strings[model.places[task.place].file]);
  out["line"] = model.places[task.place].line;
  if (task.created != kNone) out["created_event"] = task.created;
  if (task.ended != kNone) out["ended_event"] = task.ended;
  out["running_seconds"] = analysis.seconds(times.running);
  out["blocked_seconds"] = analysis.seconds(times.blocked);
  out["ready_seconds"] = analysis.seconds(times.ready);
  out["waiting_seconds"] = analysis.seconds(times.waiting);
  return out;
}

}  // namespace

std::string graph_dot(const Analysis& analysis, const Graph& graph) {
  const Model& model = analysis.model();
  std::string out =
      fmt::format("digraph request_{} {{\n  rankdir=TB;\n  node [shape=box];\n", graph.request + 1);
  for (const VertexIndex i : graph.vertices.numbers()) {
    const Vertex& vertex = graph.vertices[i];
    const double took = analysis.seconds(vertex.end - std::min(vertex.start, vertex.end));
    out +=
        fmt::format("  v{} [label=\"{}\\n{}\"{}{}];\n", i, inspect::escape(label_of(model, vertex)),
                    duration_text(took), vertex.critical ? ", penwidth=3" : "",
                    vertex.exchange != kNone ? ", style=rounded" : "");
    if (vertex.parent != kNone)
      out += fmt::format("  v{} -> v{}{};\n", vertex.parent, i,
                         vertex.critical ? " [penwidth=3]" : "");
  }
  for (const WakeEdge& wake : graph.wakes) {
    if (wake.from == kNone) continue;
    out += fmt::format("  v{} -> v{} [style=dashed, constraint=false, label=\"{}\"];\n", wake.from,
                       wake.to, cause_name(wake.cause));
  }
  if (graph.internal + graph.repeated > 0)
    out += fmt::format("  label=\"{} tasks folded\";\n", graph.internal + graph.repeated);
  return out + "}\n";
}

std::string graph_json(const Analysis& analysis, const Graph& graph) {
  const Model& model = analysis.model();
  ordered_json out;
  out["request"] = graph.request + 1;
  out["what"] = request_label(model, graph.request);
  out["outcome"] = outcome_label(model, graph.request);
  out["finished"] = model.requests[graph.request].end != kNone;
  out["start_seconds"] = analysis.seconds_at(model.requests[graph.request].start);
  out["duration_seconds"] = request_seconds(analysis, graph.request);
  out["tasks"] = graph.tasks;
  const Cancellations cancellations(analysis);
  out["vertices"] = ordered_json::array();
  for (const VertexIndex i : graph.vertices.numbers())
    out["vertices"].push_back(vertex_json(analysis, cancellations, graph, i));
  out["wakes"] = ordered_json::array();
  for (const WakeEdge& wake : graph.wakes) {
    ordered_json edge{{"to", wake.to},
                      {"by_task", model.tasks[wake.by].id},
                      {"cause", cause_name(wake.cause)},
                      {"event", wake.event}};
    if (wake.from != kNone) edge["from"] = wake.from;
    out["wakes"].push_back(edge);
  }
  out["critical_path"] = ordered_json::array();
  for (const CriticalStep& step : graph.path) {
    Share share;
    share.example = step;
    out["critical_path"].push_back({{"task", model.tasks[step.task].id},
                                    {"kind", step_name(step.kind)},
                                    {"what", share_text(model, share)},
                                    {"start_seconds", analysis.seconds_at(step.from)},
                                    {"seconds", analysis.seconds(step.to - step.from)}});
  }
  out["folded_internal"] = graph.internal;
  out["folded_repeated"] = graph.repeated;
  out["unknown_causes"] = graph.unknown_causes;
  out["most_running"] = graph.most_running;
  return out.dump(2, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace weft::report
