#include "debugger/report/graph/graph_model.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "debugger/analysis/model/expressions.h"

namespace weft::report {

namespace {

/// Siblings of one expression that are shown one by one; of more, the longest kKeptSiblings.
constexpr size_t kMaxSiblings = 12, kKeptSiblings = 3;
/// Vertices of a drawing that anybody can read.
constexpr size_t kMaxVertices = 2000;
constexpr size_t kMaxWakes = 5000;
constexpr uint32_t kMaxDepth = 1000;

class GraphMaker {
 public:
  GraphMaker(const Analysis& analysis, const RequestGroups& groups, RequestIndex request, bool all)
      : analysis_(analysis), model_(analysis.model()), groups_(groups), all_(all) {
    graph_.request = request;
    const Request& row = model_.requests[request];
    start_ = row.start;
    end_ = row.end == kNone ? model_.totals.last_time : row.finish;
  }

  Graph make() {
    graph_.path = critical_path(analysis_, groups_, graph_.request);
    graph_.shares = shares_of(model_, graph_.path);
    for (const CriticalStep& step : graph_.path) {
      critical_tasks_.insert(step.task);
      if (step.exchange != kNone) critical_exchanges_.insert(step.exchange);
    }
    collect();
    const TaskIndex root = model_.requests[graph_.request].task;
    if (root != kNone) add_task(root, kNone, 0);
    for (const Child& child : children_[TaskIndex()]) add(child, kNone, 0);
    count_folded();
    add_wakes();
    count_concurrency();
    return std::move(graph_);
  }

 private:
  struct Child {
    TaskIndex task = kNone;
    ExchangeIndex exchange = kNone;
    Ticks start{}, end{};
  };

  bool is_folded(TaskIndex number) const {
    return !all_ && number != model_.requests[graph_.request].task && is_internal(model_, number);
  }

  Ticks end_of(TaskIndex number) const {
    const Task& task = model_.tasks[number];
    return task.ended == kNone ? model_.totals.last_time : task.ended_time;
  }

  /// The next task upwards that is shown; kNone: there is none in this request.
  TaskIndex shown_ancestor(TaskIndex task) const {
    for (uint32_t depth = 0; task != kNone && depth < kMaxDepth; ++depth) {
      if (shown_.count(task) > 0) return task;
      task = model_.tasks[task].parent;
    }
    return kNone;
  }

  /// Children of each shown task.
  void collect() {
    const TaskIndex root = model_.requests[graph_.request].task;
    if (root != kNone) shown_.insert(root);
    graph_.tasks = static_cast<uint32_t>(groups_.tasks(graph_.request).size());
    for (const TaskIndex task : groups_.tasks(graph_.request)) {
      if (task == root) continue;
      if (is_folded(task)) {
        ++graph_.internal;
        continue;
      }
      children_[shown_ancestor(model_.tasks[task].parent)].push_back(
          {task, kNone, model_.tasks[task].created_time, end_of(task)});
      shown_.insert(task);
    }
    for (const ExchangeIndex number : groups_.exchanges(graph_.request)) {
      const Exchange& exchange = model_.exchanges[number];
      children_[shown_ancestor(exchange.task)].push_back(
          {kNone, number, exchange.start, exchange.last == kNone ? end_ : exchange.finish});
    }
    for (auto& [parent, list] : children_) {
      std::ranges::stable_sort(list, {}, &Child::start);
    }
  }

  bool is_critical(const Child& child) const {
    return child.exchange != kNone ? critical_exchanges_.count(child.exchange) > 0
                                   : critical_tasks_.count(child.task) > 0;
  }

  void add(const Child& child, VertexIndex parent, uint32_t depth) {
    if (child.task != kNone) return add_task(child.task, parent, depth);
    if (is_full()) return;
    Vertex vertex;
    vertex.exchange = child.exchange;
    vertex.task = model_.exchanges[child.exchange].task;
    vertex.parent = parent;
    vertex.depth = depth;
    vertex.start = child.start;
    vertex.end = child.end;
    vertex.critical = is_critical(child);
    graph_.vertices.push_back(vertex);
  }

  bool is_full() const { return graph_.vertices.size() >= kMaxVertices && !all_; }

  void add_task(TaskIndex task, VertexIndex parent, uint32_t depth) {
    if (is_full() || depth > kMaxDepth) return;
    Vertex vertex;
    vertex.task = task;
    vertex.parent = parent;
    vertex.depth = depth;
    const bool is_root = task == model_.requests[graph_.request].task;
    vertex.start = is_root ? start_ : model_.tasks[task].created_time;
    vertex.end = is_root ? end_ : end_of(task);
    vertex.critical = critical_tasks_.count(task) > 0;
    const VertexIndex number = graph_.vertices.push_back(vertex);
    vertex_of_.emplace(task, number);
    if (const auto list = children_.find(task); list != children_.end())
      add_children(list->second, number, depth + 1);
  }

  /// Siblings that are alike: exchanges of one text, tasks of one expression.
  using Group = std::pair<StringIndex, ExpressionIndex>;

  /// Siblings in order; those of an expression that has too many only if they are the longest or
  /// critical.
  void add_children(const std::vector<Child>& list, VertexIndex parent, uint32_t depth) {
    std::map<Group, std::vector<const Child*>> groups;
    for (const Child& child : list) groups[group_of(child)].push_back(&child);
    std::unordered_set<const Child*> folded;
    std::unordered_map<const Child*, Vertex> standing;  // after the last one of its group
    for (auto& [group, members] : groups) {
      if (members.size() > kMaxSiblings && !all_) fold(members, folded, standing);
    }
    for (const Child& child : list) {
      if (folded.count(&child) == 0) add(child, parent, depth);
      const auto rest = standing.find(&child);
      if (rest == standing.end()) continue;
      rest->second.parent = parent;
      rest->second.depth = depth;
      graph_.vertices.push_back(rest->second);
    }
  }

  Group group_of(const Child& child) const {
    if (child.exchange != kNone) return {model_.exchanges[child.exchange].what, kNone};
    return {kNone, model_.tasks[child.task].expression};
  }

  void fold(const std::vector<const Child*>& members, std::unordered_set<const Child*>& folded,
            std::unordered_map<const Child*, Vertex>& standing) const {
    std::vector<const Child*> by_length = members;
    std::ranges::stable_sort(by_length, std::ranges::greater{},
                             [](const Child* c) { return c->end - c->start; });
    Vertex rest;
    rest.task = members.front()->task;
    rest.exchange = members.front()->exchange;
    rest.start = Ticks(UINT64_MAX);
    for (size_t i = kKeptSiblings; i < by_length.size(); ++i) {
      const Child& child = *by_length[i];
      if (is_critical(child) && standing.size() + i < 2 * kMaxSiblings) continue;
      folded.insert(&child);
      ++rest.stands_for;
      rest.start = std::min(rest.start, child.start);
      rest.end = std::max(rest.end, child.end);
      rest.longest = std::max(rest.longest, child.end - child.start);
      rest.sum += child.end - child.start;
    }
    standing.emplace(members.back(), rest);
  }

  void count_folded() {
    size_t drawn = 0, all = model_.requests[graph_.request].task != kNone ? 1 : 0;
    for (const Vertex& vertex : graph_.vertices) drawn += vertex.stands_for == 0;
    for (const auto& [parent, list] : children_) all += list.size();
    graph_.repeated = static_cast<uint32_t>(all - std::min(all, drawn));
    graph_.all = all_;
  }

  void add_wakes() {
    for (const auto& [task, number] : vertex_of_) {
      const Task& row = model_.tasks[task];
      for (uint32_t i = 0; i < row.segment_count && graph_.wakes.size() < kMaxWakes; ++i) {
        const Segment& segment = model_.segments[model_.segment_of(row, i)];
        if (segment.start < start_ || segment.start > end_) continue;
        graph_.unknown_causes += segment.cause == Cause::kUnknown;
        add_wake(segment, number);
      }
    }
    std::ranges::sort(graph_.wakes, {}, &WakeEdge::event);
  }

  /// Only what the tree does not show already.
  void add_wake(const Segment& segment, VertexIndex number) {
    const TaskIndex by = segment.cause_task;
    if (segment.cause == Cause::kUnknown || segment.cause == Cause::kOperation ||
        segment.cause == Cause::kCreated || by == kNone || by == segment.task)
      return;
    const Task& task = model_.tasks[segment.task];
    const bool is_family = shown_ancestor(task.parent) == by ||
                           shown_ancestor(model_.tasks[by].parent) == segment.task;
    if (is_family || model_.tasks[by].kind == TaskKind::kKernelThread) return;
    // A handler, or a library, that runs what it was waited for by: the operation's vertex shows
    // it.
    const bool is_library = model_.tasks[by].kind == TaskKind::kHandler || is_internal(model_, by);
    if (segment.cause == Cause::kResumer && is_library) return;
    const auto from = vertex_of_.find(shown_ancestor(by));
    graph_.wakes.push_back({from == vertex_of_.end() ? VertexIndex() : from->second, number, by,
                            segment.cause, segment.cause_event});
  }

  /// How many tasks were alive, and how many on a thread, at the same time.
  void count_concurrency() {
    std::vector<std::pair<Ticks, int>> alive;
    std::vector<std::tuple<Ticks, int, ThreadNumber>> running;  // with the thread
    for (const auto& [task, number] : vertex_of_) {
      const Task& row = model_.tasks[task];
      if (task == model_.requests[graph_.request].task) continue;
      alive.emplace_back(row.created_time, 1);
      alive.emplace_back(end_of(task), -1);
      for (uint32_t i = 0; i < row.segment_count; ++i) {
        const Segment& segment = model_.segments[model_.segment_of(row, i)];
        running.emplace_back(segment.start, 1, segment.thread);
        running.emplace_back(segment.finish, -1, segment.thread);
      }
    }
    graph_.most_alive = most(alive);
    graph_.most_running = most_threads(running);
  }

  /// Segments lie inside each other on one thread: a thread counts once.
  static uint32_t most_threads(std::vector<std::tuple<Ticks, int, ThreadNumber>>& changes) {
    std::ranges::sort(changes);
    std::unordered_map<ThreadNumber, int> depth;
    int now = 0, most = 0;
    for (const auto& [time, change, thread] : changes) {
      int& here = depth[thread];
      now += (here + change > 0 ? 1 : 0) - (here > 0 ? 1 : 0);
      here += change;
      most = std::max(most, now);
    }
    return static_cast<uint32_t>(most);
  }

  static uint32_t most(std::vector<std::pair<Ticks, int>>& changes) {
    std::ranges::sort(changes);
    int now = 0, most = 0;
    for (const auto& [time, change] : changes) most = std::max(most, now += change);
    return static_cast<uint32_t>(most);
  }

  const Analysis& analysis_;
  const Model& model_;
  const RequestGroups& groups_;
  bool all_;
  Ticks start_{}, end_{};
  Graph graph_;
  std::unordered_set<TaskIndex> shown_, critical_tasks_;
  std::unordered_set<ExchangeIndex> critical_exchanges_;
  std::unordered_map<TaskIndex, std::vector<Child>> children_;
  std::unordered_map<TaskIndex, VertexIndex> vertex_of_;
};

}  // namespace

Graph make_graph(const Analysis& analysis, const RequestGroups& groups, RequestIndex request,
                 bool all) {
  return GraphMaker(analysis, groups, request, all).make();
}

}  // namespace weft::report
