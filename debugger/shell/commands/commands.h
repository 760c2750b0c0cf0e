/// The tables of all commands, one for each source of this folder.
#pragma once

#include <span>

#include "debugger/shell/session/command.h"

namespace weft::shell {

/// All of weft's own commands.
CommandTables all_commands();

std::span<const Command> travel_commands();
std::span<const Command> forward_commands();
std::span<const Command> reverse_commands();
std::span<const Command> async_commands();
std::span<const Command> task_commands();
std::span<const Command> report_commands();
std::span<const Command> look_commands();
std::span<const Command> place_commands();
std::span<const Command> gdb_commands();
std::span<const Command> display_commands();
std::span<const Command> last_write_commands();
std::span<const Command> origin_commands();
std::span<const Command> breakpoint_commands();
std::span<const Command> shell_commands();
std::span<const Command> process_commands();

/// `goto crash` where this process has none: in the one that a signal has ended, if there is one.
CommandOutput go_to_other_crash(Shell& shell);
// Commands of task_commands.cc that have a name among the async commands, too.
CommandOutput async_up(Shell& shell, const std::string& arguments);
CommandOutput async_down(Shell& shell, const std::string& arguments);
// Steps, of forward_commands.cc, that gdb's names stand for.
CommandOutput advance(Shell& shell, const std::string& arguments);
CommandOutput until(Shell& shell, const std::string& arguments);

}  // namespace weft::shell
