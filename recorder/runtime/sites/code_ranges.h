/// Memory of the program that the kernel is told less about than the program asked for: generated
/// code that is not executable yet, or that is, and not writable (generated_code.h).
#pragma once

#include <cstdint>

namespace weft::runtime {

struct CodeRange {
  uint64_t begin, end;
  uint64_t protection;  ///< what the program has there
  bool executed;        ///< may be executed, and not written; else the other way round
  bool fresh;           ///< writes after the execution are watched
  uint8_t rewrites;     ///< how often it was written after it had been executed
};

class CodeRanges {
 public:
  /// Nothing of the range is in the table.
  void add(const CodeRange& range);
  /// Takes [begin, end) out; calls visit(range) for each part of it that was there.
  template <class F>
  void take(uint64_t begin, uint64_t end, F visit);
  void clear() { count_ = 0; }

  const CodeRange* find(uint64_t address) const;
  const CodeRange* begin() const { return ranges_; }
  const CodeRange* end() const { return ranges_ + count_; }
  /// There may be no room for what the next calls add.
  bool full() const { return count_ > kMost - kSpare; }

 private:
  static constexpr int kMost = 4096, kSpare = 64;
  int count_ = 0;
  CodeRange ranges_[kMost];
};

template <class F>
void CodeRanges::take(uint64_t begin, uint64_t end, F visit) {
  for (int i = 0; i < count_; ++i) {
    const CodeRange range = ranges_[i];
    if (range.end <= begin || end <= range.begin) continue;
    ranges_[i--] = ranges_[--count_];
    CodeRange part = range;
    if (range.begin < begin) part.end = begin, add(part);
    part = range;
    if (end < range.end) part.begin = end, add(part);
    part = range;
    if (part.begin < begin) part.begin = begin;
    if (part.end > end) part.end = end;
    visit(part);
  }
}

}  // namespace weft::runtime
