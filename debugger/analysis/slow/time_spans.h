/// Slow requests that came together in time: in one span of it, or a few, in which hardly any
/// other began.
#pragma once

#include <optional>
#include <span>
#include <utility>

#include "debugger/analysis/slow/comparison.h"

namespace weft::analysis {

/// `times`: of all requests, in the order of their beginnings. The fewest spans that do; none, if
/// not even three of them do.
std::optional<Difference> together_in_time(std::span<const std::pair<Ticks, Ticks>> times,
                                           const Labels& slow);

}  // namespace weft::analysis
