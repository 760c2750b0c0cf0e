/// `weft serve`: the page of `weft report` from a server on this machine, made when it is asked for: the
/// graph of any request, and of a recording that is still being written what there is by now.
///
///   GET /TOKEN/             the page; made again if the trace has grown
///   GET /TOKEN/request/N    the page that opens with request N, and has its graph
///
/// Nothing else is served, and no page is ever in a file. What is written: the index beside the trace, and
/// while a page needs a replay (locks), the decoded trace in a file of $TMPDIR that has no name. The
/// token is random: who cannot see it on the terminal cannot ask. Requests of pages from elsewhere are
/// refused by their Host and Origin.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "debugger/analysis/replayed/look_at_threads.h"

namespace weft::serve {

struct ServeOptions {
  std::string path{};  ///< the trace
  uint16_t port = 0;   ///< of 127.0.0.1; 0: any that is free
  bool redact = false;
  analysis::ReplayMeans replay{};
  std::FILE* out = stdout;
  std::FILE* error_out = stderr;
};

/// Serves until a signal ends it. Returns the exit status: 2 usage, no such trace, or the port cannot
/// be had.
int run_serve(const ServeOptions& options);

}  // namespace weft::serve
