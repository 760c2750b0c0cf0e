/// The index of a trace whose tasks a replay has found out about.
#pragma once

#include <string>

#include "debugger/analysis/model/replayed_hooks.h"
#include "weft/base/result.h"

namespace weft::coroutines {

/// Reads the trace anew, with `hooks`, and leaves the result where Analysis::open() finds it. Errors:
/// the trace is not complete; the index could not be written.
Status write_replayed_index(const std::string& trace_path, const analysis::ReplayedHooks& hooks);

}  // namespace weft::coroutines
