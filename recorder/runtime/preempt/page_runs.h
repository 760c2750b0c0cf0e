/// Runs of pages, ascending: at most as many as one event can hold digests of.
#pragma once

#include <cstdint>

#include "weft/channel/layout.h"

namespace weft::runtime {

struct PageRun {
  uint64_t begin, end;
  uint64_t range_end;  ///< of the mapping that it lies in: pages up to there may be added

  uint64_t pages() const { return (end - begin) / layout::kPage; }
};

class PageRuns {
 public:
  void clear() { count_ = 0, complete_ = true; }
  /// Not below what is there already. A run that continues the last one becomes one with it.
  void add(uint64_t begin, uint64_t end, uint64_t range_end);
  /// False if one was left out.
  bool complete() const { return complete_; }

  /// Makes them fit into `most` digests: fills small gaps, then puts several pages under one
  /// digest. Returns how many pages each takes, or 0 if they do not fit.
  uint64_t fit(uint64_t most);

  const PageRun* begin() const { return runs_; }
  const PageRun* end() const { return runs_ + count_; }

 private:
  void fill_gaps(uint64_t bytes);

  static constexpr uint64_t kMost = 64 * 1024;
  uint64_t count_ = 0;
  bool complete_ = true;
  PageRun runs_[kMost];
};

}  // namespace weft::runtime
