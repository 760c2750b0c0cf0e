#include "debugger/analysis/questions/differences.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "debugger/analysis/model/ends.h"
#include "debugger/analysis/questions/background.h"
#include "debugger/analysis/questions/slow_cuts.h"

namespace weft::analysis {

namespace {

constexpr double kTelling = 0.5;      ///< least difference of the two shares
constexpr size_t kMaxTasks = 10'000;  ///< of a request that are looked at
constexpr double kNearSeconds = 0.2;

/// Its text, or the expression that it is about.
using FeatureKey = std::tuple<FeatureKind, StringIndex, ExpressionIndex>;
/// How many requests have a feature, by how many cuts they reach.
using Counts = std::vector<uint32_t>;

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

/// Compares the requests that reach a cut with the others, for each of the cuts.
class Comparison {
 public:
  Comparison(const Analysis& analysis, const RequestGroups& groups,
             std::span<const RequestIndex> requests, SlowCuts cuts)
      : analysis_(analysis),
        model_(analysis.model()),
        requests_(requests),
        cuts_(std::move(cuts)),
        all_(cuts_.cuts.size() + 1),
        found_(cuts_.cuts.size()) {
    for (const RequestIndex number : requests) {
      reached_.push_back(
          static_cast<uint32_t>(cuts_.reached(length_of(model_, model_.requests[number]))));
      ++all_[reached_.back()];
    }
    compare_features(groups);
    compare_background(groups);
  }

  SlowRequests best(size_t limit) {
    size_t best = cuts_.widest;
    double most = 0;
    for (size_t cut = 0; cut < found_.size(); ++cut) {
      std::ranges::stable_sort(found_[cut], std::ranges::greater{},
                               [&](const Difference& d) { return difference(d, cut); });
      const double score = found_[cut].empty() ? 0 : this->score(found_[cut].front(), cut);
      if (score <= most) continue;
      most = score;
      best = cut;
    }
    if (found_.empty()) return {0, static_cast<uint32_t>(requests_.size()), {}, cuts_.median, {}};
    if (found_[best].size() > limit) found_[best].resize(limit);
    const uint32_t slow = at_least(all_, best + 1);
    return {slow, static_cast<uint32_t>(requests_.size()) - slow, cuts_.cuts[best], cuts_.median,
            found_[best]};
  }

 private:
  static uint32_t at_least(const Counts& counts, size_t cuts) {
    uint32_t sum = 0;
    for (size_t i = cuts; i < counts.size(); ++i) sum += counts[i];
    return sum;
  }

  double difference(const Difference& found, size_t cut) const {
    const double slow = at_least(all_, cut + 1);
    const double others = static_cast<double>(requests_.size()) - slow;
    return found.slow / std::max(1.0, slow) - found.others / std::max(1.0, others);
  }
  /// One slow request always has something of its own: that a few have it counts for less.
  double score(const Difference& found, size_t cut) const {
    const double slow = at_least(all_, cut + 1);
    return difference(found, cut) * slow / (slow + 1);
  }

  void compare_features(const RequestGroups& groups) {
    const Features features(model_, groups);
    std::map<FeatureKey, Counts> counts;
    for (size_t i = 0; i < requests_.size(); ++i) {
      for (const FeatureKey& key : features.of(requests_[i]))
        ++counts.try_emplace(key, all_.size()).first->second[reached_[i]];
    }
    for (const auto& [key, count] : counts) {
      for (size_t cut = 0; cut < found_.size(); ++cut) {
        Difference found{.kind = std::get<FeatureKind>(key),
                         .text = std::get<StringIndex>(key),
                         .expression = std::get<ExpressionIndex>(key),
                         .slow = at_least(count, cut + 1)};
        found.others = at_least(count, 0) - found.slow;
        if (difference(found, cut) >= kTelling) found_[cut].push_back(found);
      }
    }
  }

  /// How near to a run in the background is near? At the distance that tells them apart best.
  void compare_background(const RequestGroups& groups) {
    const Background background(model_, groups);
    const Ticks near = analysis_.info().ticks(kNearSeconds);
    for (const StringIndex what : background.names()) {
      std::vector<std::pair<Ticks, uint32_t>> distances;  // with the cuts that are reached
      for (size_t i = 0; i < requests_.size(); ++i) {
        const Ticks start = model_.requests[requests_[i]].start;
        const Ticks end = start + length_of(model_, model_.requests[requests_[i]]);
        const Ticks apart = background.distance(what, start, end);
        if (apart <= near) distances.emplace_back(apart, reached_[i]);
      }
      std::ranges::sort(distances);
      for (size_t cut = 0; cut < found_.size(); ++cut) {
        const Difference found = nearest(what, distances, cut);
        if (difference(found, cut) >= kTelling) found_[cut].push_back(found);
      }
    }
  }

  Difference nearest(StringIndex what, const std::vector<std::pair<Ticks, uint32_t>>& distances,
                     size_t cut) const {
    Difference best{.kind = FeatureKind::kBackground, .text = what}, now = best;
    for (size_t i = 0; i < distances.size(); ++i) {
      now.within = distances[i].first;
      ++(distances[i].second > cut ? now.slow : now.others);
      const bool is_last = i + 1 == distances.size() || distances[i + 1].first != now.within;
      if (is_last && difference(now, cut) > difference(best, cut)) best = now;
    }
    return best;
  }

  const Analysis& analysis_;
  const Model& model_;
  std::span<const RequestIndex> requests_;
  SlowCuts cuts_;
  std::vector<uint32_t> reached_;  ///< by request: how many cuts
  Counts all_;
  std::vector<std::vector<Difference>> found_;  ///< by cut
};

}  // namespace

SlowRequests find_slow(const Analysis& analysis, const RequestGroups& groups,
                       std::span<const RequestIndex> requests, size_t limit) {
  std::vector<Ticks> durations;
  for (const RequestIndex number : requests)
    durations.push_back(length_of(analysis.model(), analysis.model().requests[number]));
  SlowCuts cuts = slow_cuts(std::move(durations));
  return Comparison(analysis, groups, requests, std::move(cuts)).best(limit);
}

}  // namespace weft::analysis
