/// The columns of a stored chunk (chunk_format.h), decompressed, and safe to read from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "weft/trace/chunk_format.h"

struct ZSTD_DCtx_s;

namespace weft::trace {

/// Reads one column from its beginning. Reading past its end gives zeros and sets `overrun`.
class ColumnReader {
 public:
  void open(const uint8_t* data, size_t bytes) {
    first_ = at_ = data;
    end_ = data + bytes;
    overrun_ = false;
  }
  bool overrun() const { return overrun_; }
  bool used_up() const { return at_ == end_; }
  size_t position() const { return static_cast<size_t>(at_ - first_); }
  /// The byte at `offset`, which the caller has had from position() before.
  const uint8_t* at(size_t offset) const { return first_ + offset; }

  uint8_t take() {
    if (at_ == end_) return static_cast<uint8_t>(fail());
    return *at_++;
  }
  uint64_t take_number() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = take();
      value |= uint64_t{byte & 0x7fu} << shift;
      if ((byte & 0x80) == 0) return value;
    }
    return fail();
  }
  /// Copies `count` bytes; false if there are fewer.
  bool take_bytes(void* to, size_t count) {
    if (static_cast<size_t>(end_ - at_) < count) return fail() != 0;
    if (count > 0) std::memcpy(to, at_, count);
    at_ += count;
    return true;
  }

 private:
  uint64_t fail() {
    overrun_ = true;
    return 0;
  }

  const uint8_t* first_ = nullptr;
  const uint8_t* at_ = nullptr;
  const uint8_t* end_ = nullptr;
  bool overrun_ = false;
};

class ChunkColumns {
 public:
  ChunkColumns();
  ~ChunkColumns();
  ChunkColumns(const ChunkColumns&) = delete;
  ChunkColumns& operator=(const ChunkColumns&) = delete;

  /// Null, or what is wrong with the stored bytes.
  const char* open(std::span<const std::byte> stored, uint32_t content_bytes);
  ColumnReader& operator[](Column which) { return readers_[static_cast<size_t>(which)]; }
  /// To be asked at the end: null if each column was read to its end and not beyond.
  const char* fault() const;

 private:
  bool decompress(std::span<const std::byte> frame, uint64_t at, uint64_t length);

  std::array<ColumnReader, kColumnCount> readers_;
  std::vector<uint8_t> bytes_;
  ZSTD_DCtx_s* decompressor_;
};

}  // namespace weft::trace
