/// At one moment: what each task waits for, which task owns that, and where this is a cycle.
///
/// An edge leads from a task to one whose next step it needs:
///   task      to the one that it awaits
///   lock      to its owner (acquired, not released)
///   channel   a reader to those that have produced into it, a writer to those that have consumed
///             from it: a task that has only ever done one of both does the same now
///   passed    without annotations: to who came through an await of the lock last; of a channel, to
///             its only other user (wait_objects.h). Only of waits that have lasted a while
///   driver    a task that was only ever resumed by one other task, from within, to that one, if it
///             waits for nothing that is known ("futurelock": only G polls F)
///   thread    a thread that is blocked in a call, to the one that owns the lock which it waits
///             for, or that it joins: where a replay has told (thread_stand.h)
/// A cycle of such edges never moves again by itself. A wait with a time limit is in no cycle.
#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include "debugger/analysis/model/thread_stand.h"
#include "debugger/analysis/questions/analysis.h"
#include "debugger/analysis/questions/wait_objects.h"

namespace weft::analysis {

enum class WaitReason : uint8_t {
  kTask,
  kLock,
  kChannel,
  kPassed,  ///< concluded: it came through the lock last, or is the only other user of the channel
  kFiberLock,  ///< a fiber that has the boost::fibers::mutex
  kDriver,
  kThreadLock,
  kThreadEnd,
};

struct WaitEdge {
  TaskIndex from = kNone, to = kNone;
  uint64_t object = 0;
  WaitReason reason = WaitReason::kTask;
  bool timed = false;  ///< the wait ends by itself
};

/// What one task waits for.
struct Waiting {
  TaskIndex task = kNone;
  TaskState state = TaskState::kWaiting;
  Wait wait = Wait::kUnknown;
  uint64_t object = 0;
  Ticks since{};  ///< in this state; a thread: at the earliest, since its event before the call
  PlaceIndex place = kNone;
  OperationIndex operation = kNone;    ///< that it has started and that is not complete
  ExchangeIndex exchange = kNone;      ///< that it waits for the answer of
  bool writes = false;                 ///< a channel: it waits to put something in
  bool alone = false;                  ///< a channel: nobody has ever used its other side
  const BlockedCall* call = nullptr;   ///< a thread: the call that it is in, as the trace tells
  const ThreadStand* stand = nullptr;  ///< a thread: where it stands, as a replay tells
  const FiberStand* fiber = nullptr;   ///< a fiber: where it stands, as a replay tells
  std::vector<uint32_t> edges{};       ///< numbers of WaitGraph::edges()
};

/// What the graph is told of threads.
struct ThreadsAtMoment {
  Ticks time{};                          ///< of the moment; 0: threads are left out
  std::span<const ThreadStand> stands;   ///< of all threads, or of none; they outlive the graph
  std::span<const FiberStand> fibers{};  ///< of those that do not run
};

class WaitGraph {
 public:
  WaitGraph(const Analysis& analysis, EventIndex moment, const ThreadsAtMoment& threads = {});

  /// All tasks that are alive and do not run, in the order of creation; threads that are blocked.
  const std::vector<Waiting>& waiting() const { return waiting_; }
  const std::vector<WaitEdge>& edges() const { return edges_; }
  /// Cycles: edges, each leading to where the next one starts.
  const std::vector<std::vector<uint32_t>>& cycles() const { return cycles_; }
  /// It waits for somebody, and nothing tells for whom: so a cycle cannot be ruled out.
  bool is_owner_unknown(const Waiting& waiting) const;
  /// Of one that `waiting()` has; an empty one (task kNone) of any other.
  const Waiting& waiting_of(TaskIndex task) const;
  /// The name that the program gave an object; 0: none.
  StringIndex name_of(uint64_t object) const;
  /// What is known of a lock or a channel; null: nothing.
  const WaitObject* object(uint64_t address) const { return objects_.find(address); }

 private:
  void collect_waiting();
  void collect_threads();
  bool ends_in_call() const;
  const BlockedCall* call_of(TaskIndex thread) const;
  void add_edges(Waiting& waiting);
  void add_edge(Waiting& waiting, TaskIndex to, WaitReason reason);
  void add_lock_edges(Waiting& waiting);
  void add_channel_edges(Waiting& waiting);
  void add_thread_edge(Waiting& waiting);
  bool is_settled(const Waiting& waiting) const;
  bool is_alive(TaskIndex task) const;
  TaskIndex only_driver(TaskIndex task) const;
  void find_cycles();

  const Analysis& analysis_;
  const Model& model_;
  EventIndex moment_;
  ThreadsAtMoment threads_;
  WaitObjects objects_;
  std::vector<Waiting> waiting_;
  std::unordered_map<TaskIndex, uint32_t> place_;  ///< of each task's or thread's row in waiting_
  std::vector<WaitEdge> edges_;
  std::vector<std::vector<uint32_t>> cycles_;
};

}  // namespace weft::analysis
