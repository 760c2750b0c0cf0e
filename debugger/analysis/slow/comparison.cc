#include "debugger/analysis/slow/comparison.h"

#include <algorithm>

namespace weft::analysis {

namespace {

constexpr double kTelling = 0.5;  ///< least difference of the two shares
/// A pair has to be better than its features by so much.
constexpr double kPairGain = 0.1;
/// Both features of a pair: so many of the slow ones have them.
constexpr double kAlmostAll = 0.9;
/// Features that are tried in pairs: those that do best by themselves.
constexpr size_t kPaired = 8, kPairedNear = 16;

struct Scored {
  double score = 0;
  size_t number = 0;  ///< in FeatureTable::plain or near
};

void keep_best(std::vector<Scored>& all, size_t limit) {
  std::ranges::stable_sort(all, std::ranges::greater{}, &Scored::score);
  if (all.size() > limit) all.resize(limit);
}

class Comparing {
 public:
  Comparing(const FeatureTable& table, const Labels& slow) : table_(table), slow_(slow) {
    for (const uint8_t one : slow) all_slow_ += one;
    others_ = slow.size() - all_slow_;
  }

  std::vector<Difference> compare() {
    for (size_t i = 0; i < table_.plain.size(); ++i) take_plain(i);
    for (size_t i = 0; i < table_.near.size(); ++i) take_near(i);
    keep_best(plain_, kPaired);
    keep_best(near_, kPairedNear);
    for (size_t i = 0; i < plain_.size(); ++i) take_pairs(i);
    std::ranges::stable_sort(found_, std::ranges::greater{},
                             [this](const Difference& d) { return score(d); });
    return std::move(found_);
  }

 private:
  double score(const Difference& found) const { return telling(found, all_slow_, others_); }

  void take_plain(size_t number) {
    const PlainFeature& one = table_.plain[number];
    if (2 * one.members.size() < all_slow_) return;
    Difference found;
    for (const uint32_t member : one.members) ++(slow_[member] != 0 ? found.slow : found.others);
    if (almost_all(found.slow)) plain_.push_back({score(found), number});
    if (score(found) < kTelling) return;
    found.features.push_back(one.feature);
    found_.push_back(std::move(found));
  }

  void take_near(size_t number) {
    const NearFeature& one = table_.near[number];
    if (2 * one.distances.size() < all_slow_) return;
    const Difference found = nearest(one, nullptr);
    near_.push_back({score(found), number});
    if (score(found) >= kTelling) found_.push_back(found);
  }

  void take_pairs(size_t place) {
    const Scored& first = plain_[place];
    Labels has(slow_.size());
    for (const uint32_t member : table_.plain[first.number].members) has[member] = 1;
    const Feature& feature = table_.plain[first.number].feature;
    for (size_t i = place + 1; i < plain_.size(); ++i) {
      Difference both;
      for (const uint32_t member : table_.plain[plain_[i].number].members) {
        if (has[member] != 0) ++(slow_[member] != 0 ? both.slow : both.others);
      }
      both.features = {feature, table_.plain[plain_[i].number].feature};
      take_pair(both, std::max(first.score, plain_[i].score));
    }
    for (const Scored& near : near_) {
      Difference both = nearest(table_.near[near.number], &has);
      both.features.insert(both.features.begin(), feature);
      take_pair(both, std::max(first.score, near.score));
    }
  }

  void take_pair(const Difference& both, double single) {
    if (score(both) >= std::max(kTelling, single + kPairGain) && almost_all(both.slow))
      found_.push_back(both);
  }

  bool almost_all(uint32_t slow) const {
    return slow >= kAlmostAll * static_cast<double>(all_slow_);
  }

  /// How near to a run in the background is near? At the distance that tells them apart best. `has`:
  /// only those.
  Difference nearest(const NearFeature& one, const Labels* has) const {
    const auto& distances = one.distances;
    Difference best, now;
    Ticks within{};
    for (size_t i = 0; i < distances.size(); ++i) {
      const uint32_t member = distances[i].second;
      if (has == nullptr || (*has)[member] != 0) ++(slow_[member] != 0 ? now.slow : now.others);
      const bool is_last =
          i + 1 == distances.size() || distances[i + 1].first != distances[i].first;
      if (!is_last || score(now) <= score(best)) continue;
      best = now;
      within = distances[i].first;
    }
    best.features.push_back({.kind = FeatureKind::kBackground, .text = one.what, .within = within});
    return best;
  }

  const FeatureTable& table_;
  const Labels& slow_;
  size_t all_slow_ = 0, others_ = 0;
  std::vector<Scored> plain_, near_;  ///< that may be in pairs
  std::vector<Difference> found_;
};

}  // namespace

double telling(const Difference& found, size_t slow, size_t others) {
  return found.slow / std::max(1.0, static_cast<double>(slow)) -
         found.others / std::max(1.0, static_cast<double>(others));
}

std::vector<Difference> compare(const FeatureTable& table, const Labels& slow) {
  return Comparing(table, slow).compare();
}

size_t cost_of(const FeatureTable& table) {
  size_t cost = 1, longest = 0;
  for (const PlainFeature& one : table.plain) cost += one.members.size();
  for (const NearFeature& one : table.near) {
    cost += one.distances.size();
    longest = std::max(longest, one.distances.size());
  }
  return cost + kPaired * std::min(kPairedNear, table.near.size()) * longest;
}

}  // namespace weft::analysis
