/// Stops a process for the replayer, says where it stands, and carries out the replayer's commands.
#pragma once

#include <cstdint>

#include "weft/channel/replay_channel.h"

namespace weft::runtime {

/// Where a process stands still: before an event, or between the program's instructions.
enum class StopPlace : uint8_t { kEvent, kProgram };

/// Tells the replayer `state` and where the current thread stands; returns when it may go on.
void report_state(channel::ReplayState state, StopPlace place = StopPlace::kEvent);

/// Stands still before the next event for as long as the replayer wants that.
void stop_if_due();

}  // namespace weft::runtime
