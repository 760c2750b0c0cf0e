/// What the slow requests have in common that the others have not.
///
/// Each request has features: the SQL tables and exchanges that it used, the expressions that ran
/// for it, what ran in the background at the same time. A feature that most of the slow ones have
/// and few of the others is worth telling: counts, no statistics, so that anybody can check them.
#pragma once

#include <span>
#include <vector>

#include "debugger/analysis/analysis.h"
#include "debugger/analysis/request_groups.h"

namespace weft::analysis {

enum class FeatureKind : uint8_t {
  kTable,       ///< an SQL table that its exchanges name
  kExchange,    ///< an exchange of this text
  kExpression,  ///< a task of this expression
  kBackground,  ///< an exchange of nobody's, or of a root task's, at the same time
};

struct Difference {
  FeatureKind kind = FeatureKind::kTable;
  StringIndex text = 0;                ///< of all kinds but kExpression
  ExpressionIndex expression = kNone;  ///< kExpression
  Ticks within = 0;                    ///< kBackground: so far apart at most; 0: they overlap
  uint32_t slow = 0, others = 0;       ///< how many have it
};

struct SlowRequests {
  std::vector<RequestIndex> slow;
  std::vector<RequestIndex> others;
  Ticks threshold = 0;  ///< the fastest slow one
  Ticks median = 0;     ///< of the others
};

/// Those that take more than three times as long as the median, if there are any and they are a
/// minority; else none are slow.
SlowRequests find_slow(const Analysis& analysis, std::span<const RequestIndex> requests);

/// The most telling differences, at most `limit`, the best first.
std::vector<Difference> differences(const Analysis& analysis, const RequestGroups& groups,
                                    const SlowRequests& requests, size_t limit);

/// A request whose expressions began in another order than in nearly all other requests that have
/// the same ones.
struct OddOrder {
  RequestIndex request = kNone;
  std::vector<ExpressionIndex> order, usual;
  uint32_t usual_count = 0;
};
std::vector<OddOrder> odd_orders(const Analysis& analysis, const RequestGroups& groups,
                                 std::span<const RequestIndex> requests);

}  // namespace weft::analysis
