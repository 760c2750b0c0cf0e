/// `weft replay` of a trace with several processes: each log by itself, some at the same time.
#pragma once

#include "replayer/session/replay_run.h"
#include "replayer/trace/trace_reader.h"
#include "weft/base/result.h"

namespace weft::session {

/// Replays the logs of all processes, prints how it went, and returns the exit status.
Result<int> replay_processes(const ReplayOptions& options, const trace::TraceReader& reader);

}  // namespace weft::session
