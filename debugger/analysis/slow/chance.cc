#include "debugger/analysis/slow/chance.h"

#include <algorithm>
#include <random>

namespace weft::analysis {

namespace {

/// The same in each run of weft.
constexpr uint64_t kSeed = 20261201;

/// [first, last) of the requests: those that are moved together.
using Stretch = std::pair<size_t, size_t>;

std::vector<Stretch> stretches(const Trials& trials) {
  std::vector<Stretch> all;
  for (size_t i = 0; i < trials.slow.size();) {
    size_t last = i + 1;
    if (trials.together && trials.slow[i] != 0) {
      Ticks end = trials.times[i].second;
      for (size_t next = last; next < trials.slow.size() && trials.times[next].first <= end;
           ++next) {
        if (trials.slow[next] == 0) continue;
        last = next + 1;
        end = std::max(end, trials.times[next].second);
      }
      // Neighbours are together, too, although the next one only began when this one was over.
      while (last < trials.slow.size() && trials.slow[last] != 0) ++last;
    }
    all.emplace_back(i, last);
    i = last;
  }
  return all;
}

}  // namespace

double chance_of(double observed, const Trials& trials) {
  constexpr double kRounding = 1e-9;
  std::mt19937_64 random(kSeed);
  std::vector<Stretch> order = stretches(trials);
  const auto enough = static_cast<size_t>(2 * kMayBeChance * static_cast<double>(trials.count) + 1);
  size_t hits = 0, done = 0;
  Labels labels;
  while (done < trials.count && hits < enough) {
    std::shuffle(order.begin(), order.end(), random);
    labels.clear();
    for (const auto& [first, last] : order)
      labels.insert(labels.end(), trials.slow.begin() + static_cast<std::ptrdiff_t>(first),
                    trials.slow.begin() + static_cast<std::ptrdiff_t>(last));
    ++done;
    hits += trials.search(labels) >= observed - kRounding;
  }
  return static_cast<double>(hits + 1) / static_cast<double>(done + 1);
}

}  // namespace weft::analysis
