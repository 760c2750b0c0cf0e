/// What the slow requests have in common that the others have not.
///
/// Each request has features: the SQL tables and exchanges that it used, which of them it waited
/// for most, the expressions that ran for it, what ran in the background at the same time. A
/// feature that most of the slow ones have and few of the others is worth telling: counts, no
/// statistics, so that anybody can check them. Which requests are slow is decided together with
/// it: of the candidates (slow_cuts.h) the one whose best feature tells them apart best.
#pragma once

#include <span>
#include <vector>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/analysis/questions/request_groups.h"

namespace weft::analysis {

enum class FeatureKind : uint8_t {
  kTable,        ///< an SQL table that its exchanges name
  kExchange,     ///< an exchange of this text
  kLongestWait,  ///< its longest exchange names this SQL table
  kExpression,   ///< a task of this expression
  kBackground,   ///< an exchange of nobody's, or of a root task's, at the same time
};

struct Difference {
  FeatureKind kind = FeatureKind::kTable;
  StringIndex text = kNone;            ///< of all kinds but kExpression
  ExpressionIndex expression = kNone;  ///< kExpression
  Ticks within{};                      ///< kBackground: so far apart at most; 0: they overlap
  uint32_t slow = 0, others = 0;       ///< how many have it
};

struct SlowRequests {
  uint32_t slow = 0, others = 0;
  Ticks threshold{};                    ///< the fastest slow one
  Ticks median{};                       ///< of all
  std::vector<Difference> differences;  ///< the most telling ones, the best first
};

/// Compares `requests`; tells at most `limit` differences. `slow` is 0 if none stands apart.
SlowRequests find_slow(const Analysis& analysis, const RequestGroups& groups,
                       std::span<const RequestIndex> requests, size_t limit);

}  // namespace weft::analysis
