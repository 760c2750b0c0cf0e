/// Standing still on the replayer's behalf: says where, and carries out its commands.
#pragma once

#include "weft/channel/replay_channel.h"

namespace weft::runtime {

/// Tells the replayer `state` and where the current thread stands; returns when it may go on.
void report_state(channel::ReplayState state, bool in_program = false);

/// Stands still before the next event for as long as the replayer wants that.
void stop_if_due();

}  // namespace weft::runtime
