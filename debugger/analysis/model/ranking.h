/// Which of many values stands for all of them: a percentile, the most common one.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace weft::analysis {

/// The least of the values that at least `share` of all (0 to 1) are not above (nearest rank): 0.5
/// the median, of an even number of values the lower one of both; 1 the largest. Of none: T{}.
/// Changes the order of the values.
template <class T>
T percentile(std::vector<T>& values, double share) {
  if (values.empty()) return T{};
  constexpr double kRounding = 1e-9;  // 0.07 * 100 is a little more than 7
  const double rank = std::ceil(share * static_cast<double>(values.size()) - kRounding);
  const auto at = std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(rank) - 1, 0,
                                             static_cast<std::ptrdiff_t>(values.size()) - 1);
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<size_t>(at)];
}

/// Of a map from values to how often each was seen: the one seen most often, of several the first;
/// Key{} is not counted, and stands for none.
template <class Counts>
typename Counts::key_type most_common(const Counts& counts) {
  typename Counts::key_type best{};
  typename Counts::mapped_type most{};
  for (const auto& [value, count] : counts) {
    if (value == typename Counts::key_type{} || count <= most) continue;
    most = count;
    best = value;
  }
  return best;
}

}  // namespace weft::analysis
