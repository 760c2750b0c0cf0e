/// Reads hook events (weft/trace/hook.h) into a TaskLog, the operations, and what requests were
/// told.
#pragma once

#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "debugger/analysis/pass/pending_operations.h"
#include "debugger/analysis/pass/task_log.h"
#include "replayer/trace/event_view.h"

namespace weft::analysis {

class HookReader {
 public:
  HookReader(Model& model, TaskLog& log, const CallCauses& calls)
      : model_(model), log_(log), calls_(calls), pending_(model) {}

  void read(const Occurrence& now, const trace::EventView& event);

  const PendingOperations& pending() const { return pending_; }

  /// Explicit requests, in the order of their beginnings. They become Model::requests later,
  /// together with the others (request_builder.h).
  const std::vector<Request>& requests() const { return requests_; }

 private:
  using Reader = void (HookReader::*)(const Occurrence&, const trace::EventView&);
  static const Reader kReaders[];

  void place(const Occurrence& now, const trace::EventView& event);
  void task_create(const Occurrence& now, const trace::EventView& event);
  void task_resume(const Occurrence& now, const trace::EventView& event);
  void task_suspend(const Occurrence& now, const trace::EventView& event);
  void task_end(const Occurrence& now, const trace::EventView& event);
  void task_wake(const Occurrence& now, const trace::EventView& event);
  void task_await(const Occurrence& now, const trace::EventView& event);
  void task_name(const Occurrence& now, const trace::EventView& event);
  void operation_start(const Occurrence& now, const trace::EventView& event);
  void operation_complete(const Occurrence& now, const trace::EventView& event);
  void operation_cancel(const Occurrence& now, const trace::EventView& event);
  void request_begin(const Occurrence& now, const trace::EventView& event);
  void request_end(const Occurrence& now, const trace::EventView& event);
  void note(const Occurrence& now, const trace::EventView& event);
  void traceparent(const Occurrence& now, const trace::EventView& event);
  void hold(const Occurrence& now, const trace::EventView& event);
  void fiber_switch(const Occurrence& now, const trace::EventView& event);

  /// The task of an argument that names the current one; the thread itself for 0.
  TaskIndex current(const Occurrence& now, TaskId id);
  PlaceIndex place_of(uint64_t number) const;
  StringIndex text(const trace::EventView& event, size_t which);
  void cancel(const Occurrence& now, OperationIndex operation, TaskIndex by);

  TaskIndex left_fiber_ = kNone;  ///< that the hook before this one switched away from
  Model& model_;
  TaskLog& log_;
  const CallCauses& calls_;
  std::vector<PlaceIndex> place_numbers_;
  std::unordered_map<uint64_t, std::vector<PlaceIndex>> places_by_hash_;
  PendingOperations pending_;
  std::unordered_set<uint64_t> descriptors_;  ///< objects that had operations on descriptors
  std::vector<Request> requests_;
  std::unordered_map<uint64_t, size_t> request_numbers_;
};

}  // namespace weft::analysis
