/// `weft tasks`: which tasks are alive at a moment, in which state, waiting for what, since when.
#pragma once

#include <cstdio>
#include <string>

#include "debugger/analysis/replayed/look_at_threads.h"
#include "debugger/report/text/terminal.h"

namespace weft::report {

struct TasksOptions {
  std::string path{};
  std::string at = "end";  ///< or another moment (moments.h)
  bool tree = false;       ///< children under their parents
  bool stuck = false;  ///< only tasks that wait, cycles first, and the owners of what they wait for
  bool all = false;    ///< handlers and library-internal tasks, too
  bool json = false;
  bool use_index = true;
  analysis::ReplayMeans replay{};  ///< for `stuck`
  std::FILE* out = stdout;
  std::FILE* error_out = stderr;
  Screen screen = Screen::of(stdout);
};

/// Returns the exit status: 0; 2 usage; 5 the trace is damaged.
int run_tasks(const TasksOptions& options);

}  // namespace weft::report
