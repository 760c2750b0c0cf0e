/// `weft requests`: what the program was asked to do, and how long each took.
#pragma once

#include <cstdio>
#include <string>

#include "debugger/report/text/terminal.h"

namespace weft::report {

struct RequestsOptions {
  std::string path{};
  std::string sort = "start";  ///< or "duration": the longest first
  size_t slowest = 0;          ///< show only so many, the longest first; 0: all
  std::string where{};         ///< only those with a task or an exchange whose name contains this
  bool roots = false;          ///< root tasks, too, where there are requests of other kinds
  bool json = false;
  bool follow = false;  ///< of a recording that is still being written: each request when it ends
  bool use_index = true;
  std::FILE* out = stdout;
  std::FILE* error_out = stderr;
  Screen screen = Screen::of(stdout);
};

/// Returns the exit status: 0; 2 usage; 5 the trace is damaged: then what is said is about its
/// readable part.
int run_requests(const RequestsOptions& options);

}  // namespace weft::report
