/// The process that runs through the recording first, and the thread that drives it.
///
///   leader   ─run─│ stop, copy │─run─│ stop, copy │─ ...   every `interval` of CPU time, and
///                 └─> checkpoint     └─> checkpoint        exactly at moments that are waited for
///
/// Time is measured, not estimated: the leader runs for an interval and is then asked to stop
/// before its next event. The interval grows with the length of the recording, so that the number
/// of checkpoints is enough for all of it, and with the cost of a copy, so that making copies never
/// takes more than a small share of the time.
///
/// This thread starts the first process, and all others are copies of it. They die when this thread
/// ends, however it ends (PR_SET_PDEATHSIG is about the parent thread).
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "replayer/session/replay_process.h"
#include "replayer/timeline/checkpoints.h"
#include "replayer/timeline/failure.h"

namespace weft::timeline {

struct LeaderOptions {
  session::ReplayRequest request;  ///< of the first process
  double spacing_seconds;
  unsigned most_checkpoints;
};

class Leader {
 public:
  /// All of these outlive it.
  Leader(session::LogWindow& log, Checkpoints& checkpoints, FailureSource source,
         LeaderOptions options);
  ~Leader();

  /// Returns when a checkpoint at or before `event` is the nearest that there will be: the leader
  /// has come to it, or will not. Makes it stop exactly there if it has not passed yet.
  void wait_for(EventIndex event);
  /// Waits for the end of the first pass; an error if it has failed.
  Status wait_for_end();
  /// Makes a first process again, should all have died. False if that fails.
  bool restore_start();

  EventIndex reached() const;
  bool done() const;
  double seconds() const;
  /// What stopped it before the end.
  std::optional<Error> failure() const;

 private:
  using Lock = std::unique_lock<std::mutex>;

  void work(const std::stop_token& stop);
  Status start_first();
  bool run_once(const std::stop_token& stop);
  session::Outcome run_interval(const std::stop_token& stop);
  void on_stop(session::Outcome outcome);
  void leave_checkpoint();
  bool begin_again();
  bool has_come_to(EventIndex event) const;
  void finish(std::optional<Error> failure);

  session::LogWindow& log_;
  Checkpoints& checkpoints_;
  FailureSource source_;
  LeaderOptions options_;
  std::unique_ptr<session::ReplayProcess> process_;  ///< only the thread's
  double base_seconds_ = 0;                          ///< before `process_` began
  double copy_seconds_ = 0;                          ///< what the last copy took
  int deaths_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::multiset<EventIndex> wanted_;
  session::ReplayProcess* running_ = nullptr;  ///< to be hurried, under the mutex
  EventIndex reached_{0};
  double seconds_ = 0;
  bool started_ = false;  ///< there is a checkpoint at the start
  bool done_ = false;
  bool start_wanted_ = false;
  std::optional<Error> failure_;

  std::jthread thread_;  ///< last: it uses all of the above
};

}  // namespace weft::timeline
