/// Compares the requests that are called slow with the others, feature by feature and two by two.
#pragma once

#include <vector>

#include "debugger/analysis/slow/features.h"

namespace weft::analysis {

/// For each request that is compared: is it slow?
using Labels = std::vector<uint8_t>;

/// How well a difference tells slow from others: the difference of the two shares, up to 1.
double telling(const Difference& found, size_t slow, size_t others);

/// What tells them apart, the best first: single features, and pairs that do clearly better than
/// both of their features.
std::vector<Difference> compare(const FeatureTable& table, const Labels& slow);

/// About so many steps are taken by a comparison.
size_t cost_of(const FeatureTable& table);

}  // namespace weft::analysis
