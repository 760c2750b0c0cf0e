#include "debugger/shell/commands/commands.h"

#include <array>

namespace weft::shell {

CommandTables all_commands() {
  static const std::array kTables = {travel_commands(), forward_commands(), reverse_commands(),
                                     async_commands(),  task_commands(),    report_commands(),
                                     look_commands(),   place_commands(),   breakpoint_commands(),
                                     shell_commands(),  gdb_commands(),     last_write_commands(),
                                     origin_commands(), display_commands(), process_commands()};
  return kTables;
}

}  // namespace weft::shell
