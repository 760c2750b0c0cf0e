/// The recorder: the process that takes events out of the ring and writes the trace.
///
/// It is forked by the launcher before the program starts, and leaves everything that could end it
/// together with the program: it has a session of its own (kill(0, SIGKILL), Ctrl-C), ignores the
/// signals that end processes politely, and holds none of the launcher's files. It ends when the
/// program has ended and the ring is empty:
///
///        drain ──> append ──> flush when older than 200 ms ──> sleep (at most 20 ms) ──┐
///          ▲                                                                           │
///          └──── the program or a recorded child alive, or a ring not empty ◄──────────┘
///          all gone: last drain, kKilled or a note if the runtime could not say how one ended,
///          close (index), kClosed to the launcher
///
/// A trace that cannot grow (disk full, file-size limit) ends recording, never the program: the
/// trace is closed at its last complete chunk, `stopped` is set, one message goes to the launcher.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "recorder/drain/drain_link.h"
#include "recorder/drain/family.h"
#include "recorder/drain/ring_reader.h"
#include "recorder/trace/trace_writer.h"
#include "weft/base/unique_fd.h"

namespace weft::drain {

/// Drains the rings of a recording into one trace. The parts of the loop are public for tests; a
/// process calls run().
class Drainer {
 public:
  Drainer(RingReader ring, trace::TraceWriter writer, DrainLink link, UniqueFd program_pidfd,
          ProcessClaims claims = {});

  /// The recording ends when the program has ended, though children of it still run.
  void end_with_parent() { until_parent_ = true; }

  /// Drains until the program and its recorded children have ended and nothing waits any more, then
  /// closes the trace.
  void run();

  /// Appends everything that waits, and gives the rings' space back.
  void drain();

  /// Writes down what the runtime could not: a death by signal, or that nobody knows how it ended.
  /// `wait_status` as from waitpid, if anybody knows it.
  void note_end(std::optional<int> wait_status);

  /// Closes the trace and tells the launcher.
  void close();

  Counters counters();

 private:
  using Clock = std::chrono::steady_clock;

  bool program_ended();
  void end_recording();
  void handle(const Message& message);
  void tell_of_children();
  void report_progress();
  void stop_because(const Error& error);

  Family family_;
  DrainLink link_;
  UniqueFd program_pidfd_;
  std::optional<int> wait_status_;
  bool program_ended_ = false;
  bool until_parent_ = false;
  uint32_t children_left_ = 0;  ///< alive when nobody records any more
  bool stop_asked_ = false;
  bool told_of_children_ = false;
  bool failed_ = false;
  Clock::time_point next_report_{};
};

/// What the recorder's process needs: its own copies of the launcher's descriptors, and how to make
/// the trace.
struct DrainJob {
  int channel_fd = -1;
  int program_pidfd = -1;
  int link_fd = -1;
  std::string trace_path;
  trace::TraceInfo info;
  trace::Overwrite overwrite{};
  std::string cache_directory;  ///< of a ContentCache; empty: none
  bool follows = false;         ///< children are recorded too
  bool until_parent = false;    ///< until the program itself has ended
};

/// The recorder's main function, called in the forked process: never returns.
[[noreturn]] void run_recorder_process(const DrainJob& job);

}  // namespace weft::drain
