#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "debugger/coroutines/coroutine_trace.h"
#include "debugger/coroutines/replayed_index.h"
#include "debugger/report/calls/calls.h"
#include "debugger/report/text/opening.h"
#include "weft/base/shell_word.h"

namespace weft::report {
namespace {

using coroutines::CoroutineTrace;

Error nothing_found(const CallsOptions& options, const CoroutineTrace& found) {
  if (found.inlined > 0) {
    return {ErrorClass::kUsage,
            fmt::format("{}: all {} async functions of Rust were inlined: there are no bodies to "
                        "follow",
                        options.path, found.inlined),
            "build the program without optimisation, and record again"};
  }
  if (found.without_layout == 0) {
    return {ErrorClass::kUsage, options.path + " has no coroutines that a replay could follow",
            "these are C++20 coroutines of g++ and async functions of Rust that were not inlined,\n"
            "      with debug information (-g), in files that are on this machine as they were "
            "recorded"};
  }
  return {ErrorClass::kUsage,
          fmt::format("{}: {} coroutine functions have no debug information", options.path,
                      found.without_layout),
          "build the program with -g, and record again"};
}

std::string text_of(const CallsOptions& options, const CoroutineTrace& found,
                    const analysis::Analysis& analysis) {
  const analysis::Totals& totals = analysis.model().totals;
  std::string out = fmt::format(
      "{} coroutine functions, {} tasks, {} resumes: found out by a replay with probes\n",
      found.coroutines, analysis.model().task_of_id.size() - 1, totals.resumes);
  if (found.without_layout > 0)
    out += fmt::format("{} coroutine functions have no debug information: not followed\n",
                       found.without_layout);
  if (found.inlined > 0)
    out += fmt::format("{} async functions of Rust were inlined everywhere: not followed\n",
                       found.inlined);
  if (totals.odd_events > 0)
    out += fmt::format("{} steps did not fit together, and were left out\n", totals.odd_events);
  out += "Times between two events are interpolated.\n";
  out += fmt::format("Kept in the index of {0}: weft requests, graph, tasks, stats and debug {0}\n",
                     shell_word(options.path));
  return out;
}

std::string json_of(const CallsOptions& options, const CoroutineTrace& found,
                    const analysis::Analysis& analysis) {
  const nlohmann::ordered_json out = {{"file", options.path},
                                      {"coroutines", found.coroutines},
                                      {"without_debug_information", found.without_layout},
                                      {"inlined", found.inlined},
                                      {"tasks", analysis.model().task_of_id.size() - 1},
                                      {"resumes", analysis.model().totals.resumes},
                                      {"left_out", analysis.model().totals.odd_events},
                                      {"hits", found.hits}};
  return out.dump(2) + "\n";
}

}  // namespace

int run_async_trace(const CallsOptions& options) {
  auto plain = analysis::Analysis::open(options.path, {.use_index = false, .read_only = true});
  if (!plain) return inspect::fail(plain.error(), options.error_out);
  if (plain->has_async_events()) {
    return inspect::fail(
        {ErrorClass::kUsage, options.path + ": the program told weft of its tasks while it ran",
         fmt::format("see weft tasks {}", shell_word(options.path))},
        options.error_out);
  }
  const auto found = coroutines::trace_coroutines(options.path, options.runtime_path);
  if (!found) return inspect::fail(found.error(), options.error_out);
  if (found->coroutines == 0)
    return inspect::fail(nothing_found(options, *found), options.error_out);
  if (const Status kept = coroutines::write_replayed_index(options.path, found->hooks); !kept)
    return inspect::fail(kept.error(), options.error_out);
  const auto analysis = analysis::Analysis::open(options.path);
  if (!analysis) return inspect::fail(analysis.error(), options.error_out);
  put(options.json ? json_of(options, *found, *analysis) : text_of(options, *found, *analysis),
      options.out);
  return 0;
}

}  // namespace weft::report
