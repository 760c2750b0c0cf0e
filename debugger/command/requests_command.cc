#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/report/requests/requests.h"

namespace weft::command {
namespace {

constexpr const char* kRequestsDescription = R"(
DESCRIPTION
  A request is one of these:
    - a question and its answer on a connection that the program accepted. HTTP/1, Redis and
      PostgreSQL are decoded; in other protocols, the bytes read and the bytes then written.
    - what the program itself declares as a request (weft::request in weft/async.h)
    - with --roots: a task that was not started on behalf of a request

  For each request, the table shows its number, start, duration and outcome, how many tasks worked
  for it, and what most of its time was spent on.

  --slowest also shows what the slow requests have in common and the others do not: database
  tables, expressions, or what ran at the same time.

  Requests are listed for every program. What happens inside a request is known only for programs
  that were built with the tracing flag: weft_trace(TARGET) in CMake, or `weft c++`.

EXAMPLES
  weft requests shop.weft
  weft requests --slowest 5 shop.weft
  weft requests --where load_orders --sort duration shop.weft
  weft requests --json shop.weft | jq 'select(.duration_seconds > 0.1) | .what'

EXIT STATUS
  0  success
  2  usage, or the trace has no requests
  5  the trace is damaged or unfinished; what is readable was shown

SEE ALSO
  weft graph, weft tasks, weft stats)";

void add_requests_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<report::RequestsOptions>();
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.add_option("--sort", options->sort, "Sort by start time (default) or by duration")
      ->check(CLI::IsMember({"start", "duration"}))
      ->type_name("KEY");
  app.add_option("--slowest", options->slowest, "Only the N slowest, and what they have in common")
      ->check(CLI::Range(size_t{1}, size_t{1'000'000'000}))
      ->type_name("N");
  app.add_option("--where", options->where,
                 "Only requests with a task or an exchange whose name contains EXPR")
      ->type_name("EXPR");
  app.add_flag("--roots", options->roots, "Also list root tasks: those that no request started");
  app.add_flag("--json", options->json, "Print one JSON object per line");
  app.callback([options, &exit_status] { exit_status = report::run_requests(*options); });
}

}  // namespace

Command requests_command() {
  return {"requests", "list the requests that the program served", "[OPTIONS] FILE",
          kRequestsDescription, add_requests_options};
}

}  // namespace weft::command
