#include "debugger/analysis/slow/features.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "debugger/analysis/model/ends.h"
#include "debugger/analysis/slow/background.h"

namespace weft::analysis {

namespace {

constexpr size_t kMaxTasks = 10'000;  ///< of a request that are looked at
constexpr double kNearSeconds = 0.2;

/// Its text, or the expression that it is about.
using FeatureKey = std::tuple<FeatureKind, StringIndex, ExpressionIndex>;

/// Each name of "orders, items".
template <class Use>
void each_table(std::string_view tables, Use use) {
  while (!tables.empty()) {
    const size_t end = tables.find(", ");
    use(tables.substr(0, end));
    tables.remove_prefix(end == std::string_view::npos ? tables.size() : end + 2);
  }
}

class Features {
 public:
  Features(const Model& model, const RequestGroups& groups) : model_(model), groups_(groups) {}

  std::set<FeatureKey> of(RequestIndex number) const {
    std::set<FeatureKey> features;
    ExchangeIndex longest = kNone;
    for (const ExchangeIndex i : groups_.exchanges(number)) {
      features.insert({FeatureKind::kExchange, model_.exchanges[i].what, kNone});
      add_tables(features, FeatureKind::kTable, i);
      if (longest == kNone || length(i) > length(longest)) longest = i;
    }
    if (longest != kNone) add_tables(features, FeatureKind::kLongestWait, longest);
    const auto tasks = groups_.tasks(number);
    for (const TaskIndex task : tasks.first(std::min(tasks.size(), kMaxTasks))) {
      const Expression& expression = model_.expressions[model_.tasks[task].expression];
      if (expression.kind != TaskKind::kHandler && !expression.internal)
        features.insert({FeatureKind::kExpression, kNone, model_.tasks[task].expression});
    }
    return features;
  }

 private:
  Ticks length(ExchangeIndex number) const {
    const Exchange& exchange = model_.exchanges[number];
    const Ticks end = finish_of(model_, exchange);
    return end - std::min(end, exchange.start);
  }
  void add_tables(std::set<FeatureKey>& features, FeatureKind kind, ExchangeIndex number) const {
    const ExchangeTexts& texts = model_.exchange_texts[model_.exchanges[number].texts];
    each_table(model_.strings[texts.tables], [&](std::string_view table) {
      if (const auto known = model_.strings.find(table)) features.insert({kind, *known, kNone});
    });
  }

  const Model& model_;
  const RequestGroups& groups_;
};

NearFeature near_feature(const Model& model, const Background& background, StringIndex what,
                         std::span<const RequestIndex> requests, Ticks window, Ticks near) {
  NearFeature feature{.what = what};
  for (uint32_t i = 0; i < requests.size(); ++i) {
    const Request& request = model.requests[requests[i]];
    const Ticks end = request.start + std::min(window, length_of(model, request));
    const Ticks apart = background.distance(what, request.start, end, requests[i]);
    if (apart <= near) feature.distances.emplace_back(apart, i);
  }
  std::ranges::sort(feature.distances);
  return feature;
}

}  // namespace

double share_that_met(const Background& background, const Feature& feature,
                      std::span<const SlowSpan> slow) {
  constexpr size_t kSampled = 2000;
  const auto runs = background.runs(feature.text);
  Ticks longest{};
  for (const SlowSpan& span : slow) longest = std::max(longest, span.to - span.from);
  const size_t step = runs.size() / kSampled + 1;
  size_t looked_at = 0, met = 0;
  for (size_t i = 0; i < runs.size(); i += step) {
    const Background::Run& run = runs[i];
    const Ticks reach = longest + feature.within;
    const Ticks first = run.from - std::min(run.from, reach);
    auto at = std::ranges::lower_bound(slow, first, {}, &SlowSpan::from);
    bool meets = false;
    for (; at != slow.end() && at->from <= run.to + feature.within && !meets; ++at)
      meets = run.from <= at->to + feature.within &&
              (run.request == kNone || run.request != at->request);
    ++looked_at;
    met += meets;
  }
  return looked_at == 0 ? 0 : static_cast<double>(met) / static_cast<double>(looked_at);
}

FeatureTable collect_features(const Analysis& analysis, const RequestGroups& groups,
                              std::span<const RequestIndex> requests, Ticks window, size_t fewest) {
  const Model& model = analysis.model();
  const Features features(model, groups);
  std::map<FeatureKey, std::vector<uint32_t>> members;
  for (uint32_t i = 0; i < requests.size(); ++i) {
    for (const FeatureKey& key : features.of(requests[i])) members[key].push_back(i);
  }
  FeatureTable table;
  for (auto& [key, all] : members) {
    if (all.size() < fewest || all.size() == requests.size()) continue;
    table.plain.push_back({{.kind = std::get<FeatureKind>(key),
                            .text = std::get<StringIndex>(key),
                            .expression = std::get<ExpressionIndex>(key)},
                           std::move(all)});
  }
  const Background background(model, groups);
  const Ticks near = analysis.info().ticks(kNearSeconds);
  for (const StringIndex what : background.names()) {
    NearFeature feature = near_feature(model, background, what, requests, window, near);
    if (feature.distances.size() >= fewest) table.near.push_back(std::move(feature));
  }
  return table;
}

}  // namespace weft::analysis
