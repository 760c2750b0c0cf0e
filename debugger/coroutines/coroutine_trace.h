/// The coroutines of a recorded program that was not built with the tracing flag, out of a replay.
#pragma once

#include <string>

#include "debugger/analysis/model/replayed_hooks.h"
#include "weft/base/result.h"

namespace weft::coroutines {

struct CoroutineTrace {
  analysis::ReplayedHooks hooks;
  size_t coroutines = 0;        ///< functions that were followed
  unsigned without_layout = 0;  ///< that have no debug information, and were not
  unsigned inlined = 0;         ///< whose bodies were inlined everywhere, and were not
  uint64_t hits = 0;
};

/// Errors: those of opening and replaying the trace. No error if there are no coroutines.
Result<CoroutineTrace> trace_coroutines(const std::string& trace_path,
                                        const std::string& runtime_path);

}  // namespace weft::coroutines
