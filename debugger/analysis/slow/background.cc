#include "debugger/analysis/slow/background.h"

#include <algorithm>

#include "debugger/analysis/model/ends.h"

namespace weft::analysis {

namespace {

/// Of those that work for no request, and of those that work for one.
constexpr size_t kMaxNames = 64;
/// Runs that overlap each other, and began before the one that is looked for.
constexpr int kMaxOverlapping = 8;

}  // namespace

Background::Background(const Model& model, const RequestGroups& groups) {
  std::map<StringIndex, std::vector<Run>> background, of_requests;
  const auto add = [&](std::map<StringIndex, std::vector<Run>>& to, ExchangeIndex number) {
    const Exchange& exchange = model.exchanges[number];
    const Ticks end = std::max(finish_of(model, exchange), exchange.start);
    to[exchange.what].push_back({exchange.start, end, exchange.request});
  };
  for (const ExchangeIndex number : groups.others()) add(background, number);
  for (const RequestIndex i : model.requests.numbers()) {
    const bool root = model.requests[i].kind == RequestKind::kRootTask;
    for (const ExchangeIndex number : groups.exchanges(i))
      add(root ? background : of_requests, number);
    if (!root && model.requests[i].exchange != kNone) add(of_requests, model.requests[i].exchange);
  }
  keep_longest(background);
  keep_longest(of_requests);
  for (auto& [what, runs] : runs_) std::ranges::sort(runs);
}

/// What takes long is what others may have to wait for.
void Background::keep_longest(std::map<StringIndex, std::vector<Run>>& all) {
  std::vector<std::pair<Ticks, StringIndex>> longest;
  for (const auto& [what, runs] : all) {
    Ticks most{};
    for (const Run& run : runs) most = std::max(most, run.to - run.from);
    longest.emplace_back(most, what);
  }
  std::ranges::sort(longest, std::ranges::greater{});
  if (longest.size() > kMaxNames) longest.resize(kMaxNames);
  for (const auto& [most, what] : longest) {
    std::vector<Run>& runs = runs_[what];
    runs.insert(runs.end(), all[what].begin(), all[what].end());
  }
}

std::vector<StringIndex> Background::names() const {
  std::vector<StringIndex> names;
  for (const auto& [what, runs] : runs_) names.push_back(what);
  return names;
}

std::span<const Background::Run> Background::runs(StringIndex what) const {
  const auto found = runs_.find(what);
  if (found == runs_.end()) return {};
  return found->second;
}

Ticks Background::distance(StringIndex what, Ticks start, Ticks end, RequestIndex except) const {
  const std::vector<Run>& runs = runs_.at(what);
  const auto is_other = [except](const Run& run) {
    return except == kNone || run.request != except;
  };
  const auto middle = std::ranges::lower_bound(runs, end, {}, &Run::from);
  Ticks best = Ticks(UINT64_MAX);
  auto after = middle;
  for (int i = 0; i < kMaxOverlapping && after != runs.end() && !is_other(*after); ++i) ++after;
  if (after != runs.end() && is_other(*after)) best = after->from - end;
  auto at = middle;
  for (int back = 0; back < kMaxOverlapping && at != runs.begin(); ++back) {
    --at;
    if (is_other(*at)) best = std::min(best, at->to >= start ? Ticks{} : start - at->to);
  }
  return best;
}

}  // namespace weft::analysis
