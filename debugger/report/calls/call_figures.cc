#include "debugger/report/calls/call_figures.h"

#include <algorithm>
#include <set>
#include <utility>

namespace weft::report {
namespace {

using analysis::Analysis;
using analysis::Model;
using analysis::TaskKind;
using spans::PlaceTime;
using spans::Span;
using spans::SpanEnd;

/// The fiber that a task runs on: what tells the stacks of one thread apart.
TaskIndex stack_of(const Model& model, TaskIndex task) {
  return task != kNone && model.tasks[task].kind == TaskKind::kFiber ? task : TaskIndex();
}

Call call_of(const Analysis& analysis, const spans::CallTrace& trace, const Span& span) {
  Call call;
  call.span = &span;
  const PlaceTime entry = trace.times.at(span.entry, span.thread);
  const PlaceTime exit = trace.times.at(span.exit, span.thread);
  call.start = entry.guess;
  call.duration = exit.guess - std::min(entry.guess, exit.guess);
  call.least = exit.earliest - std::min(exit.earliest, entry.latest);
  call.most = exit.latest - std::min(exit.latest, entry.earliest);
  call.task = analysis.current_task(span.thread, span.entry.event);
  if (call.task != kNone) call.request = analysis.request_of(call.task, span.entry.event);
  return call;
}

}  // namespace

std::vector<Call> calls_of(const Analysis& analysis, const spans::CallTrace& trace) {
  std::vector<Call> calls;
  calls.reserve(trace.spans.size());
  for (const Span& span : trace.spans) {
    Call call = call_of(analysis, trace, span);
    // A fiber's frames are on a stack of their own: the call around it is on the same one.
    const TaskIndex stack = stack_of(analysis.model(), call.task);
    uint32_t outer = span.outer;
    while (outer != spans::kNoSpan && stack_of(analysis.model(), calls[outer].task) != stack)
      outer = trace.spans[outer].outer;
    call.outer = outer;
    calls.push_back(call);
  }
  return calls;
}

namespace {

bool is_counted(const Call& call, RequestIndex only) {
  return only == kNone || call.request == only;
}

/// A call of a function in a call of the same one that is counted: its time is part of that one's.
bool is_recursion(const std::vector<Call>& calls, const Call& call, RequestIndex only) {
  for (uint32_t at = call.outer; at != spans::kNoSpan; at = calls[at].outer) {
    if (calls[at].span->function == call.span->function && is_counted(calls[at], only)) return true;
  }
  return false;
}

void add_times(const Call& call, FunctionFigures& figures) {
  ++figures.outermost;
  figures.total += call.duration;
  figures.least += call.least;
  figures.most += call.most;
}

}  // namespace

std::vector<FunctionFigures> figures_of(const std::vector<Call>& calls, size_t functions,
                                        RequestIndex only) {
  std::vector<FunctionFigures> all(functions);
  std::vector<std::set<RequestIndex>> requests(functions);
  for (const Call& call : calls) {
    if (!is_counted(call, only)) continue;
    const uint32_t function = call.span->function;
    FunctionFigures& figures = all[function];
    figures.function = function;
    ++figures.calls;
    figures.exceptions += call.span->end == SpanEnd::kException ? 1 : 0;
    figures.not_seen += call.span->end == SpanEnd::kNotSeen ? 1 : 0;
    figures.open += call.span->end == SpanEnd::kOpen ? 1 : 0;
    if (!is_recursion(calls, call, only)) add_times(call, figures);
    figures.longest = std::max(figures.longest, call.duration);
    if (call.request == kNone) continue;
    ++figures.calls_in_requests;
    requests[function].insert(call.request);
  }
  for (size_t i = 0; i < functions; ++i) all[i].requests = requests[i].size();
  std::erase_if(all, [](const FunctionFigures& figures) { return figures.calls == 0; });
  std::stable_sort(all.begin(), all.end(), [](const FunctionFigures& a, const FunctionFigures& b) {
    return a.total > b.total;
  });
  return all;
}

}  // namespace weft::report
