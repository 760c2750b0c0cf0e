#include <nlohmann/json.hpp>

#include "debugger/report/calls/call_view.h"
#include "debugger/report/text/words.h"

namespace weft::report {
namespace {

using nlohmann::ordered_json;

ordered_json function_json(const CallView& view, const FunctionFigures& figures) {
  const Analysis& analysis = view.analysis;
  const spans::TracedFunction& function = view.function(figures.function);
  return {{"function", function.name},
          {"file", function.file},
          {"line", function.line},
          {"module", view.trace.choice.modules[function.module].code().mapping.path},
          {"calls", figures.calls},
          {"outermost_calls", figures.outermost},
          {"total_seconds", analysis.seconds(figures.total)},
          {"total_least_seconds", analysis.seconds(figures.least)},
          {"total_most_seconds", analysis.seconds(figures.most)},
          {"longest_seconds", analysis.seconds(figures.longest)},
          {"requests", figures.requests},
          {"calls_in_requests", figures.calls_in_requests},
          {"exceptions", figures.exceptions},
          {"ends_not_seen", figures.not_seen},
          {"open", figures.open},
          {"unknown_exits", function.unknown_exits}};
}

ordered_json call_json(const CallView& view, const Call& call, size_t number) {
  const Analysis& analysis = view.analysis;
  const spans::Span& span = *call.span;
  ordered_json out = {{"call", number},
                      {"function", view.function(span.function).name},
                      {"thread", span.thread.value()},
                      {"event", span.entry.event.value()},
                      {"ordinal", span.entry.ordinal},
                      {"end_event", span.exit.event.value()},
                      {"end_ordinal", span.exit.ordinal},
                      {"end", end_name(span.end)},
                      {"start_seconds", analysis.seconds_at(call.start)},
                      {"duration_seconds", analysis.seconds(call.duration)},
                      {"duration_least_seconds", analysis.seconds(call.least)},
                      {"duration_most_seconds", analysis.seconds(call.most)},
                      {"task", call.task == kNone ? "" : task_label(analysis.model(), call.task)}};
  if (call.outer != spans::kNoSpan) out["outer"] = call.outer;
  if (call.request != kNone) out["request"] = call.request.value();
  if (view.options.arguments) out["arguments"] = span.arguments;
  return out;
}

}  // namespace

std::string calls_json(const CallView& view) {
  ordered_json functions = ordered_json::array(), calls = ordered_json::array(), blind = calls;
  for (const FunctionFigures& figures : view.functions)
    functions.push_back(function_json(view, figures));
  for (size_t i = 0; view.options.each && i < view.calls.size(); ++i) {
    if (view.is_shown(view.calls[i])) calls.push_back(call_json(view, view.calls[i], i));
  }
  for (const spans::BlindSpot& spot : view.trace.choice.blind) {
    const bool has_none = spot.why == spans::BlindSpot::Why::kNoSymbols;
    blind.push_back({{"file", spot.path}, {"why", has_none ? "no symbols" : "not as recorded"}});
  }
  ordered_json out = {{"file", view.analysis.trace_path()},
                      {"times", "interpolated between events, from a replay"},
                      {"hits", view.trace.hits},
                      {"functions", std::move(functions)}};
  if (view.options.each) out["calls"] = std::move(calls);
  out["not_looked_into"] = std::move(blind);
  out["unmatched"] = view.trace.choice.unmatched;
  out["places_not_probed"] = view.trace.not_armed + view.trace.choice.left_out;
  return out.dump(2, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace weft::report
