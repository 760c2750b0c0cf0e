/// Every call of the functions that a user names, out of a replay with probes.
#pragma once

#include <string>
#include <vector>

#include "debugger/spans/event_times.h"
#include "debugger/spans/function_choice.h"
#include "debugger/spans/span.h"
#include "weft/base/result.h"

namespace weft::spans {

struct CallTraceRequest {
  std::string trace_path{};
  std::string runtime_path{};  ///< weft-runtime
  std::vector<NamePattern> patterns{};
};

struct CallTrace {
  FunctionChoice choice;
  std::vector<Span> spans;  ///< in the order of their entries
  EventTimes times;
  uint64_t hits = 0;
  size_t not_armed = 0;  ///< probes whose place could not be probed
};

/// Errors: those of opening and replaying the trace; no function has one of these names.
Result<CallTrace> trace_calls(const CallTraceRequest& request);

}  // namespace weft::spans
