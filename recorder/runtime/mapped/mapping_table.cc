#include "recorder/runtime/mapped/mapping_table.h"

#include "recorder/runtime/ground/assertion.h"
#include "recorder/runtime/ground/report.h"

namespace weft::runtime {

namespace {

bool continues(const Mapping& lower, const Mapping& upper) {
  const bool same_copy =
      lower.copy == 0 ? upper.copy == 0 : upper.copy == lower.copy + lower.bytes();
  return lower.end == upper.begin && lower.file == upper.file && same_copy &&
         lower.offset + lower.bytes() == upper.offset;
}

}  // namespace

int MappingTable::first_ending_after(uint64_t address) const {
  int low = 0, high = count_;
  while (low < high) {
    const int middle = (low + high) / 2;
    if (items_[middle].end <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

Mapping* MappingTable::find(uint64_t address) {
  const int index = first_ending_after(address);
  return index < count_ && items_[index].begin <= address ? &items_[index] : nullptr;
}

void MappingTable::insert(int index, const Mapping& mapping) {
  check(count_ < kMost, "too many mappings of files", count_);
  const auto above = static_cast<uint64_t>(count_ - index);
  __builtin_memmove(items_ + index + 1, items_ + index, above * sizeof(Mapping));
  items_[index] = mapping;
  ++count_;
}

void MappingTable::erase(int index) {
  const auto above = static_cast<uint64_t>(--count_ - index);
  __builtin_memmove(items_ + index, items_ + index + 1, above * sizeof(Mapping));
}

void MappingTable::add(const Mapping& mapping) {
  int index = first_ending_after(mapping.begin);
  check(index == count_ || mapping.end <= items_[index].begin, "two mappings at one place");
  assert_that("a mapping has bytes", [&] { return mapping.begin < mapping.end; });
  assert_that("what lies below ends below",
              [&] { return index == 0 || items_[index - 1].end <= mapping.begin; });
  hold_file(mapping.file);
  if (index > 0 && continues(items_[index - 1], mapping)) {
    items_[--index].end = mapping.end;
    release_file(mapping.file);
  } else {
    insert(index, mapping);
  }
  if (index + 1 < count_ && continues(items_[index], items_[index + 1])) {
    items_[index].end = items_[index + 1].end;
    release_file(items_[index].file);
    erase(index + 1);
  }
}

}  // namespace weft::runtime
