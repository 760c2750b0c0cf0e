/// `weft replay`: replays a trace one or more times and says how it went.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "weft/base/result.h"

namespace weft::session {

struct ReplayOptions {
  std::string trace_path;
  std::string runtime_path;       ///< weft-runtime
  unsigned repeat = 1;            ///< how many times
  std::optional<uint64_t> until;  ///< stop before this event
  bool verify = false;            ///< compare all that the trace says about memory
  bool show_output = false;       ///< show what the program writes to stdout and stderr
  bool json = false;              ///< one JSON object on stdout instead of text
};

/// Returns the exit status: 0 if every replay reached its end without divergence, 4 otherwise. An
/// error means that nothing could be replayed, or that the trace turned out to be damaged.
Result<int> run_replay(const ReplayOptions& options);

}  // namespace weft::session
