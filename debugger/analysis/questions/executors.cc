#include "debugger/analysis/questions/executors.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/model/ranking.h"

namespace weft::analysis {

namespace {

std::optional<ExecutorKind> executor_kind(std::string_view operation) {
  if (operation.starts_with("strand")) return ExecutorKind::kStrand;
  if (operation.starts_with("thread_pool")) return ExecutorKind::kPool;
  if (operation.starts_with("io_context")) return ExecutorKind::kLoop;
  return std::nullopt;
}

/// What is between two changes of a count.
struct Changes {
  std::vector<std::pair<Ticks, int>> all;

  void add(Ticks from, Ticks to) {
    all.emplace_back(from, 1);
    all.emplace_back(to, -1);
  }
  uint32_t most() {
    std::ranges::sort(all);
    int now = 0, most = 0;
    for (const auto& [time, change] : all) most = std::max(most, now += change);
    return static_cast<uint32_t>(most);
  }
};

struct Collected {
  ExecutorUse use;
  Changes running, ready;
  std::set<ThreadNumber> threads;
  std::map<PlaceIndex, uint32_t> places;
};

/// Segments that may be nested in a handler's, or belong to other threads meanwhile.
constexpr uint32_t kMostNested = 64;

/// The task that the handler is about: the program's that runs inside it, if it is itself a
/// library's.
TaskIndex inner_task(const Model& model, SegmentIndex number) {
  const Segment& handler = model.segments[number];
  if (!is_internal(model, handler.task)) return handler.task;
  SegmentIndex at = number + 1;
  for (uint32_t i = 0; i < kMostNested && model.segments.has(at); ++i, at = at + 1) {
    const Segment& inner = model.segments[at];
    if (handler.ended != kNone && inner.resumed > handler.ended) break;
    if (inner.thread == handler.thread && !is_internal(model, inner.task)) return inner.task;
  }
  return handler.task;
}

void add_handler(const Model& model, const Operation& operation, Collected& found) {
  const SegmentIndex number = model.segment_of(model.tasks[operation.handler], 0);
  const Segment& segment = model.segments[number];
  if (number == kNone) return;
  ++found.use.handlers;
  found.threads.insert(segment.thread);
  if (found.use.kind == ExecutorKind::kLoop) return;
  if (found.use.last == Ticks{}) found.use.first = operation.started_time;
  found.use.last = std::max(found.use.last, segment.finish);
  found.running.add(segment.start, segment.finish);
  found.ready.add(operation.started_time, segment.start);
  const Ticks ready = segment.start - std::min(segment.start, operation.started_time);
  found.use.ready += ready;
  found.use.running += segment.finish - segment.start;
  const TaskIndex task = inner_task(model, number);
  if (is_internal(model, task)) return;
  const Segment& own = model.segments[model.segment_of(model.tasks[task], 0)];
  const bool stopped = model.tasks[task].kind != TaskKind::kHandler && own.suspend_place != kNone;
  ++found.places[stopped ? own.suspend_place : model.tasks[task].place];
}

}  // namespace

std::vector<ExecutorUse> executors(const Analysis& analysis) {
  const Model& model = analysis.model();
  std::map<std::pair<ExecutorKind, uint64_t>, Collected> all;
  for (const OperationIndex number : model.operations.numbers()) {
    const Operation& operation = model.operations[number];
    const std::string_view name = model.strings[operation.name];
    const auto kind = executor_kind(name);
    if (!kind || operation.object == 0) continue;
    Collected& found = all[{*kind, operation.object}];
    found.use.kind = *kind;
    found.use.object = operation.object;
    add_handler(model, operation, found);
  }
  std::vector<ExecutorUse> uses;
  for (auto& [key, found] : all) {
    if (found.use.handlers == 0) continue;
    found.use.threads = static_cast<uint32_t>(found.threads.size());
    found.use.most_running = found.running.most();
    found.use.most_ready = found.ready.most();
    found.use.place = most_common(found.places);
    uses.push_back(found.use);
  }
  std::ranges::stable_sort(uses, std::ranges::greater{}, &ExecutorUse::ready);
  return uses;
}

}  // namespace weft::analysis
