/// `weft why`: runs all detectors, and tells the worst that they found, each in three lines: what,
/// the evidence, the next command.
#pragma once

#include <cstdio>
#include <string>

#include "debugger/analysis/replayed/look_at_threads.h"
#include "debugger/report/text/terminal.h"

namespace weft::report {

struct WhyOptions {
  std::string path{};
  std::string request{};  ///< its number, to explain that one; empty: the whole recording
  std::string without{};  ///< an exchange: estimate the requests without waits for it (without.h)
  bool json = false;
  bool use_index = true;
  analysis::ReplayMeans replay{};
  std::FILE* out = stdout;
  std::FILE* error_out = stderr;
  Screen screen = Screen::of(stdout);
};

/// Returns the exit status: 0, also if nothing stands out; 2 usage; 5 the trace is damaged.
int run_why(const WhyOptions& options);

}  // namespace weft::report
