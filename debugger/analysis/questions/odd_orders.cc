#include "debugger/analysis/questions/odd_orders.h"

#include <algorithm>
#include <map>

namespace weft::analysis {

namespace {

using Order = std::vector<ExpressionIndex>;

/// Expressions of a request that are compared; one that has more is left out.
constexpr size_t kMaxExpressions = 16;
/// So many times as many must have the usual order.
constexpr size_t kRarity = 5;

/// The expressions of a request, each once, in the order in which they began.
Order order_of(const Model& model, std::span<const TaskIndex> tasks) {
  Order order;
  for (const TaskIndex task : tasks) {
    const ExpressionIndex number = model.tasks[task].expression;
    const Expression& expression = model.expressions[number];
    if (expression.kind == TaskKind::kHandler || expression.internal) continue;
    if (std::ranges::find(order, number) == order.end()) order.push_back(number);
    if (order.size() > kMaxExpressions) return {};
  }
  return order;
}

}  // namespace

std::vector<OddOrder> odd_orders(const Analysis& analysis, const RequestGroups& groups,
                                 std::span<const RequestIndex> requests) {
  std::map<Order, std::map<Order, std::vector<RequestIndex>>> by_set;
  for (const RequestIndex number : requests) {
    Order order = order_of(analysis.model(), groups.tasks(number)), set = order;
    std::ranges::sort(set);
    if (order.size() > 1) by_set[set][order].push_back(number);
  }
  std::vector<OddOrder> odd;
  for (const auto& [set, orders] : by_set) {
    const auto usual =
        std::ranges::max_element(orders, {}, [](const auto& entry) { return entry.second.size(); });
    for (const auto& [order, numbers] : orders) {
      if (order == usual->first || usual->second.size() < kRarity * numbers.size()) continue;
      const auto count = static_cast<uint32_t>(usual->second.size());
      for (const RequestIndex number : numbers) odd.push_back({number, order, usual->first, count});
    }
  }
  return odd;
}

}  // namespace weft::analysis
