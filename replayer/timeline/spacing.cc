#include "replayer/timeline/spacing.h"

#include <cmath>

namespace weft::timeline {

std::optional<size_t> least_useful(std::span<const double> seconds, double user_seconds,
                                   size_t kept) {
  constexpr double kFloorShare = 0.25, kTick = 1e-9;
  std::optional<size_t> least;
  double least_use = 0;
  if (seconds.size() < 3) return least;
  const double floor = kFloorShare * (seconds.back() - seconds.front()) + kTick;
  for (size_t i = 1; i + 1 < seconds.size(); ++i) {
    if (i == kept) continue;
    const double distance = std::abs(seconds[i] - user_seconds);
    const double use = (seconds[i + 1] - seconds[i - 1]) / (distance + floor);
    if (!least || use < least_use) {
      least = i;
      least_use = use;
    }
  }
  return least;
}

}  // namespace weft::timeline
