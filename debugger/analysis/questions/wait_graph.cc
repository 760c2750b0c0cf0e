#include "debugger/analysis/questions/wait_graph.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace weft::analysis {

namespace {

/// Producers or consumers of one channel that are told apart.
constexpr size_t kMaxParties = 64;

void add_party(std::vector<TaskIndex>& parties, TaskIndex task) {
  if (parties.size() < kMaxParties && std::ranges::find(parties, task) == parties.end())
    parties.push_back(task);
}

}  // namespace

WaitGraph::WaitGraph(const Analysis& analysis, EventIndex moment)
    : analysis_(analysis), model_(analysis.model()), moment_(moment) {
  collect_objects();
  collect_waiting();
  for (Waiting& waiting : waiting_) add_edges(waiting);
  find_cycles();
}

const WaitGraph::Object* WaitGraph::find_object(uint64_t address) const {
  const auto at = std::ranges::lower_bound(objects_, address, {}, &Object::address);
  return at != objects_.end() && at->address == address ? &*at : nullptr;
}

StringIndex WaitGraph::name_of(uint64_t object) const {
  const Object* found = find_object(object);
  return found == nullptr ? StringIndex() : found->name;
}

/// What the holds told until the moment.
void WaitGraph::collect_objects() {
  std::map<uint64_t, Object> objects;
  for (const auto i : model_.holds.numbers()) {
    const Hold& hold = model_.holds[i];
    if (hold.event >= moment_) break;
    Object& object = objects[hold.object];
    object.address = hold.object;
    if (hold.name != kNone) object.name = hold.name;
    if (hold.kind == HoldKind::kAcquire) {
      add_party(object.owners, hold.task);
    } else if (hold.kind == HoldKind::kRelease) {
      // Any task may release: a lock may be handed over, and released by another task.
      const auto owner = std::ranges::find(object.owners, hold.task);
      if (owner != object.owners.end()) {
        object.owners.erase(owner);
      } else if (!object.owners.empty()) {
        object.owners.erase(object.owners.begin());
      }
    } else {
      add_party(hold.kind == HoldKind::kProduce ? object.producers : object.consumers, hold.task);
    }
  }
  for (auto& [address, object] : objects) objects_.push_back(std::move(object));
}

void WaitGraph::collect_waiting() {
  std::unordered_map<TaskIndex, OperationIndex> pending;  // by owner: the last one
  for (const OperationIndex i : model_.operations.numbers()) {
    const Operation& operation = model_.operations[i];
    if (operation.started >= moment_) break;
    if (operation.completed == kNone || operation.completed >= moment_) {
      const Task& handler = model_.tasks[operation.handler];
      if (handler.ended == kNone || handler.ended >= moment_) pending[operation.owner] = i;
    }
  }
  std::unordered_map<TaskIndex, ExchangeIndex> asked;
  for (const ExchangeIndex i : model_.exchanges.numbers()) {
    const Exchange& exchange = model_.exchanges[i];
    if (exchange.first >= moment_) break;
    if (!exchange.incoming && (exchange.last == kNone || exchange.last >= moment_))
      asked[exchange.task] = i;
  }
  for (const TaskIndex number : analysis_.alive_at(moment_)) {
    const Task& task = model_.tasks[number];
    if (task.kind == TaskKind::kKernelThread) continue;
    Waiting waiting;
    waiting.task = number;
    waiting.state = analysis_.state(number, moment_);
    if (waiting.state == TaskState::kRunning || waiting.state == TaskState::kPaused) continue;
    const SegmentIndex last = analysis_.last_segment(number, moment_);
    const Segment& segment = model_.segments[last];
    waiting.since = last == kNone ? task.created_time : segment.finish;
    waiting.place = last == kNone ? task.place : segment.suspend_place;
    waiting.wait = last == kNone ? Wait::kStart : segment.wait;
    waiting.object = segment.object;
    if (const auto at = pending.find(number); at != pending.end()) waiting.operation = at->second;
    if (const auto at = asked.find(number); at != asked.end()) waiting.exchange = at->second;
    if (task.operation != kNone) waiting.operation = task.operation;
    waiting_.push_back(std::move(waiting));
  }
}

void WaitGraph::add_edge(Waiting& waiting, TaskIndex to, WaitReason reason) {
  const Task& task = model_.tasks[to];
  const bool alive = task.ended == kNone || task.ended >= moment_;
  if (to == kNone || !alive || task.kind == TaskKind::kKernelThread) return;
  waiting.edges.push_back(static_cast<uint32_t>(edges_.size()));
  edges_.push_back({waiting.task, to, waiting.object, reason});
}

/// The task that resumed it each time, from within a segment of its own; kNone: not always the same
/// task.
TaskIndex WaitGraph::only_driver(TaskIndex number) const {
  const Task& task = model_.tasks[number];
  TaskIndex driver = kNone;
  for (uint32_t i = 0; i < task.segment_count; ++i) {
    const Segment& segment = model_.segments[model_.segment_of(task, i)];
    if (segment.resumed >= moment_) break;
    if (i == 0 && segment.cause_task == task.awaiter) continue;  // started, by the co_await
    if (segment.cause != Cause::kResumer || (driver != kNone && segment.cause_task != driver))
      return kNone;
    driver = segment.cause_task;
  }
  return driver;
}

void WaitGraph::add_edges(Waiting& waiting) {
  if (waiting.state != TaskState::kWaiting) return;
  if (waiting.wait == Wait::kTask) {
    add_edge(waiting, model_.find_task(TaskId(waiting.object)), WaitReason::kTask);
    return;
  }
  const Object* object = find_object(waiting.object);
  if (waiting.wait == Wait::kLock && object != nullptr) {
    for (const TaskIndex owner : object->owners) add_edge(waiting, owner, WaitReason::kLock);
    return;
  }
  if (waiting.wait == Wait::kChannel && object != nullptr) {
    const bool produces =
        std::ranges::find(object->producers, waiting.task) != object->producers.end();
    waiting.writes = produces;
    for (const TaskIndex other : produces ? object->consumers : object->producers) {
      if (other != waiting.task) add_edge(waiting, other, WaitReason::kChannel);
    }
    return;
  }
  const bool known = waiting.operation != kNone || waiting.exchange != kNone ||
                     waiting.wait == Wait::kIo || waiting.wait == Wait::kTimer;
  if (!known && (waiting.wait == Wait::kUnknown || waiting.wait == Wait::kYield))
    add_edge(waiting, only_driver(waiting.task), WaitReason::kDriver);
}

/// Depth first, without recursion: a chain of waits may have a million tasks. A circle is found
/// when an edge leads back to a task that is on the path.
void WaitGraph::find_cycles() {
  enum class Mark : uint8_t { kNew, kOnPath, kDone };
  std::unordered_map<TaskIndex, uint32_t> place;
  for (uint32_t i = 0; i < waiting_.size(); ++i) place[waiting_[i].task] = i;
  std::vector<Mark> marks(waiting_.size(), Mark::kNew);
  struct Level {
    uint32_t waiting;
    size_t next_edge;
  };
  for (uint32_t start = 0; start < waiting_.size(); ++start) {
    if (marks[start] != Mark::kNew) continue;
    std::vector<Level> path{{start, 0}};
    marks[start] = Mark::kOnPath;
    while (!path.empty()) {
      Level& level = path.back();
      const Waiting& waiting = waiting_[level.waiting];
      if (level.next_edge == waiting.edges.size()) {
        marks[level.waiting] = Mark::kDone;
        path.pop_back();
        continue;
      }
      const uint32_t edge = waiting.edges[level.next_edge++];
      const auto to = place.find(edges_[edge].to);
      if (to == place.end() || marks[to->second] == Mark::kDone) continue;
      if (marks[to->second] == Mark::kNew) {
        marks[to->second] = Mark::kOnPath;
        path.push_back({to->second, 0});
        continue;
      }
      std::vector<uint32_t> cycle;
      bool inside = false;
      for (const Level& at : path) {
        inside = inside || at.waiting == to->second;
        if (inside) cycle.push_back(waiting_[at.waiting].edges[at.next_edge - 1]);
      }
      cycles_.push_back(std::move(cycle));
    }
  }
}

}  // namespace weft::analysis
