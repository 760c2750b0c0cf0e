/// A set of address ranges in a fixed array: add, subtract, look up. Disjoint, in no order.
#pragma once

#include <cstdint>

namespace weft::runtime {

template <int kCapacity>
class RangeSet {
 public:
  struct Range {
    uint64_t begin, end;
  };

  void clear() { count_ = 0; }

  /// When the array is full the range is left out: callers only lose an optimisation.
  void add(uint64_t begin, uint64_t end) {
    subtract(begin, end);
    if (begin < end && count_ < kCapacity) ranges_[count_++] = {begin, end};
  }

  void subtract(uint64_t begin, uint64_t end) {
    for (int i = 0; i < count_; ++i) {
      const Range range = ranges_[i];
      if (range.end <= begin || end <= range.begin) continue;
      ranges_[i] = ranges_[--count_];
      if (range.begin < begin && count_ < kCapacity) ranges_[count_++] = {range.begin, begin};
      if (end < range.end && count_ < kCapacity) ranges_[count_++] = {end, range.end};
      i = -1;  // the array has changed: look again from the start
    }
  }

  bool contains(uint64_t begin, uint64_t end) const {
    for (int i = 0; i < count_; ++i) {
      if (ranges_[i].begin <= begin && end <= ranges_[i].end) return true;
    }
    return false;
  }

  int count() const { return count_; }
  Range at(int index) const { return ranges_[index]; }

  /// Calls visit(begin, end) for every part of [begin, end) that is in the set.
  template <class F>
  void intersect(uint64_t begin, uint64_t end, F visit) const {
    for (int i = 0; i < count_; ++i) {
      const uint64_t from = ranges_[i].begin > begin ? ranges_[i].begin : begin;
      const uint64_t to = ranges_[i].end < end ? ranges_[i].end : end;
      if (from < to) visit(from, to);
    }
  }

 private:
  int count_ = 0;
  Range ranges_[kCapacity];
};

}  // namespace weft::runtime
