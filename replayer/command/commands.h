/// The replayer's subcommands: weft replay, weft info, weft events, weft pack.
#pragma once

#include "replayer/inspect/summary/info.h"
#include "weft/command/command.h"

namespace weft::command {

Command replay_command();
/// @param count_async  counts tasks and requests; the replayer knows nothing of them
Command info_command(inspect::CountAsync count_async);
Command events_command();
Command pack_command();

}  // namespace weft::command
