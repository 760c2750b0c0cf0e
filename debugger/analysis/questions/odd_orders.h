/// Requests that do things out of order: "request 41: A, C, B; the 199 others: A, B, C".
#pragma once

#include <span>
#include <vector>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/analysis/questions/request_groups.h"

namespace weft::analysis {

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
