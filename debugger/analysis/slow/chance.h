/// How often chance does as well: the same search among requests that are called slow at random.
#pragma once

#include <functional>
#include <span>

#include "debugger/analysis/slow/comparison.h"

namespace weft::analysis {

/// Requests that begin and end at these times, and which of them are slow. `search` tells how well
/// the best difference of such labels tells them apart (telling()).
struct Trials {
  std::span<const std::pair<Ticks, Ticks>> times;  ///< in the order of the beginnings
  const Labels& slow;
  std::function<double(const Labels&)> search;
  size_t count = 0;
  /// Slow ones that overlap are moved together: what was there at that time has met all of them.
  bool together = true;
};

/// The share of trials in which the search finds at least `observed`; the recording itself counts
/// as one of them. Trials end early where it is clear that it is more than kMayBeChance.
double chance_of(double observed, const Trials& trials);

}  // namespace weft::analysis
