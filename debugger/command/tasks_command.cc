#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/report/tasks/tasks.h"

namespace weft::command {
namespace {

constexpr const char* kTasksDescription = R"(
DESCRIPTION
  Lists the tasks that are alive just before an event, or at the end of the trace: coroutines,
  fibers, handlers, threads. STATE is running, paused (another task runs inside of it), ready (made
  ready, and not run yet), waiting, or created (never ran); SINCE says for how long.

  With --stuck, only what waits is looked at. Tasks that wait for each other in a circle come first:
  who waits for what, who has it, and where each stands. Then all places where tasks wait, with
  the logical stack of the one that waits longest.

EXAMPLES
  weft tasks --stuck hang.weft
  weft tasks --tree --at 120000 shop.weft
  weft tasks --json shop.weft | jq '.tasks[] | select(.state == "ready") | .name'

EXIT STATUS
  0 success   2 usage, or the program told nothing of its tasks   5 the trace is damaged or
  unfinished: what is readable was shown

SEE ALSO
  weft requests, weft graph, weft stats)";

void add_tasks_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<report::TasksOptions>();
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.add_option("--at", options->at, "Just before this event; by default at the end")
      ->type_name("EVENT");
  app.add_flag("--tree", options->tree, "Children under their parents");
  app.add_flag("--stuck", options->stuck, "Who waits for whom, circles first");
  app.add_flag("--all", options->all, "Handlers and library-internal tasks as well");
  app.add_flag("--json", options->json, "Print one JSON object");
  app.callback([options, &exit_status] { exit_status = report::run_tasks(*options); });
}

}  // namespace

Command tasks_command() {
  return {"tasks", "who is alive at a moment, and what each task waits for", "[OPTIONS] FILE",
          kTasksDescription, add_tasks_options};
}

}  // namespace weft::command
