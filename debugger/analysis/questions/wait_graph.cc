#include "debugger/analysis/questions/wait_graph.h"

#include <sys/syscall.h>

#include <algorithm>
#include <map>

#include "weft/trace/event.h"

namespace weft::analysis {

namespace {

/// What is concluded from who came through is believed of waits of so many seconds: until then, who
/// was handed the lock may only not have run yet.
constexpr double kSettledSeconds = 0.05;

}  // namespace

WaitGraph::WaitGraph(const Analysis& analysis, EventIndex moment, const ThreadsAtMoment& threads)
    : analysis_(analysis),
      model_(analysis.model()),
      moment_(moment),
      threads_(threads),
      objects_(model_, moment) {
  collect_waiting();
  if (threads.time != Ticks{}) collect_threads();
  for (uint32_t i = 0; i < waiting_.size(); ++i) place_[waiting_[i].task] = i;
  for (Waiting& waiting : waiting_) add_edges(waiting);
  find_cycles();
}

StringIndex WaitGraph::name_of(uint64_t object) const {
  const WaitObject* found = objects_.find(object);
  return found == nullptr ? StringIndex() : found->name;
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
    if (waiting.wait == Wait::kChannel && waiting.object == 0)
      waiting.object = model_.operations[waiting.operation].object;
    if (task.kind == TaskKind::kFiber) {
      const auto stand = std::ranges::find(threads_.fibers, task.id.value(), &FiberStand::task);
      if (stand != threads_.fibers.end()) waiting.fiber = &*stand;
    }
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
  if (waiting.state != TaskState::kWaiting) return false;
  const bool concluded = std::ranges::any_of(
      waiting.edges, [this](uint32_t edge) { return edges_[edge].reason == WaitReason::kPassed; });
  if (!waiting.edges.empty() && !concluded) return false;
  if (waiting.stand != nullptr)
    return waiting.stand->kind != ThreadWaitKind::kOther && !waiting.stand->timed;
  if (waiting.call != nullptr)
    return waiting.call->call == kUnknownCall || waiting.call->call == SYS_futex;
  if (waiting.wait == Wait::kLock || waiting.wait == Wait::kChannel) return true;
  if (waiting.fiber != nullptr && waiting.fiber->waits_in.find("sleep") != std::string::npos)
    return false;  // it goes on by itself
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
  if (waiting.fiber != nullptr && waiting.fiber->owner != 0) {
    waiting.object = waiting.fiber->object;
    return add_edge(waiting, model_.find_task(TaskId(waiting.fiber->owner)),
                    WaitReason::kFiberLock);
  }
  if (waiting.wait == Wait::kLock) return add_lock_edges(waiting);
  if (waiting.wait == Wait::kChannel) return add_channel_edges(waiting);
  const bool known = waiting.operation != kNone || waiting.exchange != kNone ||
                     waiting.wait == Wait::kIo || waiting.wait == Wait::kTimer;
  if (!known && (waiting.wait == Wait::kUnknown || waiting.wait == Wait::kYield))
    add_edge(waiting, only_driver(waiting.task), WaitReason::kDriver);
}

bool WaitGraph::is_settled(const Waiting& waiting) const {
  return threads_.time > waiting.since &&
         analysis_.seconds(threads_.time - waiting.since) >= kSettledSeconds;
}

bool WaitGraph::is_alive(TaskIndex task) const {
  return task != kNone &&
         (model_.tasks[task].ended == kNone || model_.tasks[task].ended >= moment_);
}

/// Told owners; else who came through last. Those of a semaphore that is no queue of signals, only
/// if all of them wait for it again: in a ring, so that they are one cycle.
void WaitGraph::add_lock_edges(Waiting& waiting) {
  const WaitObject* object = objects_.find(waiting.object);
  if (object == nullptr) return;
  for (const TaskIndex owner : object->owners) add_edge(waiting, owner, WaitReason::kLock);
  if (!object->owners.empty() || object->passed.empty() || !is_settled(waiting)) return;
  if (!object->many) return add_edge(waiting, object->passed.back(), WaitReason::kPassed);
  if (object->signals) return;
  std::vector<TaskIndex> alive;
  for (const TaskIndex task : object->passed) {
    if (!is_alive(task)) continue;
    const Waiting& other = waiting_of(task);
    if (other.task == kNone || other.state != TaskState::kWaiting ||
        other.object != waiting.object || !is_settled(other))
      return;
    alive.push_back(task);
  }
  if (alive.empty()) return;
  const auto self = std::ranges::find(alive, waiting.task);
  const bool last = self == alive.end() || self + 1 == alive.end();
  add_edge(waiting, last ? alive.front() : *(self + 1), WaitReason::kPassed);
}

/// To the other side, as far as it is known: of Asio's channels by the operations, of annotated
/// ones by what was told; of others by who came through.
void WaitGraph::add_channel_edges(Waiting& waiting) {
  const WaitObject* object = objects_.find(waiting.object);
  if (object == nullptr) return;
  const std::string_view operation = model_.strings[model_.operations[waiting.operation].name];
  waiting.writes =
      waiting.operation != kNone
          ? operation.find("send") != std::string_view::npos
          : std::ranges::find(object->producers, waiting.task) != object->producers.end();
  const bool sides_known = !object->producers.empty() || !object->consumers.empty();
  std::vector<TaskIndex> others = !sides_known     ? object->passed
                                  : waiting.writes ? object->consumers
                                                   : object->producers;
  std::erase(others, waiting.task);
  waiting.alone = others.empty() && is_settled(waiting);
  if (!sides_known) {
    std::erase_if(others, [&](TaskIndex task) { return !is_alive(task); });
    if (others.size() != 1 || !is_settled(waiting)) return;  // any of several could act
  }
  for (const TaskIndex other : others)
    add_edge(waiting, other, sides_known ? WaitReason::kChannel : WaitReason::kPassed);
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
