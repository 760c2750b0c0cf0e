/// The bytes of one column of a chunk (chunk_format.h) while they are collected.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "weft/trace/chunk_format.h"

namespace weft::trace {

class ColumnBuffer {
 public:
  void clear() { size_ = 0; }
  size_t size() const { return size_; }
  const uint8_t* data() const { return bytes_.data(); }
  void put(uint8_t byte) {
    if (size_ == bytes_.size()) grow(1);
    bytes_[size_++] = byte;
  }
  void put_number(uint64_t value) {
    for (; value >= 0x80; value >>= 7) put(static_cast<uint8_t>(value | 0x80));
    put(static_cast<uint8_t>(value));
  }
  void put_bytes(const void* from, size_t count) {
    if (bytes_.size() - size_ < count) grow(count);
    if (count > 0) std::memcpy(bytes_.data() + size_, from, count);
    size_ += count;
  }

 private:
  void grow(size_t count) { bytes_.resize(std::max(2 * bytes_.size(), size_ + count + 1024)); }

  std::vector<uint8_t> bytes_;
  size_t size_ = 0;
};

using ColumnBuffers = std::array<ColumnBuffer, kColumnCount>;

}  // namespace weft::trace
