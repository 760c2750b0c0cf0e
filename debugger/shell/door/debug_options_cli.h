/// The options of `weft debug`, and those that `weft mcp` and `weft dap` share with it.
#pragma once

#include <CLI/CLI.hpp>

#include "debugger/shell/session/debug_options.h"

namespace weft::shell {

/// Where source and debug information are looked for.
inline void add_source_options(CLI::App& app, DebugOptions& options) {
  app.add_option("--source-map", options.source_map, "Look in TO for source files built in FROM")
      ->type_name("FROM=TO")
      ->allow_extra_args(false);
  app.add_option("--symbols", options.symbols, "Look in DIR for files with the same build IDs")
      ->type_name("DIR")
      ->allow_extra_args(false);
}

/// The options of `weft debug` and of weft-debugger, the program that it starts.
inline void add_debug_options(CLI::App& app, DebugOptions& options) {
  app.add_option("FILE", options.trace_path, "The trace")->required()->type_name("");
  app.add_option("-x,--script", options.scripts, "Run the commands in this file first")
      ->type_name("SCRIPT")
      ->allow_extra_args(false);
  app.add_option("-c,--command", options.commands, "Run this command, after those of -x")
      ->type_name("CMD")
      ->allow_extra_args(false);
  add_source_options(app, options);
  app.add_flag("--batch", options.batch, "No prompt; end after the commands or the first error");
  app.add_flag("--keep-going", options.keep_going,
               "With --batch: go on after a command that fails");
  app.add_flag("--no-init", options.no_init, "Do not read ~/.weftinit and ~/.lldbinit");
  app.add_flag("--json", options.json, "Print one JSON object per command");
}

/// The options of `weft mcp`.
inline void add_mcp_options(CLI::App& app, DebugOptions& options) {
  app.add_option("FILE", options.trace_path, "The trace; the client may open another one")
      ->type_name("");
  add_source_options(app, options);
}

/// What `weft dap` has besides.
struct DapOptions {
  static constexpr int kNoPort = -1;
  int port = kNoPort;
};

/// The options of `weft dap`.
inline void add_dap_options(CLI::App& app, DebugOptions& options, DapOptions& dap) {
  constexpr int kLastPort = 65535;
  app.add_option("FILE", options.trace_path, "The trace, if the client's launch names none")
      ->type_name("");
  app.add_option("--port", dap.port, "Serve one client on this port of 127.0.0.1 (0: any)")
      ->check(CLI::Range(0, kLastPort))
      ->type_name("N");
  add_source_options(app, options);
}

}  // namespace weft::shell
