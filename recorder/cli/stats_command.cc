#include <memory>

#include "debugger/report/stats.h"
#include "recorder/cli/commands.h"

namespace weft::cli {
namespace {

constexpr CommandHelp kStatsHelp = {"stats", "figures of each async expression", "[OPTIONS] FILE",
                                    R"(
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
  weft requests, weft tasks)"};

}  // namespace

void add_stats_command(CLI::App& app, int& exit_status) {
  CLI::App* command = add_command(app, kStatsHelp);
  auto options = std::make_shared<report::StatsOptions>();
  command->add_option("FILE", options->path, "The trace")->required()->type_name("");
  command->add_flag("--all", options->all, "Handlers and library-internal expressions as well");
  command->add_flag("--json", options->json, "Print one JSON object a line");
  command->callback([options, &exit_status] { exit_status = report::run_stats(*options); });
}

}  // namespace weft::cli
