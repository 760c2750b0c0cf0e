/// `weft report`: a recording as one HTML page, to look at in a browser.
///
/// What the page holds is bounded: at most about 25 MB. Requests, threads and who waits for whom are
/// always in it; graphs of single requests as many as there is room for, the slowest first. What is
/// left out is said in the page.
#pragma once

#include <cstdio>
#include <string>

namespace weft::page {

struct PageOptions {
  std::string path{};      ///< the trace
  std::string out_path{};  ///< the page
  std::string request{};   ///< opens with this one, by number or trace ID; empty: with all
  bool redact = false;     ///< leaves values out (redaction.h)
  bool use_index = true;
  std::string runtime_path{};  ///< weft-runtime, to replay with; empty: it does not
  std::FILE* out = stdout;
  std::FILE* error_out = stderr;
};

/// Returns the exit status: 0; 2 usage, no such request, nothing to show, or the page cannot be
/// written; 5 the trace is damaged: the page shows what is readable.
int run_page(const PageOptions& options);

}  // namespace weft::page
