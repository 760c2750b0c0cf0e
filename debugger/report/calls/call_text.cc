#include <fmt/format.h>

#include <algorithm>

#include "debugger/report/calls/call_view.h"
#include "debugger/report/text/columns.h"
#include "debugger/report/text/words.h"
#include "replayer/inspect/escape.h"

namespace weft::report {
namespace {

using spans::Span;
using spans::SpanEnd;

/// A tilde if the time may be another: by more than a tenth.
std::string about(const Analysis& analysis, Ticks time, Ticks least, Ticks most) {
  const bool is_sure = (most - std::min(least, most)).value() * 10 <= time.value();
  return (is_sure ? "" : "~") + duration_text(analysis.seconds(time));
}

std::string place_of(const spans::TracedFunction& function) {
  if (function.file.empty()) return "";
  const std::string name = function.file.substr(function.file.rfind('/') + 1);
  return inspect::printable(fmt::format("{}:{}", name, function.line));
}

std::string function_table(const CallView& view) {
  Columns columns({{.title = "FUNCTION", .flexible = true},
                   {.title = "AT", .flexible = true},
                   {.title = "CALLS", .align = Columns::Align::kRight},
                   {.title = "TOTAL", .align = Columns::Align::kRight},
                   {.title = "MEAN", .align = Columns::Align::kRight, .optional = true},
                   {.title = "LONGEST", .align = Columns::Align::kRight},
                   {.title = "REQUESTS", .align = Columns::Align::kRight, .dull = "0"},
                   {.title = "EXCEPT", .align = Columns::Align::kRight, .dull = "0"},
                   {.title = "OPEN", .align = Columns::Align::kRight, .dull = "0"}});
  const Analysis& analysis = view.analysis;
  for (const FunctionFigures& figures : view.functions) {
    const spans::TracedFunction& function = view.function(figures.function);
    columns.add({inspect::printable(function.name), place_of(function),
                 std::to_string(figures.calls),
                 about(analysis, figures.total, figures.least, figures.most),
                 duration_text(analysis.seconds(figures.mean())),
                 duration_text(analysis.seconds(figures.longest)), std::to_string(figures.requests),
                 std::to_string(figures.exceptions), std::to_string(figures.open)});
  }
  return columns.empty() ? "" : columns.text(view.options.screen);
}

size_t depth_of(const CallView& view, const Call& call) {
  size_t depth = 0;
  for (uint32_t at = call.outer; at != spans::kNoSpan; at = view.calls[at].outer) ++depth;
  return depth;
}

std::string arguments_text(const Span& span) {
  return fmt::format("({:#x}, {:#x}, {:#x})", span.arguments[0], span.arguments[1],
                     span.arguments[2]);
}

std::string call_name(const CallView& view, const Call& call) {
  const Span& span = *call.span;
  std::string text = std::string(2 * std::min<size_t>(depth_of(view, call), 20), ' ') +
                     inspect::printable(view.function(span.function).name);
  if (view.options.arguments) text += arguments_text(span);
  const bool is_usual = span.end == SpanEnd::kReturned || span.end == SpanEnd::kTailCall;
  return is_usual ? text : text + " [" + end_name(span.end) + "]";
}

std::string call_table(const CallView& view) {
  Columns columns({{.title = "START", .align = Columns::Align::kRight},
                   {.title = "DURATION", .align = Columns::Align::kRight},
                   {.title = "EVENT", .align = Columns::Align::kRight, .optional = true},
                   {.title = "CALL", .flexible = true},
                   {.title = "IN", .flexible = true},
                   {.title = "REQUEST", .align = Columns::Align::kRight, .dull = ""}});
  const Analysis& analysis = view.analysis;
  size_t shown = 0, left_out = 0;
  for (const Call& call : view.calls) {
    if (!view.is_shown(call)) continue;
    if (view.options.limit != 0 && shown >= view.options.limit) {
      ++left_out;
      continue;
    }
    ++shown;
    columns.add({start_text(analysis.seconds_at(call.start)),
                 about(analysis, call.duration, call.least, call.most),
                 std::to_string(call.span->entry.event.value()), call_name(view, call),
                 task_text(analysis.model(), call.task),
                 call.request == kNone ? "" : fmt::to_string(call.request.value())});
  }
  std::string out = shown == 0 ? "" : "\n" + columns.text(view.options.screen);
  if (left_out > 0)
    out += fmt::format("{} of {} calls; {} later ones left out (--limit 0 shows all)\n", shown,
                       shown + left_out, left_out);
  return out;
}

std::string count_text(size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

/// What was not seen, and how sure the times are.
std::string remarks(const CallView& view) {
  const spans::FunctionChoice& choice = view.trace.choice;
  std::string out;
  const auto add = [&out](const std::string& text) { out += text + "\n"; };
  if (const size_t silent = choice.functions.size() - view.functions.size(); silent > 0)
    add(count_text(silent, "function that matches was", "functions that match were") +
        " not called" + (view.only == kNone ? "" : " for this request"));
  for (const std::string& pattern : choice.unmatched)
    add(fmt::format("no function matches '{}'", inspect::printable(pattern)));
  uint64_t not_seen = 0;
  for (const FunctionFigures& figures : view.functions) not_seen += figures.not_seen;
  if (not_seen > 0)
    add(count_text(not_seen, "call", "calls") +
        " ended in a way that no probe saw (longjmp, for example): the end is when that showed");
  if (view.trace.not_armed > 0)
    add(count_text(view.trace.not_armed, "place", "places") +
        " could not be probed: not in text that stays as it was mapped");
  if (choice.left_out > 0)
    add(count_text(choice.left_out, "place", "places") +
        " left out: there are too many (name fewer functions)");
  if (!view.functions.empty())
    add("The times are from a replay: between two events they are interpolated. ~ marks those that "
        "may be off by more than a tenth");
  return wrap(out, view.options.screen.width, 4);
}

}  // namespace

std::string calls_text(const CallView& view) {
  std::string out = function_table(view);
  if (view.options.each) out += call_table(view);
  if (out.empty()) out = "no calls\n";
  return out + "\n" + remarks(view);
}

}  // namespace weft::report
