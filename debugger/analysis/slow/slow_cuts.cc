#include "debugger/analysis/slow/slow_cuts.h"

#include <algorithm>

#include "debugger/analysis/model/ranking.h"

namespace weft::analysis {

namespace {

constexpr size_t kMaxCuts = 8;
/// A slow request takes more than twice as long as the median; and they are a minority.
constexpr uint64_t kLeastFactor = 2;
constexpr double kLargestShare = 0.4;
/// Durations that differ by less have no gap between them.
constexpr double kLeastGap = 1.25;

struct Gap {
  Ticks behind;
  double width;
};

}  // namespace

size_t SlowCuts::reached(Ticks duration) const {
  return static_cast<size_t>(std::ranges::upper_bound(cuts, duration) - cuts.begin());
}

SlowCuts slow_cuts(std::vector<Ticks> durations) {
  SlowCuts result;
  if (durations.empty()) return result;
  result.median = percentile(durations, 0.5);
  std::ranges::sort(durations);
  const auto most = static_cast<size_t>(kLargestShare * static_cast<double>(durations.size()));
  std::vector<Gap> gaps;
  for (size_t i = std::max<size_t>(1, durations.size() - most); i < durations.size(); ++i) {
    const Ticks before = std::max(Ticks(1), durations[i - 1]);
    const double width =
        static_cast<double>(durations[i].value()) / static_cast<double>(before.value());
    if (durations[i] > kLeastFactor * result.median && width >= kLeastGap)
      gaps.push_back({durations[i], width});
  }
  std::ranges::stable_sort(gaps, std::ranges::greater{}, &Gap::width);
  if (gaps.size() > kMaxCuts) gaps.resize(kMaxCuts);
  for (const Gap& gap : gaps) result.cuts.push_back(gap.behind);
  std::ranges::sort(result.cuts);
  if (!gaps.empty()) result.widest = result.reached(gaps.front().behind) - 1;
  return result;
}

}  // namespace weft::analysis
