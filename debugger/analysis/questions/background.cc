#include "debugger/analysis/questions/background.h"

#include <algorithm>

#include "debugger/analysis/model/ends.h"

namespace weft::analysis {

namespace {

constexpr size_t kMaxNames = 64;
/// Runs that overlap each other, and began before the one that is looked for.
constexpr int kMaxOverlapping = 8;

}  // namespace

Background::Background(const Model& model, const RequestGroups& groups) {
  const auto add = [&](ExchangeIndex number) {
    const Exchange& exchange = model.exchanges[number];
    const Ticks end = finish_of(model, exchange);
    if (runs_.size() < kMaxNames || runs_.count(exchange.what) > 0)
      runs_[exchange.what].push_back({exchange.start, std::max(end, exchange.start)});
  };
  for (const ExchangeIndex number : groups.others()) add(number);
  for (const RequestIndex i : model.requests.numbers()) {
    if (model.requests[i].kind != RequestKind::kRootTask) continue;
    for (const ExchangeIndex number : groups.exchanges(i)) add(number);
  }
  for (auto& [what, runs] : runs_) std::ranges::sort(runs);
}

std::vector<StringIndex> Background::names() const {
  std::vector<StringIndex> names;
  for (const auto& [what, runs] : runs_) names.push_back(what);
  return names;
}

std::span<const std::pair<Ticks, Ticks>> Background::runs(StringIndex what) const {
  const auto found = runs_.find(what);
  if (found == runs_.end()) return {};
  return found->second;
}

Ticks Background::distance(StringIndex what, Ticks start, Ticks end) const {
  const auto& runs = runs_.at(what);
  auto at = std::lower_bound(runs.begin(), runs.end(), std::pair(end, Ticks{}));
  Ticks best = at == runs.end() ? Ticks(UINT64_MAX) : at->first - end;
  for (int back = 0; back < kMaxOverlapping && at != runs.begin(); ++back) {
    --at;
    best = std::min(best, at->second >= start ? Ticks{} : start - at->second);
  }
  return best;
}

}  // namespace weft::analysis
