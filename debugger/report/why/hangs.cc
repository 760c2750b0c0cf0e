/// Detectors of `weft why`: what waits for ever.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/questions/wait_graph.h"
#include "debugger/report/text/task_texts.h"
#include "debugger/report/why/finding.h"
#include "replayer/inspect/escape.h"

namespace weft::report {

namespace {

/// So many times as long as any that ended, it waits for something else than they did.
constexpr uint64_t kOverdue = 3;
/// Of how many that ended a rule can be made.
constexpr uint32_t kLeastEnded = 3;

/// What a task waits for at the end has no end by its nature: the next connection, the next signal.
bool waits_for_arrivals(const Model& model, const Task& task) {
  if (task.operation == kNone) return false;
  const std::string_view name = model.strings[model.operations[task.operation].name];
  return name.find("accept") != std::string_view::npos ||
         name.find("signal") != std::string_view::npos;
}

}  // namespace

namespace {

/// Those that came through one semaphore: find_exhausted_pool tells of them.
bool is_pool(const WaitGraph& graph, const std::vector<uint32_t>& cycle) {
  return std::ranges::all_of(cycle, [&](uint32_t edge) {
    const WaitObject* object = graph.object(graph.edges()[edge].object);
    return graph.edges()[edge].reason == WaitReason::kPassed && object != nullptr && object->many &&
           graph.waiting_of(graph.edges()[edge].from).wait == Wait::kLock;
  });
}

}  // namespace

void find_cycles(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  const WaitGraph& graph = scene.graph_at_end();
  for (const auto& cycle : graph.cycles()) {
    if (is_pool(graph, cycle)) continue;
    Finding one{.weight = Weight::kHang, .size = static_cast<double>(cycle.size())};
    const bool threads =
        model.tasks[graph.edges()[cycle.front()].from].kind == TaskKind::kKernelThread;
    one.what = fmt::format("{}cycle of {} {}{}: nothing in it can go on by itself",
                           cycle.size() == 1 ? "self-" : "", cycle.size(),
                           threads ? "threads" : "tasks", cycle_condition(graph, cycle));
    for (const uint32_t edge : cycle) {
      if (one.evidence.size() > 400) break;
      one.evidence +=
          (one.evidence.empty() ? "" : "; ") + edge_text(model, graph, graph.edges()[edge]);
    }
    one.next = fmt::format("tasks --stuck {}", scene.path());
    found.push_back(std::move(one));
  }
}

/// All that came through a semaphore and are alive wait for it again. Whether they gave it back is
/// in no event. Not of a semaphore that workers wait for to be given work (WaitObject::signals).
void find_exhausted_pool(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  const WaitGraph& graph = scene.graph_at_end();
  std::map<uint64_t, std::pair<std::vector<const Waiting*>, std::vector<const Waiting*>>> pools;
  for (const Waiting& waiting : graph.waiting()) {
    if (waiting.wait != Wait::kLock || waiting.edges.empty()) continue;
    if (graph.edges()[waiting.edges.front()].reason != WaitReason::kPassed) continue;
    const WaitObject* object = graph.object(waiting.object);
    if (object == nullptr || !object->many) continue;
    auto& [holders, others] = pools[waiting.object];
    const bool holds = std::ranges::find(object->passed, waiting.task) != object->passed.end();
    (holds ? holders : others).push_back(&waiting);
  }
  for (const auto& [address, pool] : pools) {
    const auto& [holders, others] = pool;
    if (holders.empty()) continue;
    const Waiting& first = *holders.front();
    Finding one{.weight = Weight::kHang, .size = static_cast<double>(holders.size())};
    one.what = fmt::format(
        "{0} tasks that came through {1} wait for it again, for ever if none has given it back: "
        "e.g. {2}",
        holders.size(), object_text(model, graph, Wait::kLock, address),
        with_place(model, first.task, first.place));
    one.evidence = fmt::format(
        "for {} now; each came through once, and nobody else that is alive "
        "has; {} more wait for it, who never came through",
        scene.time(model.totals.last_time - first.since), others.size());
    one.next = fmt::format("tasks --stuck {}", scene.path());
    found.push_back(std::move(one));
  }
}

namespace {

/// Nobody has ever sent to it, and nobody waits for more than this task: it may be there for the day
/// on which the program is told to end.
bool is_quiet_channel(const WaitGraph& graph, const Waiting& reader) {
  const WaitObject* object = graph.object(reader.object);
  const bool came_through =
      object != nullptr && std::ranges::find(object->passed, reader.task) != object->passed.end();
  return !reader.writes && !came_through &&
         std::ranges::none_of(graph.edges(), [&](const WaitEdge& edge) {
           return edge.to == reader.task && edge.from != reader.task &&
                  edge.reason != WaitReason::kTask;
         });
}

}  // namespace

/// A task waits for a channel whose other side nobody has ever used.
void find_dead_channels(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  const WaitGraph& graph = scene.graph_at_end();
  for (const Waiting& waiting : graph.waiting()) {
    if (!waiting.alone || is_internal(model, waiting.task) || is_quiet_channel(graph, waiting))
      continue;
    Finding one{.weight = Weight::kHang,
                .size = scene.analysis.seconds(model.totals.last_time - waiting.since)};
    one.what = fmt::format("{} waits for {}", with_place(model, waiting.task, waiting.place),
                           waiting_text(model, graph, waiting));
    one.evidence = fmt::format("for {} now, up to the end",
                               scene.time(model.totals.last_time - waiting.since));
    for (const Waiting& other : graph.waiting()) {
      for (const uint32_t edge : other.edges) {
        if (graph.edges()[edge].to == waiting.task && other.task != waiting.task)
          one.evidence += "; " + edge_text(model, graph, graph.edges()[edge]);
      }
    }
    one.next = fmt::format("tasks --stuck {}", scene.path());
    found.push_back(std::move(one));
    return;
  }
}

/// Every thread waits, without a time limit, for what only another thread of the program could do.
void find_standstill(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  const WaitGraph& graph = scene.graph_at_end();
  const Waiting* first = nullptr;
  size_t threads = 0;
  for (const Waiting& waiting : graph.waiting()) {
    if (model.tasks[waiting.task].kind != TaskKind::kKernelThread) continue;
    if (waiting.stand == nullptr || waiting.stand->kind == ThreadWaitKind::kOther ||
        waiting.stand->timed)
      return;
    ++threads;
    if (first == nullptr || waiting.since > first->since) first = &waiting;  // the last one to stop
  }
  if (first == nullptr || threads != scene.stands.size()) return;
  Finding one{.weight = Weight::kHang, .size = static_cast<double>(threads)};
  one.what =
      fmt::format("all {} threads are blocked: no thread of the program can wake them", threads);
  const std::string place = stand_place_text(*first->stand);
  one.evidence = fmt::format("the last one to stop: {}{}, at most {} before the end, waits for {}",
                             task_text(model, first->task), place.empty() ? "" : " (" + place + ")",
                             scene.time(model.totals.last_time - first->since),
                             thread_wait_text(model, *first));
  one.next = fmt::format("tasks --stuck {}", scene.path());
  found.push_back(std::move(one));
}

namespace {

/// It sleeps: it will not wake anybody up before it has gone on by itself.
bool sleeps(const ThreadStand& stand) {
  return stand.is_blocked() && stand.timed && stand.kind == ThreadWaitKind::kOther && stand.fd < 0;
}

}  // namespace

/// All fibers of a program wait, their thread without a time limit, and no other thread could wake
/// one but after a sleep.
void find_idle_fibers(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  if (scene.fibers.empty() || scene.stands.empty()) return;
  const WaitGraph& graph = scene.graph_at_end();
  if (!graph.cycles().empty()) return;  // find_cycles tells
  const ThreadStand* idle = nullptr;
  for (const ThreadStand& stand : scene.stands) {
    if (sleeps(stand) || (stand.has_turn && !stand.is_blocked())) continue;
    const bool waits =
        stand.is_blocked() && !stand.timed && stand.kind == ThreadWaitKind::kCondition;
    if (!waits || idle != nullptr) return;
    idle = &stand;
  }
  if (idle == nullptr) return;
  std::vector<const Waiting*> waiting;
  for (const Waiting& one : graph.waiting()) {
    if (one.fiber != nullptr && one.fiber->place() != nullptr && one.operation == kNone)
      waiting.push_back(&one);
  }
  if (waiting.empty()) return;
  Finding one{.weight = Weight::kHang, .size = static_cast<double>(waiting.size())};
  one.what = fmt::format(
      "all fibers wait, {} in calls of the program: no fiber can wake another one, and thread {} "
      "waits without a time limit",
      waiting.size(), idle->thread);
  for (const Waiting* fiber : waiting) {
    if (one.evidence.size() > 400) break;
    one.evidence += fmt::format("{}{} waits in {}", one.evidence.empty() ? "" : "; ",
                                with_stand(model, fiber->task, *fiber->fiber),
                                waiting_text(model, graph, *fiber));
  }
  one.next = fmt::format("tasks --stuck {}", scene.path());
  found.push_back(std::move(one));
}

/// Tasks that wait much longer than any other of their expression lived, where most have ended.
void find_unfinished(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  struct Lives {
    uint32_t ended = 0;
    Ticks longest{};
    std::map<PlaceIndex, std::vector<TaskIndex>> open;  // by where they wait
  };
  std::map<ExpressionIndex, Lives> all;
  for (const TaskIndex number : model.tasks.numbers()) {
    const Task& task = model.tasks[number];
    if (task.kind == TaskKind::kKernelThread || is_internal(model, number) ||
        waits_for_arrivals(model, task))
      continue;
    Lives& lives = all[task.expression];
    if (task.ended != kNone) {
      ++lives.ended;
      lives.longest = std::max(lives.longest, task.ended_time - task.created_time);
    } else {
      const SegmentIndex last = scene.analysis.last_segment(number, kNone);
      lives.open[last == kNone ? task.place : model.segments[last].suspend_place].push_back(number);
    }
  }
  for (const auto& [expression, lives] : all) {
    if (lives.ended < kLeastEnded) continue;
    for (const auto& [place, open] : lives.open) {
      std::vector<TaskIndex> overdue;
      for (const TaskIndex task : open) {
        if (model.totals.last_time - model.tasks[task].created_time > kOverdue * lives.longest)
          overdue.push_back(task);
      }
      if (overdue.empty() || overdue.size() >= lives.ended) continue;
      const std::string where = place_text(model, place);
      Finding one{.weight = Weight::kLost,
                  .size = static_cast<double>(overdue.size()) / (lives.ended + 1.0)};
      one.what = fmt::format("{} {} never ended{}", overdue.size(),
                             inspect::printable(expression_name(model, expression)),
                             where.empty() ? "" : ": last seen at " + where);
      one.evidence = fmt::format(
          "{} of the same ended, after {} at most; the oldest of these is {} old: {}", lives.ended,
          scene.time(lives.longest),
          scene.time(model.totals.last_time - model.tasks[overdue.front()].created_time),
          stack_text(scene.analysis, overdue.front(), scene.analysis.total_events()));
      one.next = fmt::format("tasks --stuck {}", scene.path());
      found.push_back(std::move(one));
    }
  }
}

}  // namespace weft::report
