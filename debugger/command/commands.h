/// The debugger's subcommands: weft requests, weft graph, weft tasks, weft stats, weft debug.
#pragma once

#include "weft/command/command.h"

namespace weft::command {

Command requests_command();
Command graph_command();
Command tasks_command();
Command stats_command();
Command debug_command();

}  // namespace weft::command
