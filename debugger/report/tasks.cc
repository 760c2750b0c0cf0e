#include "debugger/report/tasks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "debugger/analysis/expressions.h"
#include "debugger/report/columns.h"
#include "debugger/report/opening.h"
#include "debugger/report/task_texts.h"
#include "replayer/inspect/escape.h"

namespace weft::report {

using nlohmann::ordered_json;

namespace {

constexpr size_t kMaxRows = 1000;
constexpr size_t kShownCycles = 10;
constexpr size_t kShownGroups = 20;
/// Ready, or blocked in a call, for so long that it is worth a line of its own.
constexpr double kLongSeconds = 0.01;

struct Moment {
  EventIndex event;
  Ticks time;
};

class TextTasks {
 public:
  TextTasks(const Analysis& analysis, const TasksOptions& options, const Moment& moment)
      : analysis_(analysis),
        model_(analysis.model()),
        options_(options),
        moment_(moment),
        graph_(analysis, moment.event) {
    for (const Waiting& waiting : graph_.waiting()) waiting_of_[waiting.task] = &waiting;
  }

  std::string make() {
    if (options_.stuck) {
      put_cycles();
      put_groups();
      put_blocked();
    } else {
      put_list();
    }
    return std::move(out_);
  }

 private:
  bool is_folded(TaskIndex number) const {
    const Task& task = model_.tasks[number];
    if (options_.all) return false;
    return task.kind == TaskKind::kHandler ||
           (task.kind != TaskKind::kKernelThread && is_internal(model_, number));
  }
  const Waiting* waiting_of(TaskIndex task) const {
    const auto at = waiting_of_.find(task);
    return at == waiting_of_.end() ? nullptr : at->second;
  }
  std::string age(Ticks since) const {
    return duration_text(moment_.time > since ? analysis_.seconds(moment_.time - since) : 0);
  }

  // The list, as a table or as a tree.

  void put_list() {
    using Align = Columns::Align;
    Columns columns({{"STATE"},
                     {"SINCE", Align::kRight},
                     {"AGE", Align::kRight},
                     {"TASK", Align::kLeft, true},
                     {"AT", Align::kLeft, true},
                     {"WAITING FOR", Align::kLeft, true}});
    size_t folded = 0, rows = 0, left = 0;
    for (const auto& [task, depth] : ordered_tasks()) {
      if (is_folded(task)) {
        ++folded;
      } else if (rows == kMaxRows && !options_.all) {
        ++left;
      } else {
        ++rows;
        columns.add(row_of(task, depth));
      }
    }
    out_ += columns.text(options_.screen);
    out_ += fmt::format("{} alive at {}", rows + folded + left, moment_text());
    if (left > 0) out_ += fmt::format("; {} left out (--all shows them)", left);
    if (folded > 0)
      out_ += fmt::format("; {} handlers and library-internal tasks folded (--all)", folded);
    out_ += "\n";
    if (!graph_.cycles().empty())
      out_ += options_.screen.red(fmt::format("{} CYCLE{}: see weft tasks --stuck\n",
                                              graph_.cycles().size(),
                                              graph_.cycles().size() > 1 ? "S" : ""));
  }

  std::string moment_text() const {
    return moment_.event >= analysis_.total_events() ? "the end"
                                                     : fmt::format("event {}", moment_.event);
  }

  std::vector<std::pair<TaskIndex, uint32_t>> ordered_tasks() const {
    const auto alive = analysis_.alive_at(moment_.event);
    std::vector<std::pair<TaskIndex, uint32_t>> ordered;
    if (!options_.tree) {
      for (const TaskIndex task : alive) ordered.emplace_back(task, 0);
      return ordered;
    }
    std::unordered_map<TaskIndex, std::vector<TaskIndex>> children;
    for (const TaskIndex task : alive) children[living_parent(task)].push_back(task);
    std::vector<std::pair<TaskIndex, uint32_t>> open;
    const auto push = [&](TaskIndex parent, uint32_t depth) {
      const auto at = children.find(parent);
      if (at == children.end()) return;
      for (auto child = at->second.rbegin(); child != at->second.rend(); ++child)
        open.emplace_back(*child, depth);
    };
    push(kNone, 0);
    while (!open.empty()) {
      const auto [task, depth] = open.back();
      open.pop_back();
      ordered.emplace_back(task, depth);
      push(task, depth + (is_folded(task) ? 0 : 1));
    }
    return ordered;
  }

  /// Who has ended is left out of the tree; its children move up.
  TaskIndex living_parent(TaskIndex task) const {
    for (TaskIndex parent = model_.tasks[task].parent; parent != kNone && parent < task;
         task = parent, parent = model_.tasks[parent].parent) {
      if (analysis_.state(parent, moment_.event) != TaskState::kEnded) return parent;
    }
    return kNone;
  }

  std::vector<std::string> row_of(TaskIndex number, uint32_t depth) const {
    const Task& task = model_.tasks[number];
    const Waiting* waiting = waiting_of(number);
    const TaskState state =
        waiting != nullptr ? waiting->state : analysis_.state(number, moment_.event);
    const Segment& last = model_.segments[analysis_.last_segment(number, moment_.event)];
    const Ticks since = waiting != nullptr    ? waiting->since
                        : last.task == number ? last.start
                                              : task.created_time;
    const PlaceIndex place = waiting != nullptr ? waiting->place : last.resume_place;
    return {state_name(state),
            age(since),
            age(task.created_time),
            std::string(2 * std::min(depth, 20u), ' ') + task_text(model_, number),
            place_text(model_, place != 0 ? place : task.place),
            waiting != nullptr ? waiting_text(model_, graph_, *waiting) : ""};
  }

  // --stuck

  void put_cycles() {
    const auto& cycles = graph_.cycles();
    for (size_t i = 0; i < std::min(cycles.size(), kShownCycles); ++i) {
      out_ +=
          options_.screen.red(fmt::format("{}CYCLE of {}: nothing in it can go on by itself",
                                          cycles[i].size() == 1 ? "SELF-" : "", cycles[i].size())) +
          "\n";
      for (const uint32_t number : cycles[i]) {
        const WaitEdge& edge = graph_.edges()[number];
        const Waiting* waiting = waiting_of(edge.from);
        out_ += "  " + edge_text(model_, graph_, edge, waiting->place) +
                fmt::format(", since {}\n", age(waiting->since));
        out_ += "    " + stack_text(analysis_, edge.from, moment_.event) + "\n";
      }
      out_ += "\n";
    }
    if (cycles.size() > kShownCycles)
      out_ += fmt::format("{} more circles\n\n", cycles.size() - kShownCycles);
    if (cycles.empty()) out_ += "No circle of tasks that wait for each other.\n\n";
  }

  /// Those that wait at the same place for the same kind of thing, the most first.
  void put_groups() {
    using Key = std::tuple<ExpressionIndex, PlaceIndex, Wait, TaskState>;
    std::map<Key, std::vector<const Waiting*>> groups;
    size_t folded = 0;
    for (const Waiting& waiting : graph_.waiting()) {
      if (is_folded(waiting.task)) {
        ++folded;
        continue;
      }
      groups[{model_.tasks[waiting.task].expression, waiting.place, waiting.wait, waiting.state}]
          .push_back(&waiting);
    }
    std::vector<const std::vector<const Waiting*>*> sorted;
    for (const auto& [key, members] : groups) sorted.push_back(&members);
    std::ranges::stable_sort(sorted, std::ranges::greater{},
                             [](const auto* members) { return members->size(); });
    out_ += options_.screen.bold("waiting at " + moment_text()) + "\n";
    for (size_t i = 0; i < std::min(sorted.size(), kShownGroups); ++i) put_group(*sorted[i]);
    if (sorted.empty()) out_ += "  nobody\n";
    if (sorted.size() > kShownGroups)
      out_ += fmt::format("  {} more places left out\n", sorted.size() - kShownGroups);
    if (folded > 0)
      out_ += fmt::format("folded: {} handlers and library-internal tasks (--all)\n", folded);
  }

  void put_group(const std::vector<const Waiting*>& members) {
    const Waiting& oldest =
        **std::ranges::min_element(members, {}, [](const Waiting* w) { return w->since; });
    const std::string place = place_text(model_, oldest.place);
    if (members.size() == 1) {
      out_ += fmt::format("  {} {} for {}: {}\n", task_text(model_, oldest.task),
                          state_name(oldest.state), age(oldest.since),
                          waiting_text(model_, graph_, oldest));
    } else {
      out_ +=
          fmt::format("  {} x {} {}{}{}, the oldest {} for {}: {}\n", members.size(),
                      inspect::printable(task_name(model_, oldest.task)), state_name(oldest.state),
                      place.empty() ? "" : " at ", place, task_text(model_, oldest.task),
                      age(oldest.since), waiting_text(model_, graph_, oldest));
    }
    out_ += "    " + stack_text(analysis_, oldest.task, moment_.event) + "\n";
  }

  /// Threads that were kept waiting inside of a task while others were ready.
  void put_blocked() {
    for (const TaskIndex thread : analysis_.alive_at(moment_.event)) {
      const Task& task = model_.tasks[thread];
      if (task.kind != TaskKind::kKernelThread) continue;
      const TaskIndex current = analysis_.current_task(task.thread, moment_.event);
      const Segment& segment = model_.segments[analysis_.last_segment(current, moment_.event)];
      if (current == thread || moment_.time <= segment.start) continue;
      const double seconds = analysis_.seconds(moment_.time - segment.start);
      if (seconds < kLongSeconds) continue;
      const auto ready = std::ranges::count_if(graph_.waiting(), [](const Waiting& waiting) {
        return waiting.state == TaskState::kReady;
      });
      out_ += fmt::format("{} has been inside of {} for {}; {} tasks are ready behind it\n",
                          task_text(model_, thread), task_text(model_, current),
                          duration_text(seconds), ready);
    }
  }

  const Analysis& analysis_;
  const Model& model_;
  const TasksOptions& options_;
  Moment moment_;
  WaitGraph graph_;
  std::unordered_map<TaskIndex, const Waiting*> waiting_of_;
  std::string out_;
};

ordered_json task_json(const Analysis& analysis, const WaitGraph& graph, TaskIndex number,
                       const Waiting* waiting, const Moment& moment) {
  const Model& model = analysis.model();
  const Task& task = model.tasks[number];
  ordered_json out;
  out["task"] = task.id;
  if (task.kind == TaskKind::kKernelThread) out["thread"] = task.thread;
  out["name"] = task_name(model, number);
  out["kind"] = kind_name(task.kind);
  out["state"] =
      state_name(waiting != nullptr ? waiting->state : analysis.state(number, moment.event));
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
  if (waiting == nullptr) return out;
  out["since_seconds"] = analysis.seconds_at(waiting->since);
  out["waiting_for"] = waiting_text(model, graph, *waiting);
  out["wait"] = wait_name(waiting->wait);
  out["needs"] = ordered_json::array();
  for (const uint32_t edge : waiting->edges)
    out["needs"].push_back(model.tasks[graph.edges()[edge].to].id);
  return out;
}

void put_json(const Analysis& analysis, const TasksOptions& options, const Moment& moment) {
  const WaitGraph graph(analysis, moment.event);
  std::unordered_map<TaskIndex, const Waiting*> waiting_of;
  for (const Waiting& waiting : graph.waiting()) waiting_of[waiting.task] = &waiting;
  ordered_json out;
  out["event"] = std::min<uint64_t>(moment.event, analysis.total_events());
  out["tasks"] = ordered_json::array();
  for (const TaskIndex task : analysis.alive_at(moment.event)) {
    const auto at = waiting_of.find(task);
    const Waiting* waiting = at == waiting_of.end() ? nullptr : at->second;
    if (waiting != nullptr || !options.stuck)
      out["tasks"].push_back(task_json(analysis, graph, task, waiting, moment));
  }
  out["cycles"] = ordered_json::array();
  for (const auto& cycle : graph.cycles()) {
    ordered_json edges = ordered_json::array();
    for (const uint32_t number : cycle) {
      const WaitEdge& edge = graph.edges()[number];
      edges.push_back(
          {{"from", analysis.model().tasks[edge.from].id},
           {"to", analysis.model().tasks[edge.to].id},
           {"text", edge_text(analysis.model(), graph, edge, waiting_of.at(edge.from)->place)}});
    }
    out["cycles"].push_back(edges);
  }
  put(out.dump(2, ' ', true, ordered_json::error_handler_t::replace) + "\n", options.out);
}

/// The time of a moment: that of the last thing that is known before it.
Ticks time_of(const Model& model, EventIndex event) {
  Ticks time = model.totals.first_time;
  const auto segment =
      partition_point(model.segments, [&](const Segment& s) { return s.resumed < event; });
  const auto task = partition_point(model.tasks, [&](const Task& t) { return t.created < event; });
  if (segment > 0) time = std::max(time, model.segments[segment - 1].start);
  if (task > 0) time = std::max(time, model.tasks[task - 1].created_time);
  for (uint32_t back = 1; back <= 64 && back <= segment; ++back) {
    const Segment& earlier = model.segments[segment - back];
    if (earlier.ended < event) time = std::max(time, earlier.finish);
  }
  return time;
}

}  // namespace

int run_tasks(const TasksOptions& options) {
  auto analysis = Analysis::open(options.path, {.use_index = options.use_index});
  if (!analysis) return inspect::fail(analysis.error(), options.error_out);
  const Model& model = analysis->model();
  const auto last = static_cast<EventIndex>(analysis->total_events());
  Moment moment{last, model.totals.last_time};
  if (options.at != "end") {
    const char* end = options.at.data() + options.at.size();
    const auto [at, error] = std::from_chars(options.at.data(), end, moment.event);
    if (error != std::errc() || at != end || moment.event > last)
      return inspect::fail(
          {ErrorClass::kUsage,
           fmt::format("--at {}: there is no such event", inspect::printable(options.at)),
           fmt::format("Give a number from 0 to {}, or end", last)},
          options.error_out);
    if (moment.event < last) moment.time = time_of(model, moment.event);
  }
  if (!analysis->has_async_events())
    return inspect::fail(
        {ErrorClass::kUsage, options.path + " holds no async events",
         "Build the program with weft_trace(TARGET) in CMake or with `weft c++`, and record again"},
        options.error_out);
  if (options.json) {
    put_json(*analysis, options, moment);
  } else {
    put(TextTasks(*analysis, options, moment).make(), options.out);
  }
  return finish(*analysis, options.error_out);
}

}  // namespace weft::report
