#include "debugger/report/stats/stats.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/questions/statistics.h"
#include "debugger/report/stats/delays.h"
#include "debugger/report/text/columns.h"
#include "debugger/report/text/opening.h"
#include "debugger/report/text/words.h"
#include "replayer/inspect/escape.h"

namespace weft::report {

using nlohmann::ordered_json;

namespace {

std::string name_of(const Model& model, ExpressionIndex expression) {
  return inspect::printable(expression_name(model, expression));
}

bool is_folded(const Model& model, const StatsOptions& options, const ExpressionFigures& figures) {
  const Expression& expression = model.expressions[figures.expression];
  return !options.all && expression.internal;
}

std::string table(const Analysis& analysis, const StatsOptions& options,
                  const std::vector<ExpressionFigures>& all) {
  using Align = Columns::Align;
  const Model& model = analysis.model();
  Columns columns({{.title = "EXPRESSION", .align = Align::kLeft, .flexible = true},
                   {.title = "AT", .align = Align::kLeft, .flexible = true},
                   {.title = "COUNT", .align = Align::kRight},
                   {.title = "P50", .align = Align::kRight, .optional = true},
                   {.title = "P99", .align = Align::kRight, .optional = true},
                   {.title = "TOTAL", .align = Align::kRight},
                   {.title = "RUNNING", .align = Align::kRight},
                   {.title = "READY", .align = Align::kRight},
                   {.title = "CANC", .align = Align::kRight, .dull = "0"},
                   {.title = "FAIL", .align = Align::kRight, .dull = "0"}});
  const auto time = [&](Ticks ticks) { return duration_text(analysis.seconds(ticks)); };
  size_t folded = 0;
  for (const ExpressionFigures& figures : all) {
    if (is_folded(model, options, figures)) {
      ++folded;
      continue;
    }
    const Expression& expression = model.expressions[figures.expression];
    columns.add({name_of(model, figures.expression), place_text(model, expression.place),
                 std::to_string(figures.started), time(figures.p50), time(figures.p99),
                 time(figures.total), time(figures.times.running), time(figures.times.ready),
                 std::to_string(figures.cancelled), std::to_string(figures.failed)});
  }
  std::string out = columns.text(options.screen);
  if (folded > 0)
    out += fmt::format("folded: {} handlers and library-internal expressions (--all)\n", folded);
  return out;
}

/// "  29 cancelled at cache.cc:12 by pause (went on at cache.cc:30), race at cache.cc:21; never
/// ran: Cache::set at cache.cc:13; e.g. get_response #88".
std::string cancelled_text(const Model& model, const CancelledAt& cancelled) {
  const std::string place = place_text(model, cancelled.place);
  std::string out = fmt::format("  {} cancelled {}", cancelled.count,
                                place.empty() ? std::string("before they ran") : "at " + place);
  if (cancelled.by != kNone) {
    const std::string by_place = place_text(model, cancelled.by_place);
    const bool is_thread = model.expressions[cancelled.by].kind == TaskKind::kKernelThread;
    const bool is_handler = model.tasks[cancelled.example].kind == TaskKind::kHandler;
    out += is_thread ? std::string(is_handler ? ": by a cancel outside of all tasks"
                                              : ": destroyed outside of all tasks")
                     : " by " + name_of(model, cancelled.by) +
                           (by_place.empty() ? "" : fmt::format(" (went on at {})", by_place));
  }
  if (cancelled.race_place != kNone) out += ", race at " + place_text(model, cancelled.race_place);
  if (cancelled.never_reached != kNone) {
    const std::string next = place_text(model, cancelled.never_reached);
    out += cancelled.never_ran == kNone
               ? "; never reached " + next
               : fmt::format("; never ran: {} at {}", name_of(model, cancelled.never_ran), next);
  }
  return out + fmt::format("; e.g. {}\n", task_text(model, cancelled.example));
}

/// "get_response: 1000 started, 971 done, 29 cancelled at cache.cc:12", and more of each place.
std::string endings(const Model& model, const ExpressionFigures& figures) {
  if (figures.cancelled + figures.failed + figures.unfinished == 0) return "";
  std::string out = fmt::format("{}: {} started, {} done", name_of(model, figures.expression),
                                figures.started, figures.done);
  if (figures.cancelled > 0) out += fmt::format(", {} cancelled", figures.cancelled);
  if (figures.cancelled > 0 && figures.cancelled_at.size() == 1) {
    const std::string place = place_text(model, figures.cancelled_at.front().place);
    if (!place.empty()) out += " at " + place;
  }
  if (figures.failed > 0) out += fmt::format(", {} failed", figures.failed);
  if (figures.unfinished > 0) out += fmt::format(", {} unfinished", figures.unfinished);
  out += "\n";
  for (const CancelledAt& cancelled : figures.cancelled_at) out += cancelled_text(model, cancelled);
  return out;
}

ordered_json figures_json(const Analysis& analysis, const ExpressionFigures& figures) {
  const Model& model = analysis.model();
  const Expression& expression = model.expressions[figures.expression];
  const Place& place = model.places[expression.place];
  ordered_json out;
  out["expression"] = expression_name(model, figures.expression);
  out["kind"] = kind_name(expression.kind);
  out["function"] = std::string(model.strings[expression.name]);
  out["file"] = std::string(model.strings[place.file]);
  out["line"] = place.line;
  out["started"] = figures.started;
  out["done"] = figures.done;
  out["failed"] = figures.failed;
  out["cancelled"] = figures.cancelled;
  out["unfinished"] = figures.unfinished;
  out["most_alive"] = figures.most_alive;
  out["p50_seconds"] = analysis.seconds(figures.p50);
  out["p99_seconds"] = analysis.seconds(figures.p99);
  out["longest_seconds"] = analysis.seconds(figures.longest);
  out["total_seconds"] = analysis.seconds(figures.total);
  out["running_seconds"] = analysis.seconds(figures.times.running);
  out["blocked_seconds"] = analysis.seconds(figures.times.blocked);
  out["ready_seconds"] = analysis.seconds(figures.times.ready);
  out["waiting_seconds"] = analysis.seconds(figures.times.waiting);
  out["longest_ready_seconds"] = analysis.seconds(figures.longest_ready);
  out["cancelled_at"] = ordered_json::array();
  for (const CancelledAt& cancelled : figures.cancelled_at) {
    out["cancelled_at"].push_back(
        {{"place", place_text(model, cancelled.place)},
         {"count", cancelled.count},
         {"by", cancelled.by == kNone ? "" : expression_name(model, cancelled.by)},
         {"by_place", place_text(model, cancelled.by_place)},
         {"race", place_text(model, cancelled.race_place)},
         {"never_reached", place_text(model, cancelled.never_reached)},
         {"never_ran",
          cancelled.never_ran == kNone ? "" : expression_name(model, cancelled.never_ran)},
         {"example", model.tasks[cancelled.example].id}});
  }
  return out;
}

}  // namespace

int run_stats(const StatsOptions& options) {
  auto analysis = Analysis::open(options.path, {.use_index = options.use_index});
  if (!analysis) return inspect::fail(analysis.error(), options.error_out);
  if (!analysis->has_async_events())
    return found_nothing(*analysis, no_async_events(*analysis), options.error_out);
  const auto all = figures(*analysis);
  std::string out;
  if (options.json) {
    for (const ExpressionFigures& figures : all)
      out += figures_json(*analysis, figures)
                 .dump(-1, ' ', true, ordered_json::error_handler_t::replace) +
             "\n";
  } else {
    out = table(*analysis, options, all);
    std::string ends;
    for (const ExpressionFigures& figures : all) {
      if (!is_folded(analysis->model(), options, figures))
        ends += endings(analysis->model(), figures);
    }
    ends = (ends.empty() ? "" : "\n") + ends + blocked_calls_text(*analysis) +
           held_up_text(*analysis) + executors_text(*analysis) + idle_cancels_text(*analysis);
    out += wrap(ends, options.screen.width, 4);
  }
  put(out, options.out);
  return finish(*analysis, options.error_out);
}

}  // namespace weft::report
