/// The recorded program as the launcher sees it: a child that waits at a gate, then runs.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "recorder/launch/signal_relay.h"
#include "weft/base/result.h"
#include "weft/base/unique_fd.h"

namespace weft::launch {

/// How the child becomes the program.
struct SpawnRequest {
  std::string runtime_path;            ///< weft-runtime
  std::string program_path;            ///< what it loads
  std::vector<std::string> arguments;  ///< argv of the program
  int channel_fd = -1;                 ///< inherited by weft-runtime, which closes it
};

/// A forked child. It runs nothing until release(); if it is never released it ends by itself.
class ProgramProcess {
 public:
  static Result<ProgramProcess> fork_at_gate(const SpawnRequest& request,
                                             const SignalState& signals);

  pid_t pid() const { return pid_; }
  int pidfd() const { return pidfd_.get(); }

  /// Lets the child execute weft-runtime. An error says why it could not.
  Status release();

  /// Ends a child that was not released, and reaps it.
  void abandon();

 private:
  pid_t pid_ = -1;
  UniqueFd pidfd_;
  UniqueFd gate_;
};

}  // namespace weft::launch
