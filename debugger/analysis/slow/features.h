/// What each of several requests has: the features by which slow ones may be told apart.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/analysis/questions/request_groups.h"
#include "debugger/analysis/slow/background.h"
#include "debugger/analysis/slow/feature.h"

namespace weft::analysis {

/// Requests are known by their places among those that are compared.
struct PlainFeature {
  Feature feature{};
  std::vector<uint32_t> members{};  ///< that have it, ascending
};
/// How near it must be to count is decided when slow and other requests are compared.
struct NearFeature {
  StringIndex what = kNone;
  std::vector<std::pair<Ticks, uint32_t>> distances{};  ///< of those near enough, sorted
};

struct FeatureTable {
  std::vector<PlainFeature> plain{};
  std::vector<NearFeature> near{};
};

/// A slow request, from its beginning to its end.
struct SlowSpan {
  Ticks from{}, to{};
  RequestIndex request = kNone;
};

/// Of the runs of what a kBackground feature is about: the share that a slow request of somebody
/// else was as near to; `slow` is sorted by `from`. Where many wait for one, they are near to each
/// other as well; but of what they all are, there is more that meets nobody.
double share_that_met(const Background& background, const Feature& feature,
                      std::span<const SlowSpan> slow);

/// Of what ran at the same time, only the first `window` ticks of each request are looked at: else
/// those that took long had more at the same time, for that reason alone. Features of fewer than
/// `fewest` requests are left out.
FeatureTable collect_features(const Analysis& analysis, const RequestGroups& groups,
                              std::span<const RequestIndex> requests, Ticks window, size_t fewest);

}  // namespace weft::analysis
