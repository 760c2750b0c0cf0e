#include "debugger/report/why/without.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "debugger/analysis/model/ranking.h"
#include "debugger/analysis/what_if/shortened.h"
#include "debugger/report/text/words.h"
#include "replayer/inspect/escape.h"

namespace weft::report {

namespace {

constexpr double kPercentiles[] = {0.5, 0.99};
constexpr const char* kPercentileNames[] = {"p50", "p99"};

/// Names of exchanges that are meant.
Result<std::set<StringIndex>> meant(const Model& model, const std::string& text) {
  std::set<StringIndex> same, like;
  for (const ExchangeIndex i : model.exchanges.numbers()) {
    if (model.exchanges[i].incoming) continue;
    const StringIndex what = model.exchanges[i].what;
    const std::string_view name = model.strings[what];
    if (name == text) same.insert(what);
    if (!text.empty() && name.find(text) != std::string_view::npos) like.insert(what);
  }
  if (!same.empty()) return same;
  if (!like.empty()) return like;
  return Error{
      ErrorClass::kUsage,
      fmt::format("the program asked nothing that is called '{}'", inspect::printable(text)),
      "weft query FILE \"SELECT what, count(*) FROM exchanges GROUP BY 1\" lists what it "
      "asked"};
}

struct Estimate {
  Shortened times{};
  std::vector<StringIndex> names{};
};

Result<Estimate> estimate(const Analysis& analysis, const std::string& text) {
  const Model& model = analysis.model();
  const auto names = meant(model, text);
  if (!names) return names.error();
  const RequestGroups groups(model);
  const std::vector<RequestIndex> requests = served_requests(model);
  if (requests.empty())
    return Error{ErrorClass::kUsage, analysis.trace_path() + " holds no requests",
                 "weft info says what is in it"};
  Estimate result;
  result.times = without(analysis, groups, requests,
                         [&](const Exchange& exchange) { return names->contains(exchange.what); });
  result.names.assign(names->begin(), names->end());
  return result;
}

std::string relative_change(double before, double after) {
  return before > 0 ? fmt::format(" ({:+.0f} %)", 100 * (after - before) / before) : "";
}

}  // namespace

Result<std::string> without_text(const Analysis& analysis, const std::string& text,
                                 const Screen& screen) {
  auto found = estimate(analysis, text);
  if (!found) return found.error();
  const Model& model = analysis.model();
  Shortened& times = found->times;
  std::string out = fmt::format(
      "Without waiting for {}{}: {} of {} requests did, for {} in all.\n",
      text_of(model, found->names.front()),
      found->names.size() > 1 ? fmt::format(" and {} others", found->names.size() - 1) : "",
      times.requests, times.before.size(), duration_text(analysis.seconds(times.waited)));
  for (size_t i = 0; i < std::size(kPercentiles); ++i) {
    const double before = analysis.seconds(percentile(times.before, kPercentiles[i])),
                 after = analysis.seconds(percentile(times.after, kPercentiles[i]));
    out += fmt::format("  {}  {} -> {}{}\n", kPercentileNames[i], duration_text(before),
                       duration_text(after), relative_change(before, after));
  }
  out +=
      "An estimate: each request is gone through again with those waits at zero. That others "
      "would free locks, connections and threads sooner is not counted.\n";
  return wrap(out, screen.width, 4);
}

Result<std::string> without_json(const Analysis& analysis, const std::string& text) {
  auto found = estimate(analysis, text);
  if (!found) return found.error();
  Shortened& times = found->times;
  nlohmann::ordered_json out = {{"without", text},
                                {"requests", times.before.size()},
                                {"requests_that_waited", times.requests},
                                {"waited_seconds", analysis.seconds(times.waited)}};
  for (size_t i = 0; i < std::size(kPercentiles); ++i)
    out[kPercentileNames[i]] = {
        {"recorded_seconds", analysis.seconds(percentile(times.before, kPercentiles[i]))},
        {"estimated_seconds", analysis.seconds(percentile(times.after, kPercentiles[i]))}};
  return out.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace weft::report
