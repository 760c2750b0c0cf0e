#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/command/replay_option.h"
#include "debugger/report/tasks/tasks.h"

namespace weft::command {
namespace {

constexpr const char* kTasksDescription = R"(
DESCRIPTION
  Lists the tasks that are alive at the end of the trace, or at the moment that
  --at names: coroutines, fibers, handlers and threads. A moment is the place
  just before an event.

  STATE is one of
    running   it runs on a thread
    paused    it is on a thread's stack, but another task runs on top of it
    ready     it has been woken, and has not run yet; a thread: it waits for its
              turn
    waiting   it waits
    blocked   the thread, or the one that it runs on, is in a system call that
              waits
    created   it has never run
  and SINCE shows for how long it has been in that state.

  --stuck explains a hang. First come cycles of tasks that wait for each other:
  what each waits for, which task owns that, and at which line each waits. Then
  come all places where tasks wait, with the logical stack of the task that has
  waited longest there.

  A call has no event before it returns. So if a thread is blocked in a call,
  --stuck replays the recording up to the moment. There it reads which call this
  is, which line made it, which lock the thread waits for, and which thread owns
  that lock. The owner is known for glibc's pthread mutexes and read-write
  locks. The thread has been in the call since its previous event, or later. A
  wait with a time limit ends by itself, so it is in no cycle. Where the owner
  of what a task waits for is not known, a cycle cannot be ruled out, and
  --stuck says so.

EXAMPLES
  weft tasks --stuck hang.weft
  weft tasks --tree --at 120000 shop.weft
  weft tasks --stuck --at 1.5s shop.weft
  weft tasks --json shop.weft | jq '.tasks[] | select(.state == "ready")'

EXIT STATUS
  0  success
  2  usage, or the trace has no tasks
  5  the trace is damaged or unfinished; what is readable was shown

SEE ALSO
  weft requests, weft graph, weft stats)";

void add_tasks_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<report::TasksOptions>();
  auto no_replay = std::make_shared<bool>(false);
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.add_option("--at", options->at, "Event, time (1.5s), \"request N\" or end (default)")
      ->type_name("MOMENT");
  app.add_flag("--tree", options->tree, "Show each task below its parent");
  app.add_flag("--stuck", options->stuck, "Show which tasks wait for which, cycles first");
  app.add_flag("--no-replay", *no_replay, "With --stuck: do not replay to look into threads");
  app.add_flag("--all", options->all, "Also show handlers and tasks internal to a library");
  app.add_flag("--json", options->json, "Print one JSON object");
  app.callback([options, no_replay, &exit_status] {
    choose_replay(*no_replay, options->replay);
    exit_status = report::run_tasks(*options);
  });
}

}  // namespace

Command tasks_command() {
  return {"tasks", "list the tasks at a moment, and what each waits for", "[OPTIONS] FILE",
          kTasksDescription, add_tasks_options};
}

}  // namespace weft::command
