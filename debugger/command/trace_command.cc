#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/report/calls/calls.h"
#include "weft/base/human_text.h"
#include "weft/command/installation.h"

namespace weft::command {
namespace {

constexpr const char* kTraceDescription = R"(
DESCRIPTION
  Shows the calls of functions in a recorded run: how many, how long they took,
  for how many requests. The program needs no preparation, and it need not be
  recorded anew: weft replays it, with a probe at the first instruction and at
  each return of every function that a PATTERN names.

  A PATTERN is
    query              functions of that name, in any namespace or class
    db::Pool::query    this one; db::* is all that is in db (* is any text, ?
                       one character)
    file:pool.cc       functions that begin in a file whose path ends like this
    lib:libpq.so*      functions of a program or library, by the name of its
                       file

  Functions are known by the symbols of the program's files, which must be on
  this machine as they were recorded. A call that the compiler inlined is not
  seen.

  The order of calls and events is exact. When a call was between two events is
  not recorded: times are interpolated there. A total that may be off by more
  than a tenth is marked with ~. Calls in coroutines are those of the code
  between two suspensions.

  --each lists every call, indented by the traced calls around it. EVENT is the
  next event: weft debug goes there with "goto". A call that ended by an
  exception, or is still open at the end of the recording, says so.

  --async is about a program that was *not* built with the tracing flag: about
  its C++20 coroutines, and the async functions of Rust. Probes at their bodies
  and at the places where their frames are made, suspended and destroyed tell
  which tasks there were, who created them, when they ran, at which line they
  were suspended, how they ended. What was found is kept in the index beside the
  trace; from then on, weft tasks, graph, requests, stats, query, report and
  debug show it as if the program had told it. It knows coroutines that g++ has
  built with -g, and async functions of Rust whose bodies were not inlined, as
  in debug builds. It does not tell what a task waits for, and a task whose
  creation was inlined where no probe could see it begins at its first resume.

EXAMPLES
  weft trace shop.weft 'db::*'
  weft trace --each --request 41 shop.weft query acquire
  weft trace --async shop.weft && weft graph shop.weft 41
  weft trace --json shop.weft lib:libpq.so.5 | jq '.functions[0]'

EXIT STATUS
  0  success
  2  usage, or no function has such a name
  4  the replay went wrong
  5  the trace is damaged or unfinished

SEE ALSO
  weft requests, weft graph, weft debug)";

void add_trace_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<report::CallsOptions>();
  auto async = std::make_shared<bool>(false);
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  CLI::Option* patterns =
      app.add_option("PATTERN", options->patterns, "Which functions")->type_name("")->expected(-1);
  app.add_flag("--async", *async, "Find the tasks of a program without the flag")
      ->excludes(patterns);
  app.add_flag("--each", options->each, "List each call");
  app.add_flag("--args", options->arguments, "With --each: registers of the first 3 arguments");
  app.add_option("--request", options->request, "Only calls for this request: number or trace ID")
      ->type_name("REQUEST");
  app.add_option("--limit", options->limit, "With --each: at most N calls (default: 200; 0: all)")
      ->type_name("N");
  app.add_flag("--json", options->json, "Print one JSON object");
  app.callback([options, async, patterns, &exit_status] {
    if (!*async && patterns->count() == 0) throw CLI::RequiredError("PATTERN");
    const auto runtime = find_runtime();
    if (!runtime) {
      exit_status = report_error(runtime.error());
      return;
    }
    options->runtime_path = *runtime;
    exit_status = *async ? report::run_async_trace(*options) : report::run_trace(*options);
  });
}

}  // namespace

Command trace_command() {
  return {"trace", "show every call of chosen functions", "[OPTIONS] FILE PATTERN...",
          kTraceDescription, add_trace_options};
}

}  // namespace weft::command
