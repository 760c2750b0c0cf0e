/// The log: the events of the trace, one after the other in a read-only window that the replayer
/// fills ahead of us (replay_channel.h). The reader that opened the trace has checked the structure
/// of every event, so sizes inside an event are trusted here.
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/assertion.h"
#include "weft/channel/layout.h"
#include "weft/channel/probe_area.h"
#include "weft/channel/replay_channel.h"
#include "weft/trace/event.h"

namespace weft::runtime {

/// What the replayer starts a process with.
struct ReplayFiles {
  int channel_fd;  ///< kept open, for copies of this process
  int log_fd;
  uint32_t slot;  ///< of this process in the channel file
};
/// Maps channel and log. False if the channel is not one.
bool map_replay_channel(const ReplayFiles& files);
/// From now on `slot` is this process's channel.
bool map_channel_slot(uint32_t slot);
/// Maps the area for steps; nullptr if there is no memory.
channel::StepRecord* map_steps();
/// Maps probe area `number` of the channel file; nullptr if there is no memory.
channel::ProbeArea* map_probe_area(uint32_t number);
inline channel::ReplayChannel* replay_channel() {
  return reinterpret_cast<channel::ReplayChannel*>(layout::kChannelAddress);
}

/// Where the reader stands.
struct Log {
  const trace::EventHeader* next;  ///< the next event; nullptr: not known to be there
  uint64_t offset;                 ///< of the next event, bytes
  uint64_t index;                  ///< of the next event
  uint64_t available;              ///< bytes known to be there
};
extern Log g_log;

/// Waits for the next event to be decoded; nullptr at the end of the recording.
const trace::EventHeader* wait_for_event();

/// The next event, or nullptr at the end of the recording. Waits until it is decoded.
inline const trace::EventHeader* glance_at_event() {
  return g_log.next != nullptr ? g_log.next : wait_for_event();
}
/// True if nothing but notes comes any more. Waits until that is known.
bool only_notes_left();
/// Steps after the event that glance_at_event gave.
inline void consume_event() {
  assert_that("an event that is taken is there", [] { return g_log.next != nullptr; });
  if constexpr (kAsserting) ++g_asserted_event;
  const auto bytes = trace::event_bytes(g_log.next->size);
  const uint64_t offset = g_log.offset += bytes;
  // The replayer sees that it moves, and how far it is.
  replay_channel()->position.store(++g_log.index, std::memory_order_relaxed);
  const auto* next = reinterpret_cast<const trace::EventHeader*>(
      reinterpret_cast<const uint8_t*>(g_log.next) + bytes);
  const bool is_there = offset + sizeof(trace::EventHeader) <= g_log.available &&
                        offset + trace::event_bytes(next->size) <= g_log.available;
  g_log.next = is_there ? next : nullptr;
}
/// Index of the next event.
inline uint64_t event_position() {
  return g_log.index;
}
/// True if the replayer wants to stop before the next event.
inline bool stop_is_due() {
  return g_log.index >= replay_channel()->stop_before.load(std::memory_order_relaxed);
}
/// True if the next event is known to be a system call: nothing has to be done between this moment
/// and that call.
inline bool call_is_next() {
  return g_log.next != nullptr &&
         g_log.next->kind == static_cast<uint8_t>(trace::EventKind::kSyscall);
}

inline const uint8_t* payload_of(const trace::EventHeader* event) {
  return reinterpret_cast<const uint8_t*>(event + 1);
}
}  // namespace weft::runtime
