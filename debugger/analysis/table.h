/// A column store's table: rows of a plain type, appended, never moved, found by a 32-bit number.
///
/// Rows lie in blocks, so that growing copies nothing and no row ever changes its place. A number
/// that is out of range gives an empty row: tables may come from an index file, and nothing in a
/// file is trusted (index_file.h), so a wrong number must not read beyond the table.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

namespace weft::analysis {

/// "No row": of any table.
inline constexpr uint32_t kNone = 0xffffffff;

template <class Row>
class Table {
  static_assert(std::is_trivially_copyable_v<Row>);

 public:
  static constexpr uint32_t kBlockRows = 1u << 14;

  uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  /// Number of the new row; kNone, and nothing added, when 2^32 - 1 rows are there.
  uint32_t add(const Row& row) {
    if (size_ == kNone) return kNone;
    if (size_ % kBlockRows == 0) blocks_.push_back(std::make_unique<Row[]>(kBlockRows));
    blocks_[size_ / kBlockRows][size_ % kBlockRows] = row;
    return size_++;
  }
  void resize(uint32_t rows, const Row& filled_with) {
    while (size_ < rows) add(filled_with);
  }

  const Row& operator[](uint32_t number) const {
    static const Row kEmpty{};
    return number < size_ ? blocks_[number / kBlockRows][number % kBlockRows] : kEmpty;
  }
  /// Changes to a row that is not there are lost.
  Row& operator[](uint32_t number) {
    if (number < size_) return blocks_[number / kBlockRows][number % kBlockRows];
    static thread_local Row lost;
    lost = Row{};
    return lost;
  }

  uint32_t block_count() const { return static_cast<uint32_t>(blocks_.size()); }
  /// The rows of a block; the last block may be partly filled.
  std::span<const Row> block(uint32_t number) const {
    return {blocks_[number].get(), std::min(kBlockRows, size_ - number * kBlockRows)};
  }

 private:
  std::vector<std::unique_ptr<Row[]>> blocks_;
  uint32_t size_ = 0;
};

/// The first row of a sorted table for which `before` is false; size() if it is true for all.
template <class Row, class Before>
uint32_t partition_point(const Table<Row>& table, Before before) {
  uint32_t low = 0, high = table.size();
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (before(table[middle])) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace weft::analysis
