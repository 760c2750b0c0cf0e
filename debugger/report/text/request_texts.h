/// What tells requests apart, in words.
#pragma once

#include <string>

#include "debugger/analysis/questions/odd_orders.h"
#include "debugger/analysis/slow/differences.h"
#include "debugger/report/text/words.h"

namespace weft::report {

/// The request that a user names, by number or by trace ID: "41",
/// "4bf92f3577b34da6a3ce929d0e0e4736", a whole traceparent.
std::optional<RequestIndex> find_request(const Model& model, std::string_view name);
/// What is said if there is none.
Error no_such_request(const Analysis& analysis, std::string_view name);

/// "SQL table orders", "they run within 84 ms of UPDATE orders".
std::string difference_text(const Analysis& analysis, const Difference& difference);
/// How often chance does as well; empty where nothing was found.
std::string chance_text(const SlowRequests& slow);

/// "check, charge, ship"; "GET ..., DECR stock".
std::string order_text(const Model& model, const std::vector<OrderStep>& order);

/// Where most of the time of a request went: "92 % SELECT ... FROM orders"; empty: not known.
std::string where_text(const Analysis& analysis, const RequestGroups& groups, RequestIndex number);

}  // namespace weft::report
