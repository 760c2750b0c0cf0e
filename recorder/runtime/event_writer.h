/// Writes events into the ring while recording (record_channel.h has the protocol).
///
/// Only the thread that holds the baton writes, so nothing here is locked. When recording has
/// stopped (disk full, recorder gone) the same code runs into the same memory, and nothing is
/// published: the program goes on and does not notice.
#pragma once

#include <cstddef>
#include <cstdint>

#include "recorder/runtime/thread.h"
#include "weft/channel/record_channel.h"
#include "weft/trace/event.h"

namespace weft::runtime {

/// Maps the channel behind `fd` at layout::kChannelAddress, the ring twice. False if it is not one.
bool map_record_channel(int fd);
channel::RecordChannel* record_channel();

/// One event in the making. Construct, put the payload, commit; at most kMaxEventBytes in all.
class EventWriter {
 public:
  EventWriter(trace::EventKind kind, const Thread* thread);
  EventWriter(const EventWriter&) = delete;
  EventWriter& operator=(const EventWriter&) = delete;

  void put(uint64_t value) {
    *reinterpret_cast<uint64_t*>(cursor_) = value;
    cursor_ += 8;
  }
  /// Copies from runtime or program memory; what cannot be read becomes zeros.
  void put_bytes(const void* from, size_t bytes);
  /// An effect: `bytes` at `address`, which is argument `arg` or kAbsolute.
  void put_effect(trace::EffectKind kind, uint8_t arg, uint64_t address, uint32_t bytes);
  /// Bytes that may still be put.
  size_t room() const { return trace::kMaxEventBytes - static_cast<size_t>(cursor_ - start_) - 64; }

  void set_call(uint16_t number, uint8_t flags, uint32_t check_sum);
  void set_flags(uint8_t flags) { header()->flags = flags; }
  /// Publishes the event.
  void commit(int64_t result);
  void commit_at(int64_t result, uint64_t time);

 private:
  trace::EventHeader* header() { return reinterpret_cast<trace::EventHeader*>(start_); }
  uint8_t* start_;
  uint8_t* cursor_;
};

/// Content that the program's memory at `address` has from here on, as kData events, cut to size.
void write_data_events(const Thread* thread, uint64_t address, uint64_t bytes);
/// The same with content that is read from `fd` at `offset` (a file that is being mapped).
void write_file_data_events(const Thread* thread, uint64_t address, int fd, uint64_t offset,
                            uint64_t bytes);
/// A note for `weft info`.
void write_unusual(const Thread* thread, const char* text);

}  // namespace weft::runtime
