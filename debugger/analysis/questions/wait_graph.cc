#include "debugger/analysis/questions/wait_graph.h"

#include <sys/syscall.h>

#include <algorithm>
#include <map>

#include "weft/trace/event.h"

namespace weft::analysis {

namespace {

/// Producers or consumers of one channel that are told apart.
constexpr size_t kMaxParties = 64;

void add_party(std::vector<TaskIndex>& parties, TaskIndex task) {
  if (parties.size() < kMaxParties && std::ranges::find(parties, task) == parties.end())
    parties.push_back(task);
}

}  // namespace

WaitGraph::WaitGraph(const Analysis& analysis, EventIndex moment, const ThreadsAtMoment& threads)
    : analysis_(analysis), model_(analysis.model()), moment_(moment), threads_(threads) {
  collect_objects();
  collect_waiting();
  if (threads.time != Ticks{}) collect_threads();
  for (uint32_t i = 0; i < waiting_.size(); ++i) place_[waiting_[i].task] = i;
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
    waiting.since = waiting.state == TaskState::kReady ? analysis_.ready_since(number, moment_)
                    : last == kNone                    ? task.created_time
                                                       : segment.finish;
    waiting.place = last == kNone ? task.place : segment.suspend_place;
    waiting.wait = last == kNone ? Wait::kStart : segment.wait;
    waiting.object = segment.object;
    if (const auto at = pending.find(number); at != pending.end()) waiting.operation = at->second;
    if (const auto at = asked.find(number); at != asked.end()) waiting.exchange = at->second;
    if (task.operation != kNone) waiting.operation = task.operation;
    waiting_.push_back(std::move(waiting));
  }
}

/// The call that the thread stands in, as the trace tells: calls that took long, and those that
/// never returned.
const BlockedCall* WaitGraph::call_of(TaskIndex root) const {
  const ThreadNumber thread = model_.tasks[root].thread;
  const Table<BlockedCall>& calls = model_.blocked_calls;
  auto at = partition_point(calls, [&](const BlockedCall& call) { return call.event < moment_; });
  while (calls.has(at) && calls[at].thread != thread) ++at;
  return calls.has(at) && calls[at].start <= threads_.time ? &calls[at] : nullptr;
}

bool WaitGraph::ends_in_call() const {
  return moment_ >= analysis_.total_events() &&
         model_.totals.last_kind != static_cast<uint8_t>(trace::EventKind::kExit);
}

void WaitGraph::collect_threads() {
  for (const TaskIndex number : analysis_.alive_at(moment_)) {
    const Task& task = model_.tasks[number];
    if (task.kind != TaskKind::kKernelThread) continue;
    const auto stand = std::ranges::find(threads_.stands, task.thread, &ThreadStand::thread);
    Waiting waiting;
    waiting.task = number;
    waiting.call = call_of(number);
    if (stand != threads_.stands.end()) {
      if (!stand->is_blocked()) continue;
      waiting.stand = &*stand;
    }
    // Who has the turn is about to return from its call, unless the recording ends in it.
    const bool stays = waiting.stand != nullptr && (!stand->has_turn || ends_in_call());
    if (waiting.call == nullptr && !stays) continue;
    waiting.since = waiting.call != nullptr ? waiting.call->start
                    : stand->has_turn       ? model_.totals.last_turn_time
                                            : threads_.time;
    waiting.object = waiting.stand != nullptr ? waiting.stand->object.value() : 0;
    waiting_.push_back(std::move(waiting));
  }
}

bool WaitGraph::is_owner_unknown(const Waiting& waiting) const {
  if (waiting.state != TaskState::kWaiting || !waiting.edges.empty()) return false;
  if (waiting.stand != nullptr)
    return waiting.stand->kind != ThreadWaitKind::kOther && !waiting.stand->timed;
  if (waiting.call != nullptr)
    return waiting.call->call == kUnknownCall || waiting.call->call == SYS_futex;
  if (waiting.wait == Wait::kLock || waiting.wait == Wait::kChannel) return true;
  return waiting.wait == Wait::kUnknown && waiting.operation == kNone && waiting.exchange == kNone;
}

void WaitGraph::add_edge(Waiting& waiting, TaskIndex to, WaitReason reason) {
  const Task& task = model_.tasks[to];
  const bool alive = task.ended == kNone || task.ended >= moment_;
  if (to == kNone || !alive || task.kind == TaskKind::kKernelThread) return;
  waiting.edges.push_back(static_cast<uint32_t>(edges_.size()));
  edges_.push_back({.from = waiting.task, .to = to, .object = waiting.object, .reason = reason});
}

const Waiting& WaitGraph::waiting_of(TaskIndex task) const {
  static const Waiting kNobody;
  const auto at = place_.find(task);
  return at == place_.end() ? kNobody : waiting_[at->second];
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
  if (model_.tasks[waiting.task].kind == TaskKind::kKernelThread) return add_thread_edge(waiting);
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

void WaitGraph::add_thread_edge(Waiting& waiting) {
  const TaskIndex joined = waiting.call != nullptr ? waiting.call->waited_for : TaskIndex();
  const bool told = waiting.stand != nullptr && waiting.stand->owner &&
                    model_.task_of_thread.has(*waiting.stand->owner);
  const TaskIndex to = told ? model_.task_of_thread[*waiting.stand->owner] : joined;
  if (to == kNone) return;
  const bool joins = !told || waiting.stand->kind == ThreadWaitKind::kThread;
  waiting.edges.push_back(static_cast<uint32_t>(edges_.size()));
  edges_.push_back({.from = waiting.task,
                    .to = to,
                    .object = waiting.object,
                    .reason = joins ? WaitReason::kThreadEnd : WaitReason::kThreadLock,
                    .timed = waiting.stand != nullptr && waiting.stand->timed});
}

/// Depth first, without recursion: a chain of waits may have a million tasks. A cycle is found
/// when an edge leads back to a task that is on the path.
void WaitGraph::find_cycles() {
  enum class Mark : uint8_t { kNew, kOnPath, kDone };
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
      if (edges_[edge].timed) continue;
      const auto to = place_.find(edges_[edge].to);
      if (to == place_.end() || marks[to->second] == Mark::kDone) continue;
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
