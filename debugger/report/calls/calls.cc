#include "debugger/report/calls/calls.h"

#include <optional>

#include "debugger/report/calls/call_view.h"
#include "debugger/report/text/opening.h"
#include "debugger/report/text/request_texts.h"

namespace weft::report {

const char* end_name(spans::SpanEnd end) {
  constexpr const char* kNames[] = {"returned", "tail call", "exception", "not seen", "open"};
  return kNames[static_cast<size_t>(end)];
}

int run_trace(const CallsOptions& options) {
  auto analysis = Analysis::open(options.path, {.use_index = options.use_index});
  if (!analysis) return inspect::fail(analysis.error(), options.error_out);
  std::optional<RequestIndex> only;
  if (!options.request.empty()) {
    only = find_request(analysis->model(), options.request);
    if (!only) return inspect::fail(no_such_request(*analysis, options.request), options.error_out);
  }
  spans::CallTraceRequest request{options.path, options.runtime_path, {}};
  for (const std::string& pattern : options.patterns) request.patterns.emplace_back(pattern);
  const auto trace = spans::trace_calls(request);
  if (!trace) return inspect::fail(trace.error(), options.error_out);
  CallView view{*analysis, *trace, options, only.value_or(RequestIndex()),
                calls_of(*analysis, *trace)};
  view.functions = figures_of(view.calls, trace->choice.functions.size(), view.only);
  put(options.json ? calls_json(view) : calls_text(view), options.out);
  return finish(*analysis, options.error_out);
}

}  // namespace weft::report
