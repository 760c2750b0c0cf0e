#include <CLI/CLI.hpp>
#include <memory>

#include "replayer/command/commands.h"
#include "replayer/inspect/summary/info.h"

namespace weft::command {
namespace {

constexpr const char* kInfoDescription = R"(
DESCRIPTION
  Shows which program was recorded, with which arguments, when, for how long, on
  what machine, and how it ended. Counts threads, events of each kind, tasks and
  requests, and says how often a task was resumed for an unknown reason. Lists
  the files that the program mapped, with their build IDs.

  If children were recorded too (weft record --follow), it lists all processes:
  their numbers in the trace, process IDs and parents, how many events each has
  of its own, how it ended, and what it ran. FILE@N tells about process N.

  Under "unusual" it lists what can limit a replay: refused system calls, child
  processes that were not recorded, memory shared with them, and code that may
  ask the processor for something that is not recorded.

EXAMPLES
  weft info server-4711.weft
  weft info --json server-4711.weft | jq .threads

EXIT STATUS
  0  success
  2  usage
  5  the trace is damaged or unfinished; what is readable was shown

SEE ALSO
  weft events, weft replay)";

void add_info_options(CLI::App& app, int& exit_status, const inspect::CountAsync& count_async) {
  auto options = std::make_shared<inspect::InfoOptions>();
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.add_flag("--json", options->json, "Print one JSON object");
  options->count_async = count_async;
  app.callback([options, &exit_status] { exit_status = inspect::run_info(*options); });
}

}  // namespace

Command info_command(inspect::CountAsync count_async) {
  return {"info", "show what is in a trace", "[--json] FILE", kInfoDescription,
          [count_async = std::move(count_async)](CLI::App& app, int& exit_status) {
            add_info_options(app, exit_status, count_async);
          }};
}

}  // namespace weft::command
