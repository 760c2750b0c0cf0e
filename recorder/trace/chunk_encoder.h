/// Turns events into the columns of a chunk, and the columns into bytes for the file.
///
/// Runs in the recorder. add() does the work event by event (tens of nanoseconds), so that closing
/// a chunk is one short compression. The source is memory that the recorded program can reach: each
/// size is read once, checked, and used from a copy. See chunk_format.h for the columns and
/// chunk_model.h for the guesses.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "recorder/trace/call_parts.h"
#include "recorder/trace/chunk_packer.h"
#include "recorder/trace/column_buffer.h"
#include "recorder/trace/hash_index.h"
#include "recorder/trace/page_index.h"
#include "weft/trace/chunk_format.h"
#include "weft/trace/chunk_model.h"

namespace weft::trace {

/// The logs of other processes in the same file.
class OtherLogs {
 public:
  virtual ~OtherLogs() = default;
  /// What lies at `raw_offset` of the log of `process` is in the file from now on.
  virtual void ensure_written(uint32_t process, uint64_t raw_offset) = 0;
};

class ChunkEncoder {
 public:
  /// What all encoders of a file have together.
  struct Shared {
    PageIndex pages;
    ChunkPacker packer;
  };
  struct Parts {
    Shared* shared;
    OtherLogs* others;
    uint32_t clock_khz;  ///< of the time-stamp counter; 0: not known
  };
  /// Where its first chunk begins.
  struct Place {
    uint32_t process = 0;
    uint64_t first_event = 0;
    uint64_t raw_offset = 0;  ///< in the decoded log
  };
  ChunkEncoder(Parts parts, Place place);

  /// Adds one event. `payload` has `header.size` bytes, which with the header are no more than
  /// kMaxEventBytes; `header` is the caller's own copy. Null, or what is wrong with the event,
  /// which is not added then. What changes under its hands is stored somehow, no more.
  const char* add(const EventHeader& header, const std::byte* payload);

  uint32_t event_count() const { return event_count_; }
  uint32_t raw_bytes() const { return raw_bytes_; }

  /// Compresses what was added into `chunk`: a ChunkHeader and what follows it. Then starts anew,
  /// after it: an encoder makes all chunks of a trace, one after the other.
  void finish(std::vector<std::byte>& chunk);

  /// Bytes of each column so far, before compression: for measurements.
  std::array<size_t, kColumnCount> column_bytes() const;

 private:
  ColumnBuffer& column(Column which) { return columns_[static_cast<size_t>(which)]; }
  void choose_thread(uint32_t number, uint8_t& step);
  uint32_t choose_form(const ShapeKey& key, const uint64_t* arguments, uint8_t& step);
  uint32_t look_up_form(const ShapeKey& key, const uint64_t* arguments, bool& is_new);
  void write_new_form(uint32_t number, const uint64_t* arguments, bool new_shape);
  bool form_is(uint32_t number, const ShapeKey& key, const uint64_t* arguments);
  void put_time(Column which, uint64_t units);
  void put_sizes(Shape& shape, const CallParts& call, int64_t result, uint8_t& step);
  void put_contents(Shape& shape, const CallParts& call, int64_t result, uint8_t& step);
  bool put_clock(const EffectParts& effect, uint16_t number, const CallParts& call);
  void reach(uint64_t place);
  void put_content(uint64_t log_offset, const std::byte* bytes, uint32_t count, bool of_file);
  void put_opaque(EffectModel& model, const EventHeader& header, const std::byte* payload,
                  uint8_t& step);
  void put_check(Form& form, Shape& shape, uint32_t check, const CallParts& call, uint8_t& step);
  void reset();

  ChunkModel model_;
  HashIndex threads_by_hash_;
  HashIndex forms_by_hash_;
  HashIndex shapes_by_hash_;
  ColumnBuffers columns_;
  std::vector<ContentPiece> pieces_;  ///< of the column kContent
  uint64_t base_time_ = 0;
  uint64_t last_time_ = 0;
  uint32_t slot_ = 0;  ///< of the thread of the last event
  uint32_t event_count_ = 0;
  uint32_t raw_bytes_ = 0;
  Place place_;  ///< of this chunk
  Parts parts_;
  uint64_t run_end_ = 0;  ///< where the last run of pages that came before ended
};

}  // namespace weft::trace
