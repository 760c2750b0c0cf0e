#include "debugger/spans/call_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "debugger/spans/probe_failure.h"
#include "debugger/spans/span_builder.h"
#include "replayer/session/log_window.h"
#include "replayer/trace/trace_reader.h"

namespace weft::spans {
namespace {

using session::LogWindow;
using session::Outcome;

Error no_function(const CallTraceRequest& request, const FunctionChoice& choice) {
  std::string names;
  for (const NamePattern& pattern : request.patterns)
    names += (names.empty() ? "'" : ", '") + pattern.text() + "'";
  std::string hint =
      "a function that was inlined everywhere has no symbol; '*' names all, 'lib:NAME' those\n"
      "      of one file";
  for (const BlindSpot& blind : choice.blind) {
    hint += fmt::format("\n      {}: {}", blind.path,
                        blind.why == BlindSpot::Why::kNoSymbols
                            ? "has no symbols"
                            : "is not on this machine as it was recorded");
  }
  return {ErrorClass::kUsage, fmt::format("{} has no function {}", request.trace_path, names),
          hint};
}

/// Replays, and makes calls of what the probes saw.
Status run(const CallTraceRequest& request, const trace::TraceReader& reader, LogWindow& log,
           CallTrace& result) {
  session::ReplayRequest replay;
  replay.runtime_path = request.runtime_path;
  replay.cpu_limit_seconds = session::cpu_limit_seconds(reader);
  auto started = probes::ProbeRun::start(log, replay);
  if (!started) return started.error();
  probes::ProbeRun& probes = **started;
  SpanBuilder builder(result.choice.meanings, result.choice.functions);
  const Outcome outcome =
      probes.run(result.choice.probes, [&](std::span<const channel::ProbeHit> hits) {
        result.hits += hits.size();
        for (const channel::ProbeHit& hit : hits) {
          builder.take(hit);
          result.times.count(EventIndex(hit.event), hit.ordinal);
        }
      });
  if (outcome != Outcome::kEnded)
    return probe_failure(request.trace_path, log, probes.process(), outcome);
  for (size_t i = 0; i < result.choice.probes.size(); ++i) {
    const channel::ProbeState state = probes.state_of(i);
    if (state != channel::ProbeState::kArmed && state != channel::ProbeState::kGone)
      ++result.not_armed;
  }
  result.spans = builder.finish(result.times.end());
  return {};
}

}  // namespace

Result<CallTrace> trace_calls(const CallTraceRequest& request) {
  auto reader = trace::TraceReader::open(request.trace_path);
  if (!reader) return reader.error();
  auto log = LogWindow::open(*reader);
  if (!log) return log.error();
  const auto events = (*log)->events_before((*log)->bytes());
  if (const auto failure = (*log)->failure()) return *failure;
  CallTrace result{choose_functions(events, request.patterns), {}, EventTimes(events), 0, 0};
  if (result.choice.functions.empty()) return no_function(request, result.choice);
  if (const Status done = run(request, *reader, **log, result); !done) return done.error();
  return result;
}

}  // namespace weft::spans
