#include <memory>

#include "debugger/report/counts.h"
#include "recorder/cli/commands.h"
#include "replayer/inspect/info.h"

namespace weft::cli {
namespace {

constexpr CommandHelp kInfoHelp = {"info", "say what is in a trace", "[--json] FILE",
                                   R"(
DESCRIPTION
  Says which program was recorded, with which arguments, when, for how long, on what machine, and
  how it ended; how many threads and events there are, by kind, and how large the trace is; how many
  tasks and requests, and how often a task ran again of which is not known why; which files were
  mapped, with their build-ids; and anything unusual: refused calls, children that ran unrecorded,
  shared memory, time-stamp or random-number instructions in the program's code.

EXAMPLES
  weft info server-4711.weft
  weft info --json server-4711.weft | jq .threads

EXIT STATUS
  0 success   2 usage   5 the trace is damaged or unfinished: what is readable was described

SEE ALSO
  weft events, weft replay)"};

}  // namespace

void add_info_command(CLI::App& app, int& exit_status) {
  CLI::App* command = add_command(app, kInfoHelp);
  auto options = std::make_shared<inspect::InfoOptions>();
  command->add_option("FILE", options->path, "The trace")->required()->type_name("");
  command->add_flag("--json", options->json, "Print one JSON object");
  options->count_async = report::count_async;
  command->callback([options, &exit_status] { exit_status = inspect::run_info(*options); });
}

}  // namespace weft::cli
