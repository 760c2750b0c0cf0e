/// A span of time in equal parts, and how much of each part something took: averages over time, of
/// any number of intervals, at the cost of the parts.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "debugger/analysis/model/model.h"

namespace weft::page {

using analysis::Ticks;

class TimeBuckets {
 public:
  TimeBuckets(Ticks from, Ticks to, size_t count)
      : from_(from), to_(std::max(to, from + Ticks(1))), partial_(count), whole_(count + 1) {}

  /// Something went on during [start, end).
  void add(Ticks start, Ticks end) {
    start = std::clamp(start, from_, to_);
    end = std::clamp(end, from_, to_);
    if (start >= end) return;
    const double first = position(start), last = position(end);
    const auto a = bucket(first), b = bucket(last);
    if (a == b) {
      partial_[a] += last - first;
      return;
    }
    partial_[a] += static_cast<double>(a + 1) - first;
    partial_[b] += last - static_cast<double>(b);
    whole_[a + 1] += 1;
    whole_[b] -= 1;
  }

  /// For each part, how many of them went on, on average.
  std::vector<double> averages() const {
    std::vector<double> values(partial_.size());
    double running = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      running += whole_[i];
      values[i] = running + partial_[i];
    }
    return values;
  }

 private:
  double position(Ticks time) const {
    return static_cast<double>((time - from_).value()) /
           static_cast<double>((to_ - from_).value()) * static_cast<double>(partial_.size());
  }
  size_t bucket(double position) const {
    return std::min(static_cast<size_t>(position), partial_.size() - 1);
  }

  Ticks from_, to_;
  std::vector<double> partial_;  ///< of intervals that begin or end in it
  std::vector<double> whole_;    ///< changes of how many go through all of it
};

}  // namespace weft::page
