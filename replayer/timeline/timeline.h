/// The timeline: brings a live process of the program to any moment of a recording.
///
///                 checkpoints: parked processes
///   start ──●────────●─────●────────●──────●───────────○ leader ─ ─ ─ ─> end
///                                   └─fork, run─> Focus
///
/// A *leader* runs through the recording once, in the background; every so often it stands still
/// and leaves a copy of itself behind (fork: memory is shared until somebody writes). go_to() takes
/// the nearest checkpoint at or before the moment, copies it, and lets the copy run there. Moments
/// that the leader has not come to yet are reached by the leader itself: nothing is nearer.
///
/// The processes are children of this one and die with it, however it ends (PR_SET_PDEATHSIG). All
/// functions may be called from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "replayer/session/log_window.h"
#include "replayer/timeline/focus.h"
#include "replayer/timeline/moment.h"
#include "replayer/trace/trace_reader.h"
#include "weft/base/result.h"

namespace weft::timeline {

struct TimelineOptions {
  std::string runtime_path;                 ///< weft-runtime
  unsigned most_checkpoints = 64;           ///< kept at the same time
  uint64_t most_bytes = uint64_t{1} << 30;  ///< memory of all checkpoints together
  double spacing_seconds = 0.02;            ///< of replay between two checkpoints, to begin with
};

/// The way of a thread through a segment.
struct Steps {
  uint64_t first = 0;  ///< step of records[0]: only the last channel::kStepRecords are kept
  /// Where the thread stood at each step, before that instruction. The last one is the instruction
  /// that left the segment (a call), or where it stopped. Empty: no program code was run.
  std::vector<channel::StepRecord> records;
  Moment end;  ///< where it stopped: the next event, or {event, limit}
};

/// How far the timeline is.
struct TimelineStatus {
  EventIndex reached{0};  ///< the leader's place
  bool first_pass_done = false;
  unsigned checkpoints = 0;
  uint64_t bytes = 0;             ///< memory of all checkpoints together, as measured last
  double widest_gap_seconds = 0;  ///< of replay, between two neighbouring checkpoints
  double first_pass_seconds = 0;  ///< so far
};

class Timeline {
 public:
  /// Opens the trace and begins the first pass. Does not wait for it.
  static Result<std::unique_ptr<Timeline>> open(const std::string& trace_path,
                                                const TimelineOptions& options);
  /// Ends all processes. Every Focus must have gone before.
  ~Timeline();
  Timeline(const Timeline&) = delete;
  Timeline& operator=(const Timeline&) = delete;

  /// A process at `moment`. Where the segment ends before `moment.steps`, it stands before the next
  /// event; where the recording ends before, at its end: Focus::moment() tells.
  Result<std::unique_ptr<Focus>> go_to(const Moment& moment);

  /// The way through the segment that `event` begins, up to step `limit` or its end. Some 4 us a
  /// step; leaves checkpoints behind, so that going to one of these moments is quick.
  Result<Steps> steps_of(EventIndex event, uint64_t limit = channel::kNever);

  /// The moment at the end.
  EventIndex end() const;
  /// The events, decoded; for readers in this process.
  session::LogWindow& log();
  const trace::TraceReader& reader() const;

  TimelineStatus status() const;
  /// Waits until the first pass is over; an error if it could not be.
  Status wait_for_first_pass();

 private:
  class Impl;
  explicit Timeline(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft::timeline
