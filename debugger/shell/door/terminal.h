/// Where commands come from and where their output goes: a terminal with readline, or a script.
#pragma once

#include "debugger/shell/door/process_shells.h"

namespace weft::shell {

/// Runs the scripts and commands of the options, then (without --batch) the prompt. The exit
/// status: 0, or in batch mode 1 if a command failed.
int run_shell(ProcessShells& shells, const DebugOptions& options);

}  // namespace weft::shell
