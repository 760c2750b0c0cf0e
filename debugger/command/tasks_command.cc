#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/report/tasks/tasks.h"

namespace weft::command {
namespace {

constexpr const char* kTasksDescription = R"(
DESCRIPTION
  Lists the tasks that are alive at the end of the trace, or just before an event: coroutines,
  fibers, handlers and threads. STATE is one of
    running   it runs on a thread
    paused    it is on a thread's stack, and another task runs on top of it
    ready     it has been woken, and has not run yet
    waiting   it waits
    created   it has never run
  and SINCE shows for how long it has been in that state.

  --stuck explains a hang. First come circles of tasks that wait for each other: what each waits
  for, which task owns that, and at which line each waits. Then come all places where tasks wait,
  with the logical stack of the task that has waited longest there.

EXAMPLES
  weft tasks --stuck hang.weft
  weft tasks --tree --at 120000 shop.weft
  weft tasks --json shop.weft | jq '.tasks[] | select(.state == "ready") | .name'

EXIT STATUS
  0  success
  2  usage, or the trace has no tasks
  5  the trace is damaged or unfinished; what is readable was shown

SEE ALSO
  weft requests, weft graph, weft stats)";

void add_tasks_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<report::TasksOptions>();
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.add_option("--at", options->at, "Just before this event (default: at the end)")
      ->type_name("EVENT");
  app.add_flag("--tree", options->tree, "Show each task below its parent");
  app.add_flag("--stuck", options->stuck, "Show which tasks wait for which, circles first");
  app.add_flag("--all", options->all, "Also show handlers and tasks internal to a library");
  app.add_flag("--json", options->json, "Print one JSON object");
  app.callback([options, &exit_status] { exit_status = report::run_tasks(*options); });
}

}  // namespace

Command tasks_command() {
  return {"tasks", "list the tasks alive at a moment, and what each waits for", "[OPTIONS] FILE",
          kTasksDescription, add_tasks_options};
}

}  // namespace weft::command
