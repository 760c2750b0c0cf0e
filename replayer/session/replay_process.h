/// One replayed program: a weft-runtime in replay mode, driven through a ReplayChannel.
///
/// Nothing that this process does can make the replayer wait for ever: waiting ends when it reports
/// a state, when it dies, when it sleeps for ten seconds although the log is there (a replay has
/// nothing to wait for), or when it has used more CPU time than any replay of this log could. It
/// never outlives the replayer (PR_SET_PDEATHSIG) or this object.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "replayer/session/channel_file.h"
#include "replayer/session/log_window.h"
#include "weft/base/result.h"
#include "weft/base/unique_fd.h"
#include "weft/channel/replay_channel.h"
#include "weft/trace/event_index.h"

namespace weft::session {

enum class Outcome {
  kEnded,     ///< the whole log was replayed
  kParked,    ///< stands before the event that was asked for
  kDiverged,  ///< see channel().divergence; the process stands still and can be read
  kFailed,    ///< the runtime gave up, message in channel().divergence.what
  kDied,      ///< the process is gone, see wait_status()
  kStalled,   ///< it will not come to an end; the process still exists
  kNoLog,     ///< the log could not be decoded, see LogWindow::failure()
};

struct ReplayRequest {
  std::string runtime_path;         ///< weft-runtime
  trace::EventIndex stop_before{};  ///< park before this event; kNone: do not
  bool verify = false;              ///< what kMemory events say is compared
  bool show_output = false;         ///< the program's writes to fds 1 and 2 are really made
  double cpu_limit_seconds = 3600;  ///< more than any exact replay of this log needs
  bool own_group = false;           ///< a process group of its own: not for the terminal's Ctrl-C
  /// Where its channel and those of its copies are; nullptr: in a new file.
  std::shared_ptr<ChannelFile> channels = nullptr;
};

/// That limit for a trace: from how long the recording took, up to its last chunk.
double cpu_limit_seconds(const trace::TraceReader& reader);

/// Where a process stops next. See replay_channel.h.
struct ReplayStop {
  trace::EventIndex before{};      ///< kNone: nowhere
  trace::EventIndex step_event{};  ///< steps after it are counted
  uint64_t step_count = 0;
  bool trace_steps = false;
};

class ReplayProcess {
 public:
  /// Starts a process. `log` must outlive it, and the calling thread too: the process dies with it.
  static Result<std::unique_ptr<ReplayProcess>> spawn(LogWindow& log, const ReplayRequest& request);
  /// Ends the process, if it still runs, and reaps it.
  ~ReplayProcess();
  ReplayProcess(const ReplayProcess&) = delete;
  ReplayProcess& operator=(const ReplayProcess&) = delete;

  /// Waits until something happens, see Outcome.
  Outcome wait();
  /// The same; nothing if it still runs after `limit`.
  std::optional<Outcome> wait_for(std::chrono::milliseconds limit);
  /// Lets a process that stands still go on to `stop`; wait() tells when it is there.
  void run_to(const ReplayStop& stop);
  /// Asks a process that runs to stand still before its next event; wait() tells when it does.
  void stop_soon() { shared().stop_before = 0; }
  /// The same before `event`, unless it was to stop earlier, or has passed.
  void stop_earlier(trace::EventIndex event) {
    if (event.value() < shared().stop_before) shared().stop_before = event.value();
  }
  /// A copy of a process that stands still (parked or at the end), at the same moment. An error if
  /// there is no memory, or if the process has died.
  Result<std::unique_ptr<ReplayProcess>> fork();
  /// True once the process is gone.
  bool has_died();
  /// CPU time that it has used.
  double cpu_seconds() const;
  /// While it stands still: which probe area of its channel file it uses from now on.
  void use_probe_area(uint32_t number) { shared().probe_area = number + 1; }
  /// For a debugger that stops the program at will: nothing ends it by the clock.
  void set_in_debugger() { shared().in_debugger = 1; }

  pid_t pid() const { return pid_; }
  const channel::ReplayChannel& channel() const { return slot_.channel(); }
  const ChannelFile& channels() const { return *slot_.file(); }
  /// As from waitpid; only after kDied.
  int wait_status() const { return wait_status_; }

 private:
  ReplayProcess(LogWindow& log, ChannelSlot slot, double cpu_limit_seconds);

  channel::ReplayChannel& shared() { return slot_.channel(); }
  Status start(const ReplayRequest& request);
  void command(channel::ReplayCommand what);
  int64_t await_fork();
  bool is_stalled();
  void quit();

  LogWindow& log_;
  ChannelSlot slot_;
  double cpu_limit_seconds_;
  pid_t pid_ = -1;
  bool reaped_ = false;
  int wait_status_ = 0;
  double last_cpu_ = 0;
  int idle_looks_ = 0;
};

}  // namespace weft::session
