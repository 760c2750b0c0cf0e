/// `weft trace`: every call of the functions that the user names.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "debugger/report/text/terminal.h"

namespace weft::report {

struct CallsOptions {
  std::string path{};
  std::string runtime_path{};           ///< weft-runtime
  std::vector<std::string> patterns{};  ///< debugger/spans/name_pattern.h
  std::string request{};                ///< only calls that worked for it: number or trace ID
  bool each = false;                    ///< each call, not only the figures of functions
  bool arguments = false;               ///< with the registers of the first three arguments
  size_t limit = 200;                   ///< of the calls that are shown one by one; 0: all
  bool json = false;
  bool use_index = true;
  std::FILE* out = stdout;
  std::FILE* error_out = stderr;
  Screen screen = Screen::of(stdout);
};

/// `weft trace --async`: finds out about the coroutines, and leaves what it found in the index, from
/// which the other commands take it. Exit status: 0; 2 there are none to be found out about.
int run_async_trace(const CallsOptions& options);

/// Returns the exit status: 0; 2 usage, or no function has such a name; 4 the replay went wrong;
/// 5 the trace is damaged.
int run_trace(const CallsOptions& options);

}  // namespace weft::report
