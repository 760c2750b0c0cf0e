#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/report/stats/stats.h"

namespace weft::command {
namespace {

constexpr const char* kStatsDescription = R"(
DESCRIPTION
  For each expression (a coroutine function, a fiber, a place that starts an operation): how many
  tasks ran it, how long they lived (median, 99th percentile, together), how long they ran on a
  thread, how long they were ready but not run, and how many were cancelled or failed.

  Below the table: where tasks were cancelled, by whom, and what they never reached; and calls that
  kept a thread waiting inside of a task.

EXAMPLES
  weft stats shop.weft
  weft stats --json shop.weft | jq 'select(.cancelled > 0)'

EXIT STATUS
  0 success   2 usage, or the program told nothing of its tasks   5 the trace is damaged or
  unfinished: what is readable was shown

SEE ALSO
  weft requests, weft tasks)";

void add_stats_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<report::StatsOptions>();
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.add_flag("--all", options->all, "Handlers and library-internal expressions as well");
  app.add_flag("--json", options->json, "Print one JSON object a line");
  app.callback([options, &exit_status] { exit_status = report::run_stats(*options); });
}

}  // namespace

Command stats_command() {
  return {"stats", "figures of each async expression", "[OPTIONS] FILE", kStatsDescription,
          add_stats_options};
}

}  // namespace weft::command
