/// The options of `weft debug` on a command line.
#pragma once

#include <CLI/CLI.hpp>

#include "debugger/shell/session/debug_options.h"

namespace weft::shell {

/// The options of `weft debug` and of weft-debugger, the program that it starts.
inline void add_debug_options(CLI::App& app, DebugOptions& options) {
  app.add_option("FILE", options.trace_path, "The trace")->required()->type_name("");
  app.add_option("-x,--script", options.scripts, "Run the commands in this file first")
      ->type_name("SCRIPT")
      ->allow_extra_args(false);
  app.add_option("-c,--command", options.commands, "Run this command, after those of -x")
      ->type_name("CMD")
      ->allow_extra_args(false);
  app.add_option("--source-map", options.source_map, "Look in TO for source files built in FROM")
      ->type_name("FROM=TO")
      ->allow_extra_args(false);
  app.add_option("--symbols", options.symbols, "Look in DIR for files with the same build IDs")
      ->type_name("DIR")
      ->allow_extra_args(false);
  app.add_flag("--batch", options.batch, "No prompt; end after the commands or the first error");
  app.add_flag("--keep-going", options.keep_going,
               "With --batch: go on after a command that fails");
  app.add_flag("--no-init", options.no_init, "Do not read ~/.weftinit and ~/.lldbinit");
  app.add_flag("--json", options.json, "Print one JSON object per command");
}

}  // namespace weft::shell
