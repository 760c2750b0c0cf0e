/// `weft logs`: the lines that the program wrote, each with who wrote it.
#pragma once

#include <cstdio>
#include <string>

namespace weft::report {

struct LogsOptions {
  std::string path{};
  std::string request{};  ///< only lines that were written for it: its number, or its trace ID
  std::string task{};     ///< only lines that this task wrote: its number
  bool json = false;
  bool use_index = true;
  std::FILE* out = stdout;
  std::FILE* error_out = stderr;
};

/// Returns the exit status: 0, also if there are no lines; 2 usage; 5 the trace is damaged.
int run_logs(const LogsOptions& options);

}  // namespace weft::report
