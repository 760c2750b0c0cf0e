/// Turns the stored bytes of a chunk back into events.
///
/// The mirror image of recorder/trace/chunk_encoder.h: the same model (chunk_model.h), fed with
/// what the columns say. Input is never trusted: each read from a column and each write to the log
/// is checked, numbers that lead outside of what the chunk has defined are an error, and every
/// event that comes out has passed event_fault().
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "replayer/trace/chunk_columns.h"
#include "weft/trace/chunk_format.h"
#include "weft/trace/chunk_model.h"

namespace weft::trace {

/// Gives a decoder the bytes of earlier chunks.
class EarlierLog {
 public:
  virtual ~EarlierLog() = default;
  /// Copies what is at `place` (page_place); false if that cannot be had.
  virtual bool copy(uint64_t place, std::span<std::byte> to) = 0;
};

class ChunkDecoder {
 public:
  /// Decodes `stored` (checksums are the caller's business) into `events`, which must have
  /// header.raw_bytes bytes. Null if all is well, else what is wrong; then `events` holds rubbish.
  /// Pages that came before this chunk are taken from `earlier`; without it they become zeros.
  const char* decode(const ChunkHeader& header, std::span<const std::byte> stored,
                     std::span<std::byte> events, EarlierLog* earlier);

 private:
  ColumnReader& column(Column which) { return columns_[which]; }
  const char* decode_event();
  const char* choose_thread(uint8_t step);
  const char* choose_form(uint8_t step, uint32_t& number);
  const char* read_new_form(uint32_t& number);
  const char* read_call(EventHeader& header, Form& form, Shape& shape, uint8_t step);
  void read_sizes(Shape& shape, const EventHeader& header, uint8_t step, uint64_t* sizes);
  const char* read_effect(EffectModel& model, EffectCode code, uint64_t address, uint64_t size);
  const char* read_bytes(EffectModel& model, EffectCode code, uint64_t size, bool changed,
                         int64_t result);
  const char* read_clock(uint16_t call, uint64_t argument, bool changed);
  const char* read_content(uint64_t bytes);
  const char* read_known_pages(uint64_t raw_offset, uint64_t bytes);
  const char* read_opaque(EventHeader& header, EffectModel& model, uint8_t step);
  const char* read_check(EventHeader& header, Form& form, Shape& shape, uint8_t step,
                         const std::byte* payload);
  uint64_t take_time(Column which);
  template <class T>
  void put(const T& value);
  size_t room() const { return static_cast<size_t>(end_ - at_); }

  ChunkModel model_;
  ChunkColumns columns_;
  std::byte* at_ = nullptr;   ///< where the next byte of the log goes
  std::byte* end_ = nullptr;  ///< of the log
  std::byte* start_ = nullptr;
  uint64_t raw_offset_ = 0;  ///< page_place of start_
  uint64_t run_end_ = 0;     ///< where the last run of known pages ended
  EarlierLog* earlier_ = nullptr;
  uint64_t last_time_ = 0;
  uint32_t slot_ = 0;  ///< of the thread of the last event
};

}  // namespace weft::trace
