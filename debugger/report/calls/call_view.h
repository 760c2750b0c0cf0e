/// What the text and the JSON of `weft trace` are made of.
#pragma once

#include <string>
#include <vector>

#include "debugger/report/calls/call_figures.h"
#include "debugger/report/calls/calls.h"

namespace weft::report {

struct CallView {
  const analysis::Analysis& analysis;
  const spans::CallTrace& trace;
  const CallsOptions& options;
  RequestIndex only = kNone;  ///< kNone: calls for all requests, and for none
  std::vector<Call> calls{};
  std::vector<FunctionFigures> functions{};

  const spans::TracedFunction& function(uint32_t number) const {
    return trace.choice.functions[number];
  }
  bool is_shown(const Call& call) const { return only == kNone || call.request == only; }
};

/// "returned", "tail call", "exception", "not seen", "open".
const char* end_name(spans::SpanEnd end);

std::string calls_text(const CallView& view);
/// One JSON object.
std::string calls_json(const CallView& view);

}  // namespace weft::report
