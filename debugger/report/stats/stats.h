/// `weft stats`: figures of each expression.
#pragma once

#include <cstdio>
#include <string>

#include "debugger/report/text/terminal.h"

namespace weft::report {

struct StatsOptions {
  std::string path{};
  bool all = false;  ///< handlers and library-internal expressions, too
  bool json = false;
  bool use_index = true;
  std::FILE* out = stdout;
  std::FILE* error_out = stderr;
  Screen screen = Screen::of(stdout);
};

/// Returns the exit status: 0; 2 there are no async events; 5 the trace is damaged.
int run_stats(const StatsOptions& options);

}  // namespace weft::report
