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

#include "weft/base/index.h"

namespace weft::analysis {

using weft::kNone;

/// A row's number. `kNoRow` is the number that means none of them.
template <class Row, uint32_t kNoRow = 0xffffffff>
using RowIndex = Index<Row, uint32_t, kNoRow>;

/// `Number`: how its rows are numbered, a RowIndex or another type that is made of a number.
template <class Row, class Number = RowIndex<Row>>
class Table {
  static_assert(std::is_trivially_copyable_v<Row>);

 public:
  static constexpr uint32_t kBlockRows = 1u << 14;
  static constexpr uint32_t kMaxRows = 0xffffffff;

  uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// The numbers of all rows, and those from one on.
  IndexRange<Number> numbers() const { return IndexRange<Number>(size_); }
  IndexRange<Number> numbers_from(Number first) const { return {first, end()}; }
  /// The number of the next row that is added.
  Number end() const { return Number(size_); }

  /// Number of the new row; kNone, and nothing added, when kMaxRows are there.
  Number add(const Row& row) {
    if (size_ == kMaxRows) return Number();
    if (size_ % kBlockRows == 0) add_block();
    rows_of(size_ / kBlockRows)[size_ % kBlockRows] = row;
    return Number(size_++);
  }
  /// Up to `count` more rows, at most to the end of a block, to be filled with bytes. Empty if the
  /// table is full.
  std::span<std::byte> add_raw(uint32_t count) {
    const uint32_t used = size_ % kBlockRows;
    const uint32_t more = std::min({count, kBlockRows - used, kMaxRows - size_});
    if (more > 0 && used == 0) add_block();
    if (more == 0) return {};
    size_ += more;
    return std::as_writable_bytes(std::span(rows_of((size_ - 1) / kBlockRows) + used, more));
  }
  /// Adds rows up to `end`.
  void fill_up_to(Number end, const Row& row) {
    while (size_ < end.value()) add(row);
  }

  bool has(Number number) const { return number.value() < size_; }
  const Row& operator[](Number number) const {
    static const Row kEmpty{};
    return has(number) ? row(static_cast<uint32_t>(number.value())) : kEmpty;
  }
  /// Changes to a row that is not there are lost.
  Row& operator[](Number number) {
    if (has(number)) return row(static_cast<uint32_t>(number.value()));
    static thread_local Row lost;
    lost = Row{};
    return lost;
  }

  uint32_t block_count() const { return static_cast<uint32_t>(blocks_.size()); }
  /// The rows of a block; the last block may be partly filled.
  std::span<const Row> block(uint32_t number) const {
    return {rows_of(number), std::min(kBlockRows, size_ - number * kBlockRows)};
  }

 private:
  /// Bytes, since a row is made only when it is added: `Row` is trivially copied, so what is copied
  /// there is a row.
  using Block = std::unique_ptr<std::byte[]>;
  static_assert(alignof(Row) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

  void add_block() {
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(kBlockRows * sizeof(Row)));
  }
  Row& row(uint32_t number) const { return rows_of(number / kBlockRows)[number % kBlockRows]; }
  Row* rows_of(uint32_t block) const { return reinterpret_cast<Row*>(blocks_[block].get()); }

  std::vector<Block> blocks_;
  uint32_t size_ = 0;
};

/// The first row of a sorted table for which `before` is false; end() if it is true for all.
template <class Row, class Number, class Before>
Number partition_point(const Table<Row, Number>& table, Before before) {
  uint32_t low = 0, high = table.size();
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (before(table[Number(middle)])) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return Number(low);
}

}  // namespace weft::analysis
