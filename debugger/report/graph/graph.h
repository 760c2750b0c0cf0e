/// `weft graph`: one request as a tree of its async expressions, in the order in which they began.
#pragma once

#include <cstdio>
#include <string>

#include "debugger/report/text/terminal.h"

namespace weft::report {

struct GraphOptions {
  std::string path{};
  std::string request{};        ///< its number, or the trace ID that it has (32 hexadecimal digits)
  std::string format = "text";  ///< or dot, json
  bool all = false;             ///< library-internal tasks and what else would be folded
  bool use_index = true;
  std::FILE* out = stdout;
  std::FILE* error_out = stderr;
  Screen screen = Screen::of(stdout);
};

/// Returns the exit status: 0; 2 there is no such request; 5 the trace is damaged.
int run_graph(const GraphOptions& options);

}  // namespace weft::report
