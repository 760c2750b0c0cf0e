#include "debugger/analysis/questions/odd_orders.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace weft::analysis {

namespace {

using Order = std::vector<OrderStep>;
using Requests = std::vector<RequestIndex>;
using Orders = std::map<Order, Requests>;

/// Steps of a request that are compared; one that has more is left out.
constexpr size_t kMaxOrderSteps = 16;
/// So many times as many must have the usual order; must not leave the step out.
constexpr size_t kRarity = 5, kOmissionRarity = 20;
/// A text that so large a part of the requests asks is a step of its own.
constexpr size_t kCommonPart = 10;

void add_step(Order& order, const OrderStep& step) {
  if (std::ranges::find(order, step) == order.end()) order.push_back(step);
}

/// The expressions of a request, each once, in the order in which they began.
Order ran(const Model& model, std::span<const TaskIndex> tasks) {
  Order order;
  for (const TaskIndex task : tasks) {
    const ExpressionIndex number = model.tasks[task].expression;
    const Expression& expression = model.expressions[number];
    if (expression.kind == TaskKind::kHandler || expression.internal) continue;
    add_step(order, {.expression = number});
    if (order.size() > kMaxOrderSteps) return {};
  }
  return order;
}

/// What is asked, by the words that tell one kind of question from another.
class Questions {
 public:
  Questions(const Model& model, const RequestGroups& groups, std::span<const RequestIndex> requests)
      : model_(model), groups_(groups), all_(requests.size()) {
    for (const RequestIndex number : requests) {
      std::set<StringIndex> texts;
      for (const ExchangeIndex i : groups.exchanges(number)) texts.insert(model.exchanges[i].what);
      for (const StringIndex text : texts) ++requests_with_[text];
    }
    for (const auto& [text, count] : requests_with_) words_[text] = word_of(text, count);
  }

  Order asked(RequestIndex number) const {
    Order order;
    for (const ExchangeIndex i : groups_.exchanges(number)) {
      add_step(order, words_.at(model_.exchanges[i].what));
      if (order.size() > kMaxOrderSteps) return {};
    }
    return order;
  }

 private:
  /// A text of the trace that begins as `text` does: the first one with the same first word stands
  /// for all of them.
  OrderStep word_of(StringIndex text, size_t count) {
    if (count * kCommonPart >= all_) return {.asked = text, .whole = true};
    const std::string_view whole = model_.strings[text];
    const std::string word(whole.substr(0, whole.find(' ')));
    return {.asked = by_word_.try_emplace(word, text).first->second};
  }

  const Model& model_;
  const RequestGroups& groups_;
  size_t all_;
  std::map<StringIndex, size_t> requests_with_;
  std::map<std::string, StringIndex> by_word_;
  std::map<StringIndex, OrderStep> words_;
};

using BySet = std::map<Order, Orders>;

const Orders::value_type& usual_of(const Orders& orders) {
  return *std::ranges::max_element(orders, {}, [](const auto& one) { return one.second.size(); });
}

void add(const Requests& numbers, const Order& order, const Orders::value_type& usual,
         Oddity oddity, std::vector<OddOrder>& odd) {
  const auto count = static_cast<uint32_t>(usual.second.size());
  for (const RequestIndex number : numbers)
    odd.push_back({number, order, usual.first, count, oddity});
}

void add_odd(const BySet& by_set, std::vector<OddOrder>& odd) {
  for (const auto& [set, orders] : by_set) {
    const auto& usual = usual_of(orders);
    for (const auto& [order, numbers] : orders) {
      if (order != usual.first && usual.second.size() >= kRarity * numbers.size())
        add(numbers, order, usual, Oddity::kOrder, odd);
    }
  }
}

/// Those that asked all that others asked, but for one step.
void add_omissions(const BySet& by_set, std::vector<OddOrder>& odd) {
  for (const auto& [set, orders] : by_set) {
    const auto& usual = usual_of(orders);
    for (size_t left_out = 0; set.size() > 2 && left_out < set.size(); ++left_out) {
      Order smaller = set;
      smaller.erase(smaller.begin() + static_cast<std::ptrdiff_t>(left_out));
      const auto found = by_set.find(smaller);
      if (found == by_set.end()) continue;
      for (const auto& [order, numbers] : found->second) {
        if (usual.second.size() >= kOmissionRarity * numbers.size())
          add(numbers, order, usual, Oddity::kOmission, odd);
      }
    }
  }
}

template <class OrderOf>
BySet group(std::span<const RequestIndex> requests, OrderOf order_of) {
  BySet by_set;
  for (const RequestIndex number : requests) {
    Order order = order_of(number), set = order;
    std::ranges::sort(set);
    if (order.size() > 1) by_set[set][order].push_back(number);
  }
  return by_set;
}

}  // namespace

std::vector<OddOrder> odd_orders(const Analysis& analysis, const RequestGroups& groups,
                                 std::span<const RequestIndex> requests) {
  const Model& model = analysis.model();
  const Questions questions(model, groups, requests);
  std::vector<OddOrder> odd;
  add_odd(group(requests, [&](RequestIndex i) { return ran(model, groups.tasks(i)); }), odd);
  const BySet asked = group(requests, [&](RequestIndex i) { return questions.asked(i); });
  add_odd(asked, odd);
  add_omissions(asked, odd);
  return odd;
}

}  // namespace weft::analysis
