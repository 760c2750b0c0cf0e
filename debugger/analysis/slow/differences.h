/// What the slow requests have in common that the others have not.
///
/// Each request has features: the SQL tables and exchanges that it used, which of them it waited
/// for most, the expressions that ran for it, what ran for others or in the background at the same
/// time. A feature, or two together, that most of the slow ones have and few of the others is worth
/// telling: counts, so that anybody can check them. Which requests are slow is decided together
/// with it: of the candidates (slow_cuts.h) the one whose best feature tells them apart best.
///
///   reads orders                                10/10 slow    150/290 others
///   within 84 ms of UPDATE orders               10/10 slow    100/290 others
///   reads orders AND within 84 ms of UPDATE     10/10 slow      0/290 others
///
/// Of hundreds of features, some tell any few requests apart: by chance. How often, is tried: as
/// many requests are called slow at random, and the same is looked for among them. Slow ones that
/// came one after the other are moved together, since whatever lasted as long has met all of them.
/// Where no feature tells them apart, it is told if they came together in time.
#pragma once

#include <span>
#include <vector>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/analysis/questions/request_groups.h"
#include "debugger/analysis/slow/feature.h"

namespace weft::analysis {

struct SlowRequests {
  uint32_t slow = 0, others = 0;
  Ticks threshold{};                      ///< the fastest slow one
  Ticks median{};                         ///< of all
  std::vector<Difference> differences{};  ///< the most telling ones, the best first
  /// In this share of trials, as many requests that were chosen at random had something in common
  /// that tells them apart as well. 0 without differences.
  double chance = 0;
};

/// Compares `requests`, which are in the order of their beginnings; tells at most `limit`
/// differences. `slow` is 0 if none stands apart.
SlowRequests find_slow(const Analysis& analysis, const RequestGroups& groups,
                       std::span<const RequestIndex> requests, size_t limit);

}  // namespace weft::analysis
