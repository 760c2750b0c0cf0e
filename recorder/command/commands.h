/// The recorder's subcommands: weft record, weft c++, weft cc.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "weft/command/command.h"

namespace weft::command {

/// Keeps the program's debug information beside a trace; the recorder knows nothing of reading one.
using KeepDebugInfo = std::function<void(const std::string& trace_path)>;

/// @param program  PROGRAM [ARGS...]; read when the command runs
/// @param keep     for --debug-info
Command record_command(const std::vector<std::string>& program, KeepDebugInfo keep);

/// `weft c++` and `weft cc` pass all their words on, so they are run before weft's own are parsed:
/// these two are only for their help.
Command cxx_command();
Command cc_command();
/// True unless `words` (without "weft") name another command or ask for help.
bool is_compiler_command(const std::vector<std::string>& words);
/// Becomes the compiler; returns an exit status if that fails.
int run_compiler_command(const std::vector<std::string>& words);

}  // namespace weft::command
