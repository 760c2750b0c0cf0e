/// Writes events into the ring while recording (record_channel.h has the protocol).
///
/// Only the thread that holds the baton writes, so nothing here is locked. When recording has
/// stopped (disk full, recorder gone) the same code runs into the same memory, and nothing is
/// published: the program goes on and does not notice.
#pragma once

#include <cstddef>
#include <cstdint>

#include "recorder/runtime/ground/assertion.h"
#include "recorder/runtime/ground/thread.h"
#include "weft/channel/record_channel.h"
#include "weft/trace/event.h"

namespace weft::runtime {

/// Where a channel lies in its file, and how long its ring is.
struct RingPlace {
  uint64_t offset;
  uint64_t bytes;
};
/// Maps the channel behind `fd` at layout::kChannelAddress, the ring twice. False if it is not one.
bool map_record_channel(int fd, RingPlace place = {0, channel::kRingBytes});
inline channel::RecordChannel* record_channel() {
  return pointer_to<channel::RecordChannel>(layout::kChannelAddress);
}

/// Where the next event goes, in bytes since the start (as in record_channel.h). The channel's own
/// words are in the recorder's cache half of the time: these are not.
struct RingPosition {
  uint64_t head;         ///< what the channel's `head` is
  uint64_t cached_tail;  ///< what its `tail` was at least
  uint64_t last_time;    ///< ticks: of the event before
  uint64_t bytes;        ///< of the ring, a power of two
};
extern RingPosition g_ring;

/// The channel at layout::kChannelAddress is another one: nothing is written to it yet. The recorder
/// is woken by way of `root`.
void begin_ring(channel::RecordChannel* root);

/// Returns when an event of the largest size fits, or recording has stopped.
void wait_for_room();
void wake_recorder();
/// More than wake_bytes() seem to wait: wakes the recorder if that is so, and it sleeps.
void look_after_recorder();

inline uint8_t* ring_at(uint64_t position) {
  return pointer_to<uint8_t>(layout::kChannelAddress + channel::kHeaderBytes +
                             (position & (g_ring.bytes - 1)));
}

/// Memory for the next event, kMaxEventBytes of it.
inline uint8_t* room_for_event() {
  if (g_ring.head + trace::kMaxEventBytes - g_ring.cached_tail > g_ring.bytes) [[unlikely]]
    wait_for_room();
  return ring_at(g_ring.head);
}

/// Asks for the cache lines of the events after the next few. The recorder's CPU has them since it
/// read them; else each store would wait for its line, and the next locked instruction or system
/// call for all of these stores.
inline void fetch_ahead(uint64_t position, uint64_t bytes) {
  constexpr uint64_t kAhead = 768, kLine = 64, kMost = 1024;
  const uint8_t* from = ring_at(position + kAhead);
  for (uint64_t at = 0; at < bytes && at < kMost; at += kLine) {
    asm volatile("prefetchw %0" ::"m"(from[at]));
  }
}

/// The event that was written there is whole: `bytes` of it (event_bytes).
inline void publish_event(uint64_t bytes) {
  channel::RecordChannel* channel = record_channel();
  if (channel->stopped.load(std::memory_order_relaxed) != 0) [[unlikely]]
    return;
  fetch_ahead(g_ring.head, bytes);
  if constexpr (kAsserting) ++g_asserted_event;
  g_ring.head += bytes;
  channel->head.store(g_ring.head, std::memory_order_release);
  if (g_ring.head - g_ring.cached_tail > channel::wake_bytes(g_ring.bytes)) [[unlikely]]
    look_after_recorder();
}

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
  /// The bytes are those at `source`.
  void put_effect(trace::EffectKind kind, uint8_t arg, uint64_t address, uint32_t bytes,
                  const void* source);
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
/// The same with a copy of that content, and with the events' flags.
void write_data_events(const Thread* thread, uint64_t address, uint64_t bytes, const void* source,
                       uint8_t flags = 0);
/// Content of the file that is mapped at `address` (kFileContent), read from `fd` at `offset`.
void write_file_data_events(const Thread* thread, uint64_t address, int fd, uint64_t offset,
                            uint64_t bytes);
/// A note for `weft info`.
void write_unusual(const Thread* thread, const char* text);
/// The same, of something that a replay may differ by (trace::kSuspect).
void write_suspect(const Thread* thread, const char* text);

}  // namespace weft::runtime
