/// The log: the events of the trace, one after the other in a read-only window that the replayer
/// fills ahead of us (replay_channel.h). The reader that opened the trace has checked the structure
/// of every event, so sizes inside an event are trusted here.
#pragma once

#include <cstdint>

#include "weft/channel/replay_channel.h"
#include "weft/trace/event.h"

namespace weft::runtime {

/// Maps channel and log. False if the channel is not one.
bool map_replay_channel(int channel_fd, int log_fd);
channel::ReplayChannel* replay_channel();

/// The next event, or nullptr at the end of the recording. Waits until it is decoded. Parks here
/// when the replayer wants to stop before it.
const trace::EventHeader* peek_event();
/// The same without parking: for a look ahead before the program code in front of it has run.
const trace::EventHeader* glance_at_event();
/// Steps behind the event that peek_event gave.
void consume_event();
/// Index of the next event.
uint64_t event_position();

inline const uint8_t* payload_of(const trace::EventHeader* event) {
  return reinterpret_cast<const uint8_t*>(event + 1);
}

/// Tells the replayer `state` and waits for its commands; returns when it says kRun.
void report_state(channel::ReplayState state);

}  // namespace weft::runtime
