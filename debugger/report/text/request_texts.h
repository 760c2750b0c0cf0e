/// What tells requests apart, in words.
#pragma once

#include <string>

#include "debugger/analysis/questions/differences.h"
#include "debugger/analysis/questions/odd_orders.h"
#include "debugger/report/text/words.h"

namespace weft::report {

/// "SQL table orders", "they run within 84 ms of UPDATE orders".
std::string difference_text(const Analysis& analysis, const Difference& difference);

/// "check, charge, ship".
std::string order_text(const Model& model, const std::vector<ExpressionIndex>& order);

/// Where most of the time of a request went: "92 % SELECT ... FROM orders"; empty: not known.
std::string where_text(const Analysis& analysis, const RequestGroups& groups, RequestIndex number);

}  // namespace weft::report
