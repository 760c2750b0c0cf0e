#include "recorder/runtime/sites/code_ranges.h"

#include "recorder/runtime/ground/report.h"

namespace weft::runtime {

void CodeRanges::add(const CodeRange& range) {
  check(count_ < kMost, "too many ranges of generated code", count_);
  ranges_[count_++] = range;
}

const CodeRange* CodeRanges::find(uint64_t address) const {
  for (const CodeRange& range : *this) {
    if (range.begin <= address && address < range.end) return &range;
  }
  return nullptr;
}

}  // namespace weft::runtime
