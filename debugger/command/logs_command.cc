#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/report/logs/logs.h"

namespace weft::command {
namespace {

constexpr const char* kLogsDescription = R"(
DESCRIPTION
  Prints every line that the program wrote to stdout, stderr and its log files,
  with the time, the thread, the task, the request and its trace ID. The program
  need not say any of them: weft knows what ran when the line was written.

  A log file is a file that the program opened to append to it, or whose name
  contains "log". A line that was written in several pieces is put together;
  what ran at its first piece wrote it. Control sequences of terminals are left
  out. The trace holds the first 512 bytes of each write; how many more there
  were is said.

EXAMPLES
  weft logs shop.weft
  weft logs --request 41 shop.weft
  weft logs --json shop.weft | jq 'select(.trace_id != null)'

EXIT STATUS
  0  success, also if the program wrote nothing
  2  usage, or there is no such request or task
  5  the trace is damaged or unfinished; what is readable was shown

SEE ALSO
  weft requests, weft events)";

void add_logs_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<report::LogsOptions>();
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.add_option("--request", options->request, "Only lines for this request: number or trace ID")
      ->type_name("N");
  app.add_option("--task", options->task, "Only lines that this task wrote")->type_name("N");
  app.add_flag("--json", options->json, "Print one JSON object per line");
  app.callback([options, &exit_status] { exit_status = report::run_logs(*options); });
}

}  // namespace

Command logs_command() {
  return {"logs", "print what the program wrote, with who wrote it", "[OPTIONS] FILE",
          kLogsDescription, add_logs_options};
}

}  // namespace weft::command
