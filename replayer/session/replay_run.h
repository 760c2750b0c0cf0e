/// `weft replay`: replays a trace one or more times and says how it went.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "replayer/trace/trace_reader.h"
#include "weft/base/result.h"

namespace weft::session {

struct ReplayOptions {
  std::string trace_path;
  std::string runtime_path;         ///< weft-runtime
  unsigned repeat = 1;              ///< how many times
  std::optional<uint32_t> process;  ///< of several, only this one
  std::optional<uint64_t> until;    ///< stop before this event
  bool verify = false;              ///< compare all that the trace says about memory
  bool show_output = false;         ///< show what the program writes to stdout and stderr
  bool json = false;                ///< one JSON object on stdout instead of text
  /// All processes of the file, unless the path names one (trace_name.h), or `until` is given.
  bool all_processes() const;
};

/// How the replays of the log of one process went.
struct LogReplay {
  uint32_t process = 0;
  uint64_t events = 0;  ///< replayed, each time
  unsigned exact = 0;   ///< how many of the replays
  std::string report;   ///< text for a person, if the last one went wrong
};
/// Replays that log `options.repeat` times, and prints nothing.
Result<LogReplay> replay_log(const ReplayOptions& options, trace::TraceReader& reader);

/// Returns the exit status: 0 if every replay reached its end without divergence, 4 otherwise. An
/// error means that nothing could be replayed, or that the trace turned out to be damaged.
Result<int> run_replay(const ReplayOptions& options);

}  // namespace weft::session
