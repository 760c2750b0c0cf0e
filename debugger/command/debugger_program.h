/// weft-debugger, the program that `weft debug`, `weft mcp` and `weft dap` turn into.
#pragma once

#include <string>
#include <vector>

#include "debugger/shell/session/debug_options.h"

namespace weft::command {

/// Adds the words for the options that all of them have.
void add_source_words(std::vector<std::string>& words, const shell::DebugOptions& options);

/// Does not return if it works; else the exit status.
int start_debugger(const std::vector<std::string>& words);

}  // namespace weft::command
