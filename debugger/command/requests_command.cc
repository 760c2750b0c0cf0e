#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/report/requests/requests.h"

namespace weft::command {
namespace {

constexpr const char* kRequestsDescription = R"(
DESCRIPTION
  A request is an exchange on a connection that the program accepted (HTTP/1, Redis and
  PostgreSQL are understood; of other protocols it is one lot of bytes in, and one out), or what
  the program says it is (weft::request), or a task that works for nobody else. Each has a number,
  its start, its duration, its outcome, how many tasks worked for it, and what most of its time
  was spent on.

  With --slowest, what the slow ones have in common and the others have not is counted: tables,
  expressions, what ran at the same time.

  The program need not be instrumented to have its exchanges listed. What happens inside of a
  request is known of programs built with weft_trace(TARGET) or `weft c++`.

EXAMPLES
  weft requests shop.weft
  weft requests --slowest 5 shop.weft
  weft requests --where load_orders --sort duration shop.weft
  weft requests --json shop.weft | jq 'select(.duration_seconds > 0.1) | .what'

EXIT STATUS
  0 success   2 usage, or nothing is known of requests   5 the trace is damaged or unfinished:
  what is readable was shown, requests that were cut are unfinished

SEE ALSO
  weft graph, weft tasks, weft stats)";

void add_requests_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<report::RequestsOptions>();
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.add_option("--sort", options->sort, "By start (as they came), or by duration")
      ->check(CLI::IsMember({"start", "duration"}))
      ->type_name("KEY");
  app.add_option("--slowest", options->slowest, "Only the N slowest, and what is special")
      ->check(CLI::Range(size_t{1}, size_t{1'000'000'000}))
      ->type_name("N");
  app.add_option("--where", options->where,
                 "Only those with a task or an exchange whose name contains EXPR")
      ->type_name("EXPR");
  app.add_flag("--roots", options->roots, "Root tasks as well");
  app.add_flag("--json", options->json, "Print one JSON object a line");
  app.callback([options, &exit_status] { exit_status = report::run_requests(*options); });
}

}  // namespace

Command requests_command() {
  return {"requests", "list what the program was asked to do", "[OPTIONS] FILE",
          kRequestsDescription, add_requests_options};
}

}  // namespace weft::command
