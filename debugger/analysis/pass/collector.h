/// One pass over the events of a trace: hooks, threads, and what system calls tell about tasks.
#pragma once

#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "debugger/analysis/model/replayed_hooks.h"
#include "debugger/analysis/pass/call_causes.h"
#include "debugger/analysis/pass/hook_reader.h"
#include "debugger/analysis/pass/task_log.h"
#include "replayer/trace/event_view.h"

namespace weft::analysis {

/// A task moved bytes over a descriptor: so an exchange on it is that task's.
struct Transfer {
  EventIndex event = kNone;
  TaskIndex task = kNone;
};

class Collector {
 public:
  explicit Collector(Model& model)
      : model_(model), calls_(model), log_(model, calls_), hooks_(model, log_, calls_) {}

  void add(EventIndex index, const trace::EventView& event);
  /// What a replay has found out: after the event that the hook names, before the next one.
  void tell(const ReplayedHook& hook, PlaceIndex place);
  /// To be called after the last event.
  void finish();

  const std::vector<Request>& explicit_requests() const { return hooks_.requests(); }
  /// What moved bytes at the event: a task that was current, or the handler of the operation that
  /// was pending on the descriptor. kNone: the thread itself, for no task.
  TaskIndex transferred_by(EventIndex event) const;

 private:
  void take_call(const Occurrence& now, const trace::EventView& event);
  void take_clone(const Occurrence& now, const trace::EventView& event);
  void take_thread_name(const Occurrence& now, const trace::EventView& event);
  TaskIndex joined_thread(const trace::EventView& event) const;
  void begin_process(const Occurrence& now);
  void take_thread(const Occurrence& now, int64_t thread_id);
  void take_vain_transfer(const Occurrence& now, int64_t fd, bool writes);
  void take_transfer(const Occurrence& now, int64_t fd, bool writes);

  /// The last event of a thread.
  struct LastEvent {
    EventIndex event = kNone;
    Ticks time{};
    trace::EventKind kind{};
  };
  void add_open_calls();
  void take_failure(const Occurrence& now, uint16_t call, int16_t error);

  Model& model_;
  CallCauses calls_;
  TaskLog log_;
  HookReader hooks_;
  std::vector<Transfer> transfers_;  ///< sorted by event
  /// Of a program that tells no operations: by descriptor and direction, the task that tried last,
  /// in vain. What comes through later is for that one, whoever transfers it.
  std::map<std::pair<int64_t, bool>, TaskIndex> tried_;
  IndexVector<ThreadNumber, LastEvent> last_events_;
  LastEvent before_;                                           ///< of the thread of this event
  std::map<std::pair<uint16_t, int16_t>, uint32_t> failures_;  ///< rows, by call and error
  // Threads by their kernel IDs, until both the clone call and the thread's beginning were seen.
  std::unordered_map<int64_t, TaskIndex> cloned_by_, began_;
  std::unordered_map<uint64_t, int64_t> thread_ids_;  ///< by the word that is cleared at their end
  std::unordered_map<int64_t, TaskIndex> thread_of_;  ///< by kernel ID
};

}  // namespace weft::analysis
