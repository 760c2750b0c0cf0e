#include "debugger/analysis/slow/differences.h"

#include <algorithm>

#include "debugger/analysis/model/ends.h"
#include "debugger/analysis/slow/background.h"
#include "debugger/analysis/slow/chance.h"
#include "debugger/analysis/slow/slow_cuts.h"
#include "debugger/analysis/slow/time_spans.h"

namespace weft::analysis {

namespace {

/// Trials of what chance does: as many as take about a second, within these bounds.
constexpr size_t kFewestTrials = 19, kMostTrials = 199, kSteps = 300'000'000;

/// Differences that are looked at once more.
constexpr size_t kRanked = 24;

/// One slow request always has something of its own: that a few have it counts for less.
double score(const std::vector<Difference>& found, size_t slow, size_t others) {
  if (found.empty()) return 0;
  const auto count = static_cast<double>(slow);
  return telling(found.front(), slow, others) * count / (count + 1);
}

class SlowSearch {
 public:
  SlowSearch(const Analysis& analysis, const RequestGroups& groups,
             std::span<const RequestIndex> requests)
      : analysis_(analysis), groups_(groups), requests_(requests) {
    const Model& model = analysis.model();
    std::vector<Ticks> durations;
    for (const RequestIndex number : requests) {
      const Request& request = model.requests[number];
      durations.push_back(length_of(model, request));
      times_.emplace_back(request.start, request.start + durations.back());
    }
    durations_ = durations;
    cuts_ = slow_cuts(std::move(durations));
  }

  SlowRequests find(size_t limit) {
    const auto all = static_cast<uint32_t>(requests_.size());
    if (cuts_.cuts.empty()) return {.others = all, .median = cuts_.median};
    const FeatureTable table =
        collect_features(analysis_, groups_, requests_, cuts_.median, fewest());
    size_t best = cuts_.widest;
    std::vector<Difference> differences;
    double most = 0;
    for (size_t cut = 0; cut < cuts_.cuts.size(); ++cut) {
      const Labels slow = labels(cut);
      auto found = compare(table, slow);
      const uint32_t count = count_of(slow);
      if (score(found, count, all - count) <= most) continue;
      most = score(found, count, all - count);
      best = cut;
      differences = std::move(found);
    }
    const Labels slow = labels(best);
    SlowRequests result{.slow = count_of(slow),
                        .threshold = cuts_.cuts[best],
                        .median = cuts_.median,
                        .differences = std::move(differences)};
    result.others = all - result.slow;
    if (result.differences.empty()) {
      find_spans(slow, result);
    } else {
      put_causes_first(slow, result);
      result.chance = chance_of_features(table, slow, result);
    }
    if (result.differences.size() > limit) result.differences.resize(limit);
    return result;
  }

 private:
  Labels labels(size_t cut) const {
    Labels slow(requests_.size());
    for (size_t i = 0; i < slow.size(); ++i) slow[i] = durations_[i] >= cuts_.cuts[cut];
    return slow;
  }
  static uint32_t count_of(const Labels& slow) {
    return static_cast<uint32_t>(std::ranges::count(slow, uint8_t{1}));
  }
  /// A feature of fewer tells none of the cuts.
  size_t fewest() const { return (count_of(labels(cuts_.cuts.size() - 1)) + 1) / 2; }

  double chance_of_features(const FeatureTable& table, const Labels& slow,
                            const SlowRequests& found) const {
    const auto search = [&](const Labels& labels) {
      const auto differences = compare(table, labels);
      return differences.empty() ? 0 : telling(differences.front(), found.slow, found.others);
    };
    return chance_of(telling(found.differences.front(), found.slow, found.others),
                     {.times = times_,
                      .slow = slow,
                      .search = search,
                      .count = std::clamp(kSteps / cost_of(table), kFewestTrials, kMostTrials)});
  }

  /// Of what ran at the same time, that comes first which meets slow ones whenever it runs.
  void put_causes_first(const Labels& labels, SlowRequests& result) const {
    if (result.differences.size() > kRanked) result.differences.resize(kRanked);
    std::vector<SlowSpan> slow;
    for (size_t i = 0; i < labels.size(); ++i) {
      if (labels[i] != 0) slow.push_back({times_[i].first, times_[i].second, requests_[i]});
    }
    std::ranges::sort(slow, {}, &SlowSpan::from);
    const Background background(analysis_.model(), groups_);
    std::vector<std::pair<double, Difference>> ranked;
    for (Difference& one : result.differences) {
      double met = 1;
      for (const Feature& feature : one.features) {
        if (feature.kind == FeatureKind::kBackground)
          met = std::min(met, share_that_met(background, feature, slow));
      }
      const double rank = telling(one, result.slow, result.others) * (1 + met) / 2;
      ranked.emplace_back(rank, std::move(one));
    }
    std::ranges::stable_sort(ranked, std::ranges::greater{}, [](const auto& r) { return r.first; });
    result.differences.clear();
    for (auto& [rank, one] : ranked) result.differences.push_back(std::move(one));
  }

  void find_spans(const Labels& slow, SlowRequests& result) const {
    auto spans = together_in_time(times_, slow);
    if (!spans) return;
    const auto search = [&](const Labels& labels) {
      const auto found = together_in_time(times_, labels);
      return found ? telling(*found, result.slow, result.others) : 0;
    };
    const double chance = chance_of(
        telling(*spans, result.slow, result.others),
        {.times = times_, .slow = slow, .search = search, .count = kMostTrials, .together = false});
    if (chance > kMayBeChance) return;
    result.chance = chance;
    result.differences.push_back(std::move(*spans));
  }

  const Analysis& analysis_;
  const RequestGroups& groups_;
  std::span<const RequestIndex> requests_;
  std::vector<Ticks> durations_;
  std::vector<std::pair<Ticks, Ticks>> times_;
  SlowCuts cuts_;
};

}  // namespace

SlowRequests find_slow(const Analysis& analysis, const RequestGroups& groups,
                       std::span<const RequestIndex> requests, size_t limit) {
  return SlowSearch(analysis, groups, requests).find(limit);
}

}  // namespace weft::analysis
