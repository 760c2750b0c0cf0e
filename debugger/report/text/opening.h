/// How the reports begin and end: opening the trace, and what is wrong with it.
#pragma once

#include <cstdio>
#include <string>

#include "debugger/analysis/questions/analysis.h"
#include "replayer/inspect/failure.h"
#include "weft/base/shell_word.h"

namespace weft::report {

/// What a report says where a program told nothing about its tasks; `nor`: what there is not,
/// either.
inline Error no_async_events(const analysis::Analysis& analysis, const std::string& nor = "") {
  const uint32_t children = analysis.model().totals.children;
  std::string hint =
      "Build the program with weft_trace(TARGET) in CMake or with `weft c++`,\n"
      "      and record again. C++20 coroutines that g++ has built with -g, and Rust's\n"
      "      async functions in debug builds, can be found in this recording:\n"
      "      weft trace --async " +
      shell_word(analysis.trace_path());
  if (children > 0) {
    hint += "\n      " + std::to_string(children) +
            (children == 1 ? " child process was" : " child processes were") +
            " not recorded: let the program do its work\n"
            "      in one process, if it can (nginx: master_process off), or record a child\n"
            "      by itself";
  }
  return {ErrorClass::kUsage, analysis.trace_path() + " holds no async events" + nor, hint};
}
inline constexpr const char* kNorExchanges = " and no exchanges on connections";

/// Exit status of a report that was printed: 5 if the trace was not wholly readable.
inline int finish(const analysis::Analysis& analysis, std::FILE* error_out) {
  if (analysis.model().totals.replayed_hooks > 0) {
    std::fputs(
        "weft: the tasks are from a replay (weft trace --async): between two events, their\n"
        "      times are interpolated\n",
        error_out);
  }
  return analysis.damage() ? inspect::fail(*analysis.damage(), error_out) : 0;
}

/// Where a trace holds nothing to report: `none`; of a damaged one, that it is damaged.
inline int found_nothing(const analysis::Analysis& analysis, const Error& none,
                         std::FILE* error_out) {
  return inspect::fail(analysis.damage() ? *analysis.damage() : none, error_out);
}

inline void put(const std::string& text, std::FILE* out) {
  std::fwrite(text.data(), 1, text.size(), out);
  std::fflush(out);
}

}  // namespace weft::report
