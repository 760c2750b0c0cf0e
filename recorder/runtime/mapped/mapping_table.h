/// Ranges of memory, ascending and disjoint, each with the part of a file that it shows.
#pragma once

#include <cstdint>

#include "recorder/runtime/mapped/mapped_files.h"

namespace weft::runtime {

struct Mapping {
  uint64_t begin, end;
  uint64_t offset;  ///< of `begin` in the file
  MappedFile* file;
  /// Record, of a shared mapping that children write to: what replay has there, page for page;
  /// 0: it is not watched (shared_watch.h).
  uint64_t copy;
  uint32_t pages;  ///< what the last look at it cost

  uint64_t bytes() const { return end - begin; }
  uint64_t offset_of(uint64_t address) const { return offset + (address - begin); }
  uint64_t address_of(uint64_t place) const { return begin + (place - offset); }
  /// The same, but only [from, to) of it.
  Mapping part(uint64_t from, uint64_t to) const {
    Mapping part = *this;
    part.begin = from;
    part.end = to;
    part.offset = offset_of(from);
    if (copy != 0) part.copy = copy + (from - begin);
    return part;
  }
};

class MappingTable {
 public:
  /// Nothing of it overlaps what is there. The table holds the file once more; `mapping` becomes
  /// one with a neighbour that it continues.
  void add(const Mapping& mapping);
  /// Takes [begin, end) out: calls visit(part) for each part of a mapping that was there. A file is
  /// released after its visit.
  template <class F>
  void remove(uint64_t begin, uint64_t end, F visit);

  /// The mapping that `address` is in, or nullptr.
  Mapping* find(uint64_t address);
  /// Calls visit(part) for each part of a mapping in [begin, end).
  template <class F>
  void for_each(uint64_t begin, uint64_t end, F visit);

  Mapping* begin() { return items_; }
  Mapping* end() { return items_ + count_; }
  int count() const { return count_; }

 private:
  /// Index of the first mapping that ends after `address`.
  int first_ending_after(uint64_t address) const;
  void insert(int index, const Mapping& mapping);
  void erase(int index);

  static constexpr int kMost = 128 * 1024;  // the kernel allows half of it, unless told otherwise
  int count_;
  Mapping items_[kMost];
};

template <class F>
void MappingTable::remove(uint64_t begin, uint64_t end, F visit) {
  int index = first_ending_after(begin);
  while (index < count_ && items_[index].begin < end) {
    const Mapping whole = items_[index];
    const uint64_t from = whole.begin < begin ? begin : whole.begin;
    const uint64_t to = end < whole.end ? end : whole.end;
    visit(whole.part(from, to));
    if (from == whole.begin && to == whole.end) {
      erase(index);
      release_file(whole.file);
      continue;
    }
    items_[index] = from == whole.begin ? whole.part(to, whole.end) : whole.part(whole.begin, from);
    if (from != whole.begin && to != whole.end) {
      hold_file(whole.file);
      insert(index + 1, whole.part(to, whole.end));
    }
    ++index;
  }
}

template <class F>
void MappingTable::for_each(uint64_t begin, uint64_t end, F visit) {
  for (int i = first_ending_after(begin); i < count_ && items_[i].begin < end; ++i) {
    const Mapping& whole = items_[i];
    visit(whole.part(whole.begin < begin ? begin : whole.begin, end < whole.end ? end : whole.end));
  }
}

}  // namespace weft::runtime
