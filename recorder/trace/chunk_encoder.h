/// Turns events into the columns of a chunk, and the columns into bytes for the file.
///
/// Runs in the recorder. add() does the work event by event (tens of nanoseconds), so that closing a
/// chunk is one short compression. The source is memory that the recorded program can reach: each
/// size is read once, checked, and used from a copy. See chunk_format.h for the columns and
/// chunk_model.h for the guesses.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "recorder/trace/page_index.h"
#include "weft/trace/chunk_format.h"
#include "weft/trace/chunk_model.h"

struct ZSTD_CCtx_s;

namespace weft::trace {

/// Bytes of one column while it grows.
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

/// Numbers from a hash, for things that are numbered from 0 and never removed.
class HashIndex {
 public:
  void clear() { slots_.assign(slots_.size(), 0); used_ = 0; }
  /// The number n for which `is_same(n)`, or `next` after putting that in.
  template <class IsSame, class HashOf>
  uint32_t find_or_add(uint64_t hash, uint32_t next, IsSame is_same, HashOf hash_of);

 private:
  std::vector<uint32_t> slots_ = std::vector<uint32_t>(1024);  ///< number + 1; 0: free
  size_t used_ = 0;
};

class ChunkEncoder {
 public:
  /// `clock_khz`: of the time-stamp counter; 0: not known.
  explicit ChunkEncoder(uint32_t clock_khz = 0);
  ~ChunkEncoder();
  ChunkEncoder(const ChunkEncoder&) = delete;
  ChunkEncoder& operator=(const ChunkEncoder&) = delete;

  /// Adds one event. `payload` has `header.size` bytes; `header` is the caller's own copy. The event
  /// must have passed event_fault(); if it changed since then, something else is stored, no more.
  void add(const EventHeader& header, const std::byte* payload);

  uint32_t event_count() const { return event_count_; }
  uint32_t raw_bytes() const { return raw_bytes_; }

  /// Compresses what was added into `chunk`: a ChunkHeader and what follows it. Then starts anew,
  /// behind it: an encoder makes all chunks of a trace, one after the other.
  void finish(std::vector<std::byte>& chunk);

  /// Bytes of each column so far, before compression: for measurements.
  std::array<size_t, kColumnCount> column_bytes() const;

 private:
  struct Effect;
  struct Call;

  ColumnBuffer& column(Column which) { return columns_[static_cast<size_t>(which)]; }
  static bool take_apart(const EventHeader& header, const std::byte* payload, Call& call);
  void choose_thread(uint32_t number, uint8_t& step);
  uint32_t choose_form(const ShapeKey& key, const uint64_t* arguments, uint8_t& step);
  uint32_t look_up_form(const ShapeKey& key, const uint64_t* arguments, bool& is_new);
  void write_new_form(uint32_t number, const uint64_t* arguments, bool new_shape);
  bool form_is(uint32_t number, const ShapeKey& key, const uint64_t* arguments);
  void put_time(Column which, uint64_t units);
  void put_sizes(Shape& shape, const Call& call, int64_t result, uint8_t& step);
  void put_contents(Shape& shape, const Call& call, int64_t result, uint8_t& step);
  bool put_clock(const Effect& effect, uint16_t number, const Call& call);
  void put_content(uint64_t log_offset, const std::byte* bytes, uint32_t count);
  void compress(std::vector<std::byte>& chunk, uint32_t& content_bytes);
  void put_opaque(EffectModel& model, const EventHeader& header, const std::byte* payload,
                  uint8_t& step);
  void put_check(Form& form, Shape& shape, uint32_t check, const Call& call, uint8_t& step);
  void reset();

  ChunkModel model_;
  HashIndex threads_by_hash_;
  HashIndex forms_by_hash_;
  HashIndex shapes_by_hash_;
  std::array<ColumnBuffer, kColumnCount> columns_;
  uint64_t base_time_ = 0;
  uint64_t last_time_ = 0;
  uint32_t slot_ = 0;  ///< of the thread of the last event
  uint32_t event_count_ = 0;
  uint32_t raw_bytes_ = 0;
  uint64_t first_event_ = 0;  ///< of this chunk
  uint64_t raw_offset_ = 0;   ///< of this chunk in the log
  uint32_t clock_khz_;
  PageIndex pages_;
  uint64_t run_end_ = 0;  ///< where the last run of pages that came before ended
  ZSTD_CCtx_s* compressor_;
};

}  // namespace weft::trace
