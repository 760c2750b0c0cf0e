/// What happens to tasks, by event: one sorted list, so that a filter can ask of any event what it
/// was to which task.
#pragma once

#include <span>
#include <vector>

#include "debugger/analysis/questions/analysis.h"

namespace weft::shell {

enum class StepKind : uint8_t {
  kCreated,
  kResumed,
  kSuspended,
  kEnded,
  kFailed,     ///< ended so, besides kEnded
  kCancelled,  ///< ended so, besides kEnded
  kWoken,      ///< the event made it ready to run
  kRequestBegin,
  kRequestEnd,
};

struct TaskStep {
  trace::EventIndex event;
  StepKind kind;
  analysis::TaskIndex task = kNone;
  analysis::PlaceIndex place = kNone;      ///< where the task stood; kNone: not known
  analysis::RequestIndex request = kNone;  ///< of kRequestBegin and kRequestEnd
};

class TaskSteps {
 public:
  explicit TaskSteps(const analysis::Analysis& analysis);
  /// The first step of that kind at the event; null if there is none.
  const TaskStep* find(trace::EventIndex event, StepKind kind) const;
  /// All steps at the event.
  std::span<const TaskStep> at(trace::EventIndex event) const;

 private:
  void add_tasks(const analysis::Analysis& analysis);
  void add_segments(const analysis::Model& model);
  void add_requests(const analysis::Model& model);

  std::vector<TaskStep> steps_;
};

/// A task that a user wrote: not a library's handler, not a coroutine inside a library.
bool is_users(const analysis::Model& model, analysis::TaskIndex task);

}  // namespace weft::shell
