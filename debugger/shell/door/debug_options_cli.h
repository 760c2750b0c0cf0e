/// The options of `weft debug` on a command line.
#pragma once

#include <CLI/CLI.hpp>

#include "debugger/shell/session/debug_options.h"

namespace weft::shell {

/// The same options for `weft debug`, which starts weft-debugger, and for that.
inline void add_debug_options(CLI::App& app, DebugOptions& options) {
  app.add_option("FILE", options.trace_path, "The trace")->required()->type_name("");
  app.add_option("-x,--script", options.scripts, "Commands of this file, then the prompt")
      ->type_name("SCRIPT")
      ->allow_extra_args(false);
  app.add_option("-c,--command", options.commands, "A command, after those of -x")
      ->type_name("CMD")
      ->allow_extra_args(false);
  app.add_option("--source-map", options.source_map, "Where sources are now that were in FROM")
      ->type_name("FROM=TO")
      ->allow_extra_args(false);
  app.add_flag("--batch", options.batch,
               "No prompt: end after the commands, or the first that fails");
  app.add_flag("--json", options.json, "One JSON object a line: each command and what it said");
}

}  // namespace weft::shell
