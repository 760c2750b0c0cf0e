/// Why a process did not come to the moment that it was sent to.
#pragma once

#include <string>

#include "replayer/session/replay_process.h"
#include "weft/base/result.h"

namespace weft::timeline {

/// What the messages need to know. `log` outlives it.
struct FailureSource {
  std::string trace_path;
  const session::LogWindow* log;

  /// For any outcome but kParked and kEnded.
  Error error(const session::ReplayProcess& process, session::Outcome outcome) const;
};

}  // namespace weft::timeline
