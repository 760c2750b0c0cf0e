#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/report/requests/requests.h"

namespace weft::command {
namespace {

constexpr const char* kRequestsDescription = R"(
DESCRIPTION
  A request is one of these:
    - a question and its answer on a connection that the program accepted.
      HTTP/1, Redis, memcached, PostgreSQL and MySQL are decoded; in other
      protocols, the bytes read and the bytes then written.
    - what the program itself declares as a request (weft::request in
      weft/async.h)
    - with --roots: a task that was not started on behalf of a request

  For each request, the table shows its number, start, duration and outcome, how
  many tasks worked for it, and what most of its time was spent on.

  --slowest also shows what the slow requests have in common and the others do
  not: database tables, expressions, or what ran at the same time. --where lists
  only requests with a task or an exchange whose name contains EXPR.

  Requests are listed for every program. What happens inside a request is known
  only for programs that were built with the tracing flag: weft_trace(TARGET) in
  CMake, or `weft c++`.

EXAMPLES
  weft requests shop.weft
  weft requests --slowest shop.weft
  weft requests --slowest 5 shop.weft
  weft requests --where load_orders --sort duration shop.weft
  weft requests --follow shop.weft
  weft requests --json shop.weft | jq 'select(.duration_seconds > 0.1) | .what'

EXIT STATUS
  0  success
  2  usage, or the trace has no requests
  5  the trace is damaged or unfinished; what is readable was shown

SEE ALSO
  weft graph, weft tasks, weft stats)";

constexpr const char* kDefaultSlowest = "10";
constexpr size_t kMostSlowest = 1'000'000'000;

/// `--slowest FILE`: the word is the trace, if none was given and it is no number.
void take_slowest(const std::string& word, report::RequestsOptions& options) {
  const bool is_number = !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
  const bool is_file = !is_number && options.path.empty() && !word.empty();
  if (is_file) options.path = word;
  const std::string& number = is_file || word.empty() ? kDefaultSlowest : word;
  const char* end = number.data() + number.size();
  const auto [at, error] = std::from_chars(number.data(), end, options.slowest);
  if (error != std::errc() || at != end || options.slowest == 0 || options.slowest > kMostSlowest)
    throw CLI::ValidationError("--slowest", word + " is not a number from 1 to 1000000000");
}

void add_requests_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<report::RequestsOptions>();
  auto slowest = std::make_shared<std::string>();
  app.add_option("FILE", options->path, "The trace")->type_name("");
  app.add_option("--sort", options->sort, "Sort by start time (default) or by duration")
      ->check(CLI::IsMember({"start", "duration"}))
      ->type_name("KEY");
  app.add_option("--slowest", *slowest, "Only the N slowest (default: 10); compare them")
      ->expected(0, 1)
      ->default_str(kDefaultSlowest)
      ->type_name("N");
  app.add_option("--where", options->where, "Only those with a task or exchange like EXPR")
      ->type_name("EXPR");
  app.add_flag("--roots", options->roots, "Also list root tasks: no request started them");
  app.add_flag("--json", options->json, "Print one JSON object per line");
  app.add_flag("--follow", options->follow, "Print each request when it ends, while weft records")
      ->excludes("--slowest");
  app.callback([options, slowest, &app, &exit_status] {
    if (app.count("--slowest") > 0) take_slowest(*slowest, *options);
    if (options->path.empty()) throw CLI::RequiredError("FILE");
    exit_status = report::run_requests(*options);
  });
}

}  // namespace

Command requests_command() {
  return {"requests", "list the requests that the program served", "[OPTIONS] FILE",
          kRequestsDescription, add_requests_options};
}

}  // namespace weft::command
