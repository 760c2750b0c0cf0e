#include "recorder/runtime/preempt/page_runs.h"

#include "weft/trace/preempt_state.h"

namespace weft::runtime {

void PageRuns::add(uint64_t begin, uint64_t end, uint64_t range_end) {
  if (!complete_) return;
  if (count_ != 0 && runs_[count_ - 1].end == begin) {
    runs_[count_ - 1].end = end;
    runs_[count_ - 1].range_end = range_end;
    return;
  }
  if (count_ == kMost) fill_gaps(layout::kPage);
  if (count_ == kMost) {
    complete_ = false;
  } else {
    runs_[count_++] = {begin, end, range_end};
  }
}

/// Pages in between were not written: they are equal in every pass, so comparing them is only work.
void PageRuns::fill_gaps(uint64_t bytes) {
  uint64_t kept = 0;
  for (uint64_t i = 0; i < count_; ++i) {
    PageRun* last = kept == 0 ? nullptr : &runs_[kept - 1];
    if (last != nullptr && runs_[i].begin < last->range_end &&
        runs_[i].begin - last->end <= bytes) {
      last->end = runs_[i].end;
      last->range_end = runs_[i].range_end;
    } else {
      runs_[kept++] = runs_[i];
    }
  }
  count_ = kept;
}

uint64_t PageRuns::fit(uint64_t most) {
  constexpr uint64_t kLargestGap = 1 << 20;
  for (uint64_t gap = layout::kPage; count_ > most && gap <= kLargestGap; gap *= 2) fill_gaps(gap);
  for (uint64_t pages = 1; pages <= trace::kMostPagesDigested; pages *= 2) {
    uint64_t digests = 0;
    for (const PageRun& run : *this) digests += (run.pages() + pages - 1) / pages;
    if (digests <= most) return pages;
  }
  return 0;
}

}  // namespace weft::runtime
