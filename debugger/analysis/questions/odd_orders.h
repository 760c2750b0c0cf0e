/// Requests that do things in another order than nearly all others, or leave something out.
///
///   request 41: A, C, B; the 199 others: A, B, C
///   request 41: GET, LPUSH; the 199 others: GET, DECR stock, LPUSH
///
/// What a request does are the expressions that ran for it, and what it asked others: that also
/// tells of callbacks, whose handlers all look alike.
#pragma once

#include <span>
#include <vector>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/analysis/questions/request_groups.h"

namespace weft::analysis {

/// An expression that began, or something that was asked.
struct OrderStep {
  ExpressionIndex expression = kNone;
  StringIndex asked = kNone;  ///< as many requests ask it; else only its first word counts
  bool whole = false;         ///< all of `asked` counts
  friend auto operator<=>(const OrderStep&, const OrderStep&) = default;
};

enum class Oddity : uint8_t { kOrder, kOmission };

/// A request that differs from those that have the same steps (kOrder), or one step more
/// (kOmission).
struct OddOrder {
  RequestIndex request = kNone;
  std::vector<OrderStep> order, usual;
  uint32_t usual_count = 0;
  Oddity oddity = Oddity::kOrder;
};
std::vector<OddOrder> odd_orders(const Analysis& analysis, const RequestGroups& groups,
                                 std::span<const RequestIndex> requests);

}  // namespace weft::analysis
