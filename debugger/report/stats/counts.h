/// What `weft info` says about tasks and requests.
#pragma once

#include <optional>
#include <string>

#include "replayer/inspect/summary/async_counts.h"

namespace weft::report {

/// Reads the trace, or its index, and writes nothing. Null if nothing is told of tasks and
/// requests, or the trace cannot be opened.
std::optional<inspect::AsyncCounts> count_async(const std::string& path);

}  // namespace weft::report
