/// `weft compare A... -- B...`: what differs between recordings of two versions.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "debugger/report/text/terminal.h"

namespace weft::report {

struct CompareOptions {
  std::vector<std::string> before{}, after{};
  bool all = false;  ///< what is within the noise, too
  bool json = false;
  bool use_index = true;
  std::FILE* out = stdout;
  std::FILE* error_out = stderr;
  Screen screen = Screen::of(stdout);
};

/// Returns the exit status: 0; 2 a side has no recording; 5 a trace is damaged.
int run_compare(const CompareOptions& options);

}  // namespace weft::report
