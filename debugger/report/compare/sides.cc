#include "debugger/report/compare/sides.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/model/ranking.h"
#include "debugger/analysis/questions/statistics.h"
#include "debugger/report/text/words.h"

namespace weft::report {

namespace {

double mean(const std::vector<double>& values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Without the line: that of another version is another one.
std::string expression_key(const Model& model, ExpressionIndex number) {
  const std::string place = place_text(model, model.expressions[number].place);
  const std::string name = expression_name(model, number);
  return place.empty() ? name : fmt::format("{} ({})", name, place.substr(0, place.rfind(':')));
}

void add_expression(const Analysis& analysis, const ExpressionFigures& one,
                    std::map<FigureKey, double>& figures) {
  const std::string what = expression_key(analysis.model(), one.expression);
  const double tasks = one.started;
  figures[{what, Measure::kCount}] += tasks;
  const auto each = [&](Measure measure, Ticks ticks) {
    figures[{what, measure}] += analysis.seconds(ticks) / tasks;
  };
  each(Measure::kRunning, one.times.running);
  each(Measure::kBlocked, one.times.blocked);
  each(Measure::kReady, one.times.ready);
  each(Measure::kWaiting, one.times.waiting);
}

void add_requests(const Analysis& analysis, std::map<FigureKey, double>& figures) {
  const Model& model = analysis.model();
  std::vector<double> durations;
  for (const RequestIndex number : model.requests.numbers()) {
    if (model.requests[number].kind != RequestKind::kRootTask)
      durations.push_back(request_seconds(analysis, number));
  }
  if (durations.empty()) return;
  figures[{"requests", Measure::kCount}] = static_cast<double>(durations.size());
  figures[{"requests", Measure::kMedian}] = percentile(durations, 0.5);
  figures[{"requests", Measure::kSlowest}] = percentile(durations, 0.99);
}

bool overlap(const std::vector<double>& a, const std::vector<double>& b) {
  const auto [least_a, most_a] = std::ranges::minmax(a);
  const auto [least_b, most_b] = std::ranges::minmax(b);
  return least_a <= most_b && least_b <= most_a;
}

/// Each recording has this one.
size_t recordings_of(const Figures& figures) {
  const auto found = figures.find({"the recording", Measure::kEvents});
  return found == figures.end() ? 0 : found->second.size();
}

/// One side has no such figure at all.
Verdict of_one_side(const std::vector<double>& values, Verdict only) {
  return std::ranges::find(values, 0.0) == values.end() ? only : Verdict::kWithinNoise;
}

Verdict verdict_of(const std::vector<double>& before, const std::vector<double>& after) {
  if (overlap(before, after)) return Verdict::kWithinNoise;
  const bool known = before.size() > 1 && after.size() > 1;
  return known ? Verdict::kBeyondNoise : Verdict::kNoiseUnknown;
}

double count_of(const Figures& figures, const std::string& what) {
  const auto found = figures.find({what, Measure::kCount});
  return found == figures.end() ? 1 : mean(found->second);
}

}  // namespace

const char* measure_name(Measure measure) {
  constexpr const char* kNames[kMeasures] = {"count", "p50",     "p99",      "running", "blocked",
                                             "ready", "waiting", "duration", "events"};
  return kNames[static_cast<size_t>(measure)];
}

bool is_seconds(Measure measure) {
  return measure != Measure::kCount && measure != Measure::kEvents;
}

void add_figures(const Analysis& analysis, Figures& figures) {
  std::map<FigureKey, double> own;
  const Model& model = analysis.model();
  own[{"the recording", Measure::kWholeTime}] =
      analysis.seconds(model.totals.last_time - model.totals.first_time);
  own[{"the recording", Measure::kEvents}] = static_cast<double>(model.totals.events);
  add_requests(analysis, own);
  for (const ExpressionFigures& one : analysis::figures(analysis)) {
    if (!model.expressions[one.expression].internal) add_expression(analysis, one, own);
  }
  const size_t earlier = recordings_of(figures);
  for (const auto& [key, value] : own) {
    std::vector<double>& values = figures[key];
    if (key.measure == Measure::kCount) values.resize(earlier);  // zeros
    values.push_back(value);
  }
  for (auto& [key, values] : figures) {
    if (key.measure == Measure::kCount) values.resize(earlier + 1);
  }
}

double Change::mean_before() const {
  return mean(before);
}
double Change::mean_after() const {
  return mean(after);
}

std::vector<Change> compare(const Figures& before, const Figures& after) {
  std::vector<Change> changes;
  for (const auto& [key, values] : before) {
    Change change{.key = key, .before = values};
    const auto other = after.find(key);
    if (other == after.end()) {
      change.verdict = of_one_side(values, Verdict::kOnlyBefore);
      if (key.measure == Measure::kCount) changes.push_back(std::move(change));
      continue;
    }
    change.after = other->second;
    const double from = change.mean_before(), to = change.mean_after();
    if (std::abs(to - from) <= kLeastChange * std::max(from, to)) continue;
    change.verdict = verdict_of(change.before, change.after);
    if (is_seconds(key.measure)) change.size = std::abs(to - from) * count_of(before, key.what);
    changes.push_back(std::move(change));
  }
  for (const auto& [key, values] : after) {
    if (key.measure != Measure::kCount || before.contains(key)) continue;
    changes.push_back(
        {.key = key, .after = values, .verdict = of_one_side(values, Verdict::kOnlyAfter)});
  }
  std::ranges::stable_sort(changes, std::ranges::greater{}, &Change::size);
  return changes;
}

}  // namespace weft::report
