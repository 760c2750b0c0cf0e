/// The debugger's subcommands: weft requests, weft graph, weft tasks, weft stats, weft compare,
/// weft trace, weft why, weft logs, weft query, weft report, weft serve, weft export, weft debug,
/// weft dap, weft mcp; and what explains all commands: weft help, weft completion.
#pragma once

#include <string>
#include <vector>

#include "weft/command/command.h"

namespace weft::command {

Command requests_command();
Command graph_command();
Command tasks_command();
Command trace_command();
Command stats_command();
Command compare_command();
/// Of the words of the command line: the `--` of weft compare stands between its sides.
void separate_sides(std::vector<std::string>& words);
Command why_command();
Command logs_command();
Command query_command();
Command report_command();
Command serve_command();
Command export_command();
Command debug_command();
Command dap_command();
Command mcp_command();
Command help_command();
Command completion_command();

}  // namespace weft::command
