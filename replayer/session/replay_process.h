/// One replayed program: a weft-runtime in replay mode, driven through a ReplayChannel.
///
/// Nothing that this process does can make the replayer wait for ever: waiting ends when it reports
/// a state, when it dies, when it sleeps for ten seconds although the log is there (a replay has
/// nothing to wait for), or when it has used more CPU time than any replay of this log could. It
/// never outlives the replayer (PR_SET_PDEATHSIG) or this object.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>

#include "replayer/session/log_window.h"
#include "weft/base/result.h"
#include "weft/base/unique_fd.h"
#include "weft/channel/replay_channel.h"

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
  std::string runtime_path;           ///< weft-runtime
  uint64_t stop_before = UINT64_MAX;  ///< park before this event
  bool show_output = false;           ///< the program's writes to fds 1 and 2 are really made
  double cpu_limit_seconds = 3600;    ///< more than any exact replay of this log can need
};

class ReplayProcess {
 public:
  /// Starts a process. `log` must outlive it.
  static Result<std::unique_ptr<ReplayProcess>> spawn(LogWindow& log, const ReplayRequest& request);
  /// Ends the process, if it still runs, and reaps it.
  ~ReplayProcess();
  ReplayProcess(const ReplayProcess&) = delete;
  ReplayProcess& operator=(const ReplayProcess&) = delete;

  /// Waits until something happens, see Outcome.
  Outcome wait();

  pid_t pid() const { return pid_; }
  const channel::ReplayChannel& channel() const { return *shared_.as<channel::ReplayChannel>(); }
  /// As from waitpid; only after kDied.
  int wait_status() const { return wait_status_; }

 private:
  ReplayProcess(LogWindow& log, Mapping shared, double cpu_limit_seconds)
      : log_(log), shared_(std::move(shared)), cpu_limit_seconds_(cpu_limit_seconds) {}

  channel::ReplayChannel& shared() { return *shared_.as<channel::ReplayChannel>(); }
  Status start(const ReplayRequest& request, const UniqueFd& channel_fd);
  bool has_died();
  double cpu_seconds() const;
  void quit();

  LogWindow& log_;
  Mapping shared_;
  double cpu_limit_seconds_;
  pid_t pid_ = -1;
  bool reaped_ = false;
  int wait_status_ = 0;
};

}  // namespace weft::session
