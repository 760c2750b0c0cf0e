/// What a trace says about tasks, ready to be asked: the library behind `weft requests`, `graph`,
/// `tasks`, `stats`, `why` and `query`, and behind the debugger's async navigation. No user
/// interface in it.
///
/// open() reads the whole trace once and leaves an index file beside it (index_file.h); from then
/// on opening costs as much as reading that. All look-ups below are answered from memory: no
/// execution of the program is needed.
///
/// A *moment* N is "just before event N": events below N have happened. total_events() is the end.
/// Tasks are rows (TaskIndex, model.h); kNone stands for "none" everywhere.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "debugger/analysis/model/model.h"
#include "weft/base/result.h"
#include "weft/trace/trace_info.h"

namespace weft::analysis {

/// What a task does at a moment.
enum class TaskState : uint8_t {
  kUnborn,   ///< not yet created
  kCreated,  ///< never ran, and nobody made it ready
  kRunning,  ///< has an open segment, nothing nested in it
  kPaused,   ///< has an open segment, and another task runs inside it
  kReady,    ///< was made ready, and has not run yet
  kWaiting,
  kEnded,
};
const char* state_name(TaskState state);

/// One level of a logical stack: a task, and where it stands.
struct LogicalFrame {
  TaskIndex task = kNone;
  PlaceIndex place = kNone;  ///< where it waits, or went on last
  TaskState state = TaskState::kUnborn;
};

/// Times of a task between two moments, in ticks. What is not yet over counts up to the later one.
struct TaskTimes {
  Ticks running{};  ///< on a thread, without what ran nested inside and without blocked calls
  Ticks blocked{};  ///< in system calls that blocked, inside its segments
  Ticks ready{};    ///< made ready, but not run
  Ticks waiting{};  ///< everything else of its life
  Ticks total() const { return running + blocked + ready + waiting; }
};

struct OpenOptions {
  bool use_index = true;   ///< read the index file if there is one, write it if there is none
  bool read_only = false;  ///< write nothing
  bool redact = false;     ///< without values (redaction.h)
};

class Analysis {
 public:
  /// Errors: those of TraceReader::open. A damaged trace is analysed as far as it is readable, see
  /// damage().
  static Result<Analysis> open(const std::string& trace_path, const OpenOptions& options = {});

  const Model& model() const { return *model_; }
  const trace::TraceInfo& info() const { return info_; }
  const std::string& trace_path() const { return trace_path_; }
  /// The moment at the end.
  EventIndex total_events() const { return EventIndex(model_->totals.events); }
  /// Why not all of the trace could be read.
  const std::optional<Error>& damage() const { return damage_; }
  /// The program told weft about its tasks, or fibers were seen.
  bool has_async_events() const { return model_->totals.hook_events > 0; }
  bool came_from_index() const { return came_from_index_; }

  /// Since the start of the recording.
  double seconds_at(Ticks time) const { return info_.seconds_at(time); }
  double seconds(Ticks duration) const { return info_.seconds(duration); }

  // Tasks.
  TaskIndex find_task(TaskId id) const { return model_->find_task(id); }
  TaskState state(TaskIndex task, EventIndex moment) const;
  /// Since when a task that is kReady at the moment has been so.
  Ticks ready_since(TaskIndex task, EventIndex moment) const;
  std::vector<TaskIndex> alive_at(EventIndex moment) const;
  /// Kernel threads themselves count where no task is current. kNone: no such thread.
  TaskIndex current_task(ThreadNumber thread, EventIndex moment) const;
  std::vector<TaskIndex> children(TaskIndex task) const;
  /// Which task awaits which, from the given one outwards: what a stack trace would show if
  /// coroutines had one.
  std::vector<LogicalFrame> logical_stack(TaskIndex task, EventIndex moment) const;
  TaskTimes times(TaskIndex task, EventIndex from, EventIndex to) const;
  TaskTimes times(TaskIndex task) const;

  // Segments.
  /// The last one that was resumed before the moment; kNone: it had not run.
  SegmentIndex last_segment(TaskIndex task, EventIndex moment) const;
  SegmentIndex next_segment(SegmentIndex segment) const;  ///< of the same task
  /// The segment whose resume is the event.
  SegmentIndex segment_resumed_at(EventIndex event) const;
  /// Segments that `task` made ready to run.
  std::vector<SegmentIndex> woken_by(TaskIndex task) const;

  // Events of a task, as the debugger steps over them: the next one after `event`, the last one
  // before it. kNone: there is none.
  EventIndex next_resume(TaskIndex task, EventIndex event) const;
  EventIndex previous_resume(TaskIndex task, EventIndex event) const;
  EventIndex next_suspend(TaskIndex task, EventIndex event) const;
  EventIndex previous_suspend(TaskIndex task, EventIndex event) const;
  EventIndex end_of(TaskIndex task) const { return model_->tasks[task].ended; }
  /// The event that made the task ready to run when it was resumed at `resume`; kNone: unknown.
  EventIndex cause_of(EventIndex resume) const;

  // Requests.
  /// That the task worked for at the moment; kNone: for none.
  RequestIndex request_of(TaskIndex task, EventIndex moment) const;
  /// Tasks that were created for the request, and the one that it began in, in the order of
  /// creation.
  std::vector<TaskIndex> tasks_of(RequestIndex request) const;

 private:
  Analysis() = default;

  std::unique_ptr<Model> model_;
  trace::TraceInfo info_;
  std::string trace_path_;
  std::optional<Error> damage_;
  bool came_from_index_ = false;
};

}  // namespace weft::analysis
