/// From which duration on a request may count as slow.
///
/// There is no one right answer: three times the median, say, includes requests that only the load
/// delayed along with those that waited for a lock. But where a cause makes some requests slow,
/// their durations stand apart from the others'. So the widest gaps between neighbouring durations
/// are the candidates. What the requests above a gap have in common decides (differences.h).
///
///   1 2 2 3 3 3 4 5 7 9 ......................... 110 111 130 190 200   ms
///                 └── x 1.3            x 12 ──┘
#pragma once

#include <vector>

#include "debugger/analysis/model/model.h"

namespace weft::analysis {

struct SlowCuts {
  std::vector<Ticks> cuts;  ///< the fastest slow one, for each candidate; ascending
  size_t widest = 0;        ///< of them: after the widest gap
  Ticks median{};           ///< of all

  /// How many of the cuts a duration reaches.
  size_t reached(Ticks duration) const;
};

/// `durations` of all requests that are compared. No cuts: none is slow.
SlowCuts slow_cuts(std::vector<Ticks> durations);

}  // namespace weft::analysis
