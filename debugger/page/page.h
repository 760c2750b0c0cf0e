/// `weft report`: a recording as one HTML page, to look at in a browser.
///
/// What the page holds is bounded: the graphs take about 18 MB at most, that of a request that was
/// asked for may take more. Requests, threads and what waits for what are always in it; graphs of
/// single requests as many as there is room for, the slowest first. What is left out is said in the
/// page.
#pragma once

#include <cstdio>
#include <string>

#include "debugger/analysis/replayed/look_at_threads.h"

namespace weft::page {

struct PageOptions {
  std::string path{};      ///< the trace
  std::string out_path{};  ///< the page
  std::string request{};   ///< opens with this one, by number or trace ID; empty: with all
  bool redact = false;     ///< leaves values out (redaction.h)
  bool use_index = true;
  analysis::ReplayMeans replay{};
  std::FILE* out = stdout;
  std::FILE* error_out = stderr;
};

/// Returns the exit status: 0; 2 usage, no such request, or the page cannot be
/// written; 5 the trace is damaged: the page shows what is readable.
int run_page(const PageOptions& options);

}  // namespace weft::page
