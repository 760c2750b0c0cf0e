#include "debugger/analysis/slow/time_spans.h"

#include <algorithm>

namespace weft::analysis {

namespace {

constexpr size_t kMostSpans = 3;
/// A span has so many slow requests on average.
constexpr size_t kLeastInSpan = 3;
/// So well must the spans tell slow from others.
constexpr double kTogether = 0.8;

}  // namespace

std::optional<Difference> together_in_time(std::span<const std::pair<Ticks, Ticks>> times,
                                           const Labels& slow) {
  std::vector<size_t> places;  // of the slow ones
  for (size_t i = 0; i < slow.size(); ++i) {
    if (slow[i] != 0) places.push_back(i);
  }
  // Where time is cut: after these of the slow ones, the widest gap first.
  std::vector<size_t> gaps;
  for (size_t i = 0; i + 1 < places.size(); ++i) gaps.push_back(i);
  std::ranges::stable_sort(gaps, std::ranges::greater{}, [&](size_t i) {
    return times[places[i + 1]].first - times[places[i]].first;
  });
  const size_t others = slow.size() - places.size();
  for (size_t count = 1; count <= kMostSpans && count * kLeastInSpan <= places.size(); ++count) {
    std::vector<size_t> cuts(gaps.begin(), gaps.begin() + static_cast<std::ptrdiff_t>(count - 1));
    cuts.push_back(places.size() - 1);
    std::ranges::sort(cuts);
    Difference found{.slow = static_cast<uint32_t>(places.size())};
    Feature feature{.kind = FeatureKind::kTime};
    size_t first = 0;
    for (const size_t cut : cuts) {
      const size_t inside = places[cut] - places[first] + 1;
      found.others += static_cast<uint32_t>(inside - (cut - first + 1));
      feature.spans.emplace_back(times[places[first]].first, times[places[cut]].first);
      first = cut + 1;
    }
    if (telling(found, places.size(), others) < kTogether) continue;
    found.features.push_back(std::move(feature));
    return found;
  }
  return std::nullopt;
}

}  // namespace weft::analysis
