/// From a trace to a model: one pass over its events, then what can only be told when all is seen.
#pragma once

#include <optional>
#include <string>

#include "debugger/analysis/model/model.h"
#include "debugger/analysis/model/replayed_hooks.h"
#include "replayer/trace/trace_reader.h"
#include "weft/base/result.h"

namespace weft::analysis {

/// Reads as much as is readable. What is returned says why that is not all of it. `replayed`: what a
/// replay has found out besides; nullptr: nothing.
std::optional<Error> read_trace(trace::TraceReader& reader, const std::string& path, Model& model,
                                const ReplayedHooks* replayed = nullptr);

}  // namespace weft::analysis
