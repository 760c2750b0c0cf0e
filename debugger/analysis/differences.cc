#include "debugger/analysis/differences.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "debugger/analysis/expressions.h"

namespace weft::analysis {

namespace {

constexpr double kTelling = 0.5;      ///< least difference of the two shares
constexpr size_t kMaxTasks = 10'000;  ///< of a request that are looked at
constexpr size_t kMaxBackground = 64;
constexpr double kNearSeconds = 0.2;

using FeatureKey = std::tuple<FeatureKind, uint32_t>;

Ticks duration(const Model& model, RequestIndex number) {
  const Request& request = model.requests[number];
  const Ticks end = request.end == kNone ? model.totals.last_time : request.finish;
  return end > request.start ? end - request.start : 0;
}

/// Each name of "orders, items".
template <class Use>
void each_table(std::string_view tables, Use use) {
  while (!tables.empty()) {
    const size_t end = tables.find(", ");
    use(tables.substr(0, end));
    tables.remove_prefix(end == std::string_view::npos ? tables.size() : end + 2);
  }
}

class Features {
 public:
  Features(const Model& model, const RequestGroups& groups) : model_(model), groups_(groups) {}

  std::set<FeatureKey> of(RequestIndex number) const {
    std::set<FeatureKey> features;
    for (const ExchangeIndex i : groups_.exchanges(number)) {
      const Exchange& exchange = model_.exchanges[i];
      features.insert({FeatureKind::kExchange, exchange.what});
      each_table(model_.strings[model_.exchange_texts[exchange.texts].tables],
                 [&](std::string_view table) {
                   const StringIndex known = model_.strings.find(table);
                   if (known != kNone) features.insert({FeatureKind::kTable, known});
                 });
    }
    const auto tasks = groups_.tasks(number);
    for (const TaskIndex task : tasks.first(std::min(tasks.size(), kMaxTasks))) {
      const Expression& expression = model_.expressions[model_.tasks[task].expression];
      if (expression.kind != TaskKind::kHandler && !expression.internal)
        features.insert({FeatureKind::kExpression, model_.tasks[task].expression});
    }
    return features;
  }

 private:
  const Model& model_;
  const RequestGroups& groups_;
};

/// When each kind of background exchange ran, sorted by start.
class Background {
 public:
  Background(const Model& model, const RequestGroups& groups) {
    const auto add = [&](ExchangeIndex number) {
      const Exchange& exchange = model.exchanges[number];
      const Ticks end = exchange.last == kNone ? model.totals.last_time : exchange.finish;
      if (runs_.size() < kMaxBackground || runs_.count(exchange.what) > 0)
        runs_[exchange.what].push_back({exchange.start, std::max(end, exchange.start)});
    };
    for (const ExchangeIndex number : groups.others()) add(number);
    for (RequestIndex i = 0; i < model.requests.size(); ++i) {
      if (model.requests[i].kind != RequestKind::kRootTask) continue;
      for (const ExchangeIndex number : groups.exchanges(i)) add(number);
    }
    for (auto& [what, runs] : runs_) std::sort(runs.begin(), runs.end());
  }

  std::vector<StringIndex> names() const {
    std::vector<StringIndex> names;
    for (const auto& [what, runs] : runs_) names.push_back(what);
    return names;
  }
  /// Ticks between the request and the nearest run; 0: they overlap.
  Ticks distance(StringIndex what, Ticks start, Ticks end) const {
    const auto& runs = runs_.at(what);
    auto at = std::lower_bound(runs.begin(), runs.end(), std::pair(end, Ticks{0}));
    Ticks best = at == runs.end() ? UINT64_MAX : at->first - end;
    for (int back = 0; back < 8 && at != runs.begin(); ++back) {
      --at;
      best = std::min(best, at->second >= start ? 0 : start - at->second);
    }
    return best;
  }

 private:
  std::map<StringIndex, std::vector<std::pair<Ticks, Ticks>>> runs_;
};

bool telling(const Difference& difference, const SlowRequests& requests) {
  const double slow = difference.slow / static_cast<double>(requests.slow.size());
  const double others =
      difference.others / std::max(1.0, static_cast<double>(requests.others.size()));
  return slow - others >= kTelling;
}

void add_background(const Analysis& analysis, const RequestGroups& groups,
                    const SlowRequests& requests, std::vector<Difference>& found) {
  const Model& model = analysis.model();
  const Background background(model, groups);
  const auto distance = [&](StringIndex what, RequestIndex number) {
    const Ticks start = model.requests[number].start;
    return background.distance(what, start, start + duration(model, number));
  };
  const auto near = static_cast<Ticks>(kNearSeconds * static_cast<double>(analysis.info().tsc_hz));
  for (const StringIndex what : background.names()) {
    Difference difference{.kind = FeatureKind::kBackground, .text = what};
    for (const RequestIndex number : requests.slow) {
      const Ticks apart = distance(what, number);
      if (apart > near) continue;
      difference.within = std::max(difference.within, apart);
      ++difference.slow;
    }
    for (const RequestIndex number : requests.others)
      difference.others += distance(what, number) <= difference.within;
    if (telling(difference, requests)) found.push_back(difference);
  }
}

}  // namespace

SlowRequests find_slow(const Analysis& analysis, std::span<const RequestIndex> requests) {
  const Model& model = analysis.model();
  SlowRequests result;
  std::vector<Ticks> durations;
  for (const RequestIndex number : requests) durations.push_back(duration(model, number));
  if (durations.empty()) return result;
  const auto middle = durations.begin() + static_cast<std::ptrdiff_t>(durations.size() / 2);
  std::nth_element(durations.begin(), middle, durations.end());
  result.median = *middle;
  for (const RequestIndex number : requests) {
    const Ticks took = duration(model, number);
    if (took <= 3 * result.median) {
      result.others.push_back(number);
      continue;
    }
    result.slow.push_back(number);
    result.threshold = result.slow.size() == 1 ? took : std::min(result.threshold, took);
  }
  return result;
}

std::vector<Difference> differences(const Analysis& analysis, const RequestGroups& groups,
                                    const SlowRequests& requests, size_t limit) {
  const Model& model = analysis.model();
  if (requests.slow.empty() || requests.others.empty()) return {};
  const Features features(model, groups);
  std::map<FeatureKey, Difference> counts;
  for (const RequestIndex number : requests.slow) {
    for (const FeatureKey& key : features.of(number)) ++counts[key].slow;
  }
  for (const RequestIndex number : requests.others) {
    for (const FeatureKey& key : features.of(number)) {
      if (const auto at = counts.find(key); at != counts.end()) ++at->second.others;
    }
  }
  std::vector<Difference> found;
  for (auto& [key, difference] : counts) {
    difference.kind = std::get<0>(key);
    (difference.kind == FeatureKind::kExpression ? difference.expression : difference.text) =
        std::get<1>(key);
    if (telling(difference, requests)) found.push_back(difference);
  }
  add_background(analysis, groups, requests, found);
  std::stable_sort(found.begin(), found.end(), [](const Difference& a, const Difference& b) {
    return a.slow != b.slow ? a.slow > b.slow : a.others < b.others;
  });
  if (found.size() > limit) found.resize(limit);
  return found;
}

std::vector<OddOrder> odd_orders(const Analysis& analysis, const RequestGroups& groups,
                                 std::span<const RequestIndex> requests) {
  constexpr size_t kMaxExpressions = 16;
  constexpr size_t kFewest = 5;
  using Order = std::vector<ExpressionIndex>;
  const Model& model = analysis.model();
  const auto order_of = [&](RequestIndex number) {
    Order order;
    for (const TaskIndex task : groups.tasks(number)) {
      const ExpressionIndex expression = model.tasks[task].expression;
      const bool shown = model.expressions[expression].kind != TaskKind::kHandler &&
                         !model.expressions[expression].internal;
      if (shown && std::ranges::find(order, expression) == order.end()) order.push_back(expression);
      if (order.size() > kMaxExpressions) return Order{};
    }
    return order;
  };
  std::map<Order, std::map<Order, std::vector<RequestIndex>>> by_set;
  for (const RequestIndex number : requests) {
    Order order = order_of(number), set = order;
    std::ranges::sort(set);
    if (order.size() > 1) by_set[set][order].push_back(number);
  }
  std::vector<OddOrder> odd;
  for (const auto& [set, orders] : by_set) {
    const auto usual =
        std::ranges::max_element(orders, {}, [](const auto& entry) { return entry.second.size(); });
    for (const auto& [order, numbers] : orders) {
      if (order == usual->first || usual->second.size() < kFewest * numbers.size()) continue;
      for (const RequestIndex number : numbers) {
        odd.push_back({number, order, usual->first, static_cast<uint32_t>(usual->second.size())});
      }
    }
  }
  return odd;
}

}  // namespace weft::analysis
