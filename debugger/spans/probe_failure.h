/// Why a replay with probes did not come to its end.
#pragma once

#include <string>

#include "replayer/session/log_window.h"
#include "replayer/session/replay_process.h"
#include "weft/base/result.h"

namespace weft::spans {

/// For any outcome but kEnded. Probes may be the reason: a program that reads its own code sees them.
Error probe_failure(const std::string& trace_path, const session::LogWindow& log,
                    const session::ReplayProcess& process, session::Outcome outcome);

}  // namespace weft::spans
