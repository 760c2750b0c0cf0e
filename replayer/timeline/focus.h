/// A live process of the program at a moment, for one user: a debugger, a test.
///
/// It is always a fresh copy of a checkpoint, so whatever is done to it (memory changed,
/// breakpoints put, functions called) is gone with it. A Focus ends its process when it goes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "replayer/session/replay_process.h"
#include "replayer/timeline/failure.h"
#include "replayer/timeline/moment.h"
#include "weft/base/result.h"
#include "weft/trace/event.h"

namespace weft::timeline {

/// A thread of the program, as it stands.
struct ThreadState {
  uint32_t id;                 ///< number in the trace
  int32_t tid;                 ///< the kernel's, as recorded
  bool current;                ///< its turn it is; the kernel's thread has its fs base and vectors
  trace::Registers registers;  ///< `rip` in the program's own text, never in weft's
  uint64_t registers_address;  ///< where they lie in the process (rip there may be in a stub)
};

class Focus {
 public:
  Focus(std::unique_ptr<session::ReplayProcess> process, FailureSource source);
  ~Focus();
  Focus(const Focus&) = delete;
  Focus& operator=(const Focus&) = delete;

  pid_t pid() const { return process_->pid(); }
  /// Where it stands, or (running) a moment that it has already reached. After the last event of
  /// the trace if the recording is used up.
  Moment moment() const;
  /// True if it stands between two instructions of the program, all registers known.
  bool in_program() const;
  /// Where program code goes on when the process is released, as an address in the process; it may
  /// lie in a stub of weft's unless in_program().
  uint64_t resume_ip() const;
  /// All threads alive, by number; empty if the process is gone or runs.
  std::vector<ThreadState> threads() const;

  /// Runs on to `moment`, which lies ahead, and waits. It may stop earlier: see moment(). A
  /// divergence, a death, a standstill are errors.
  Status run_to(const Moment& moment);
  /// Lets it go and does not wait: for a debugger that has attached and waits itself. It comes to a
  /// stop before event `stop_before`; wait() tells.
  void release(EventIndex stop_before = kNone);
  /// Waits for the stop that it was released to; see session::Outcome.
  session::Outcome wait() { return process_->wait(); }
  /// Looks whether it lives, without waiting.
  bool alive() { return !process_->has_died(); }

  const channel::ReplayChannel& channel() const { return process_->channel(); }

 private:
  friend class Timeline;
  bool stands_still() const;

  std::unique_ptr<session::ReplayProcess> process_;
  FailureSource source_;
};

/// What a process must be told so that it stops at `moment`.
session::ReplayStop stop_at(const Moment& moment);

}  // namespace weft::timeline
