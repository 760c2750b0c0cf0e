/// `weft info`: what a trace is, in one page.
#pragma once

#include <cstdio>
#include <functional>
#include <optional>
#include <string>

#include "replayer/inspect/summary/async_counts.h"

namespace weft::inspect {

/// Counts tasks and requests of the trace at a path; null, or nothing: says nothing of them.
using CountAsync = std::function<std::optional<AsyncCounts>(const std::string& path)>;

struct InfoOptions {
  std::string path{};
  bool json = false;
  std::FILE* out = stdout;
  std::FILE* error_out = stderr;
  CountAsync count_async{};
};

/// Reads the whole trace. Returns the exit status: 0; 2 if the file cannot be opened; 5 if the
/// trace is damaged or was not closed: then what is said is about its readable part, and a note on
/// `error_out` says so.
int run_info(const InfoOptions& options);

}  // namespace weft::inspect
