#include "debugger/report/text/request_texts.h"

#include <fmt/format.h>

#include <charconv>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/model/trace_parent.h"
#include "replayer/inspect/escape.h"

namespace weft::report {

std::optional<RequestIndex> find_request(const Model& model, std::string_view name) {
  uint32_t number = 0;
  const char* last = name.data() + name.size();
  const auto [end, error] = std::from_chars(name.data(), last, number);
  if (error == std::errc() && end == last) {
    if (number == 0 || number > model.requests.size()) return std::nullopt;
    return RequestIndex(number - 1);
  }
  const auto whole = parse_traceparent(name);
  const std::string_view trace_id = whole ? whole->trace_id : name;
  for (const RequestIndex i : model.requests.numbers()) {
    const auto known = parse_traceparent(model.strings[model.requests[i].traceparent]);
    if (known && known->trace_id == trace_id) return i;
  }
  return std::nullopt;
}

Error no_such_request(const Analysis& analysis, std::string_view name) {
  const uint32_t requests = analysis.model().requests.size();
  const std::string what = fmt::format("there is no request {}: {} holds ",
                                       inspect::printable(name), analysis.trace_path());
  if (requests == 0)
    return {ErrorClass::kUsage, what + "no requests", "weft info says what is in it"};
  return {ErrorClass::kUsage, what + fmt::format("requests 1 to {}", requests),
          "weft requests lists them"};
}

std::string where_text(const Analysis& analysis, const RequestGroups& groups, RequestIndex number) {
  const auto path = critical_path(analysis, groups, number);
  const auto shares = shares_of(analysis.model(), path);
  const double all = request_seconds(analysis, number);
  if (shares.empty() || all <= 0) return "";
  const double percent = 100 * analysis.seconds(shares.front().ticks) / all;
  return fmt::format("{:.0f} % {}", percent, share_text(analysis.model(), shares.front()));
}

namespace {

std::string spans_text(const Analysis& analysis, const Feature& feature) {
  std::string text;
  for (const auto& [from, to] : feature.spans)
    text += fmt::format("{} {} and {}", text.empty() ? "they began between" : ", or between",
                        start_text(analysis.seconds_at(from)), start_text(analysis.seconds_at(to)));
  return text;
}

std::string feature_text(const Analysis& analysis, const Feature& feature) {
  const Model& model = analysis.model();
  const std::string text = text_of(model, feature.text);
  switch (feature.kind) {
    case FeatureKind::kTable:
      return "SQL table " + text;
    case FeatureKind::kExchange:
      return text;
    case FeatureKind::kLongestWait:
      return fmt::format("they wait longest for SQL table {}", text);
    case FeatureKind::kExpression:
      return "they run " + inspect::printable(expression_name(model, feature.expression));
    case FeatureKind::kTime:
      return spans_text(analysis, feature);
    case FeatureKind::kBackground:
      break;
  }
  if (feature.within == Ticks{}) return fmt::format("they run at the same time as {}", text);
  return fmt::format("they run within {} of {}", duration_text(analysis.seconds(feature.within)),
                     text);
}

}  // namespace

std::string difference_text(const Analysis& analysis, const Difference& difference) {
  std::string text;
  for (const Feature& feature : difference.features)
    text += (text.empty() ? "" : " AND ") + feature_text(analysis, feature);
  return text;
}

std::string chance_text(const SlowRequests& slow) {
  if (slow.differences.empty()) return "";
  return fmt::format(
      "of as many requests chosen at random, {} had as much in common",
      slow.chance < 0.01 ? "less than 1 %" : fmt::format("{:.0f} %", 100 * slow.chance));
}

std::string order_text(const Model& model, const std::vector<OrderStep>& order) {
  std::string text;
  for (const OrderStep& step : order) {
    std::string name = step.asked != kNone
                           ? text_of(model, step.asked)
                           : inspect::printable(expression_name(model, step.expression));
    if (step.asked != kNone && !step.whole) name = name.substr(0, name.find(' ')) + " ...";
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

}  // namespace weft::report
