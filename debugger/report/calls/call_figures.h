/// Figures of the calls that a replay with probes has seen, and for which request each worked.
#pragma once

#include <vector>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/spans/call_trace.h"

namespace weft::report {

using analysis::RequestIndex;
using analysis::TaskIndex;
using analysis::Ticks;

/// One call.
struct Call {
  const spans::Span* span = nullptr;
  Ticks start{}, duration{};  ///< as good as they can be told
  Ticks least{}, most{};      ///< bounds of the duration
  TaskIndex task = kNone;     ///< that ran when it began
  RequestIndex request = kNone;
  uint32_t outer = spans::kNoSpan;  ///< the call that it was made in
};

/// All calls of one function.
struct FunctionFigures {
  uint32_t function = 0;
  uint64_t calls = 0;
  uint64_t outermost = 0;  ///< of these, those that are not inside another one
  uint64_t exceptions = 0, not_seen = 0, open = 0;
  Ticks total{}, least{}, most{};  ///< of a recursion: of its outermost calls
  Ticks longest{};
  uint64_t requests = 0;  ///< in how many of them it was called
  uint64_t calls_in_requests = 0;

  /// Of the outermost calls: what a recursion does inside is part of them.
  Ticks mean() const { return outermost == 0 ? Ticks{} : total / outermost; }
};

/// In the order of the trace's spans.
std::vector<Call> calls_of(const analysis::Analysis& analysis, const spans::CallTrace& trace);

/// Of the calls that `only` worked for (kNone: of all); those with most time first. Functions that
/// were not called are not in it.
std::vector<FunctionFigures> figures_of(const std::vector<Call>& calls, size_t functions,
                                        RequestIndex only);

}  // namespace weft::report
