#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/report/stats/stats.h"

namespace weft::command {
namespace {

constexpr const char* kStatsDescription = R"(
DESCRIPTION
  An expression is a coroutine function, a fiber, or a line that starts an
  asynchronous operation. For each expression, the table shows how many tasks
  ran it, how long they lived (median, 99th percentile and total), how long they
  ran on a thread, how long they were ready but did not run, and how many were
  cancelled or failed.

  Below the table it lists where tasks were cancelled, what cancelled them, and
  which code they therefore never reached; and blocking system calls inside
  tasks, which kept a thread from running other tasks.

EXAMPLES
  weft stats shop.weft
  weft stats --json shop.weft | jq 'select(.cancelled > 0)'

EXIT STATUS
  0  success
  2  usage, or the trace has no tasks
  5  the trace is damaged or unfinished; what is readable was shown

SEE ALSO
  weft requests, weft tasks)";

void add_stats_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<report::StatsOptions>();
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.add_flag("--all", options->all, "Also show handlers, library-internal expressions");
  app.add_flag("--json", options->json, "Print one JSON object per line");
  app.callback([options, &exit_status] { exit_status = report::run_stats(*options); });
}

}  // namespace

Command stats_command() {
  return {"stats", "show figures for each async expression", "[OPTIONS] FILE", kStatsDescription,
          add_stats_options};
}

}  // namespace weft::command
