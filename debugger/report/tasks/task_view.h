/// What the texts of `weft tasks` are made from: one moment of a recording, and which task waits
/// for what then.
#pragma once

#include <string>

#include "debugger/analysis/questions/wait_graph.h"
#include "debugger/report/tasks/tasks.h"
#include "debugger/report/text/words.h"

namespace weft::report {

/// A moment, and when that was.
struct TimedMoment {
  EventIndex event;
  Ticks time;
  ThreadNumber turn;  ///< the thread of the last event before it
};

class TaskView {
 public:
  /// `stands`: of all threads, or of none.
  TaskView(const Analysis& analysis, const TasksOptions& options, const TimedMoment& moment,
           const std::vector<ThreadStand>& stands, std::string not_replayed,
           std::span<const FiberStand> fibers = {});

  const Analysis& analysis() const { return analysis_; }
  const Model& model() const { return analysis_.model(); }
  const TasksOptions& options() const { return options_; }
  const TimedMoment& moment() const { return moment_; }
  const WaitGraph& graph() const { return graph_; }
  /// Why it is not known where threads stand, though it would take a replay; empty: it is, or none.
  const std::string& not_replayed() const { return not_replayed_; }

  /// Library code, or a handler of which nobody said whose it is: shown with --all.
  bool is_folded(TaskIndex task) const;
  /// Null if the task runs.
  const Waiting* waiting_of(TaskIndex task) const;
  /// Of the thread that it runs on, if that is blocked in a call; null: it runs, or waits itself.
  const Waiting* thread_of(TaskIndex task) const;
  /// "blocked", or the state's name.
  std::string state_text(TaskIndex task) const;
  /// "12.3 ms": from then to the moment.
  std::string age(Ticks since) const;
  /// "the end", "event 1200".
  std::string moment_text() const;

 private:
  const Analysis& analysis_;
  const TasksOptions& options_;
  TimedMoment moment_;
  std::string not_replayed_;
  WaitGraph graph_;
};

/// The tasks that are alive, as a table or as a tree.
std::string task_list_text(const TaskView& view);
/// --stuck: cycles, then where tasks wait, then threads that do not come back.
std::string stuck_text(const TaskView& view);
/// Both, as one JSON object.
std::string tasks_json(const TaskView& view);

}  // namespace weft::report
