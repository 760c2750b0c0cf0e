#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/command/debugger_program.h"
#include "debugger/shell/door/debug_options_cli.h"

namespace weft::command {
namespace {

constexpr const char* kDapDescription = R"(
DESCRIPTION
  Serves an IDE by the Debug Adapter Protocol, over stdin and stdout or on a
  port of this machine. The session is the one of `weft debug`: breakpoints,
  steps and variables work forward and back.

  `launch` opens a recording: "trace" names it, "at" says where to begin
  ("request 41", an event, a time, "crash"; else at the start), "sourceMap"
  ([["FROM", "TO"]]) and "symbols" (["DIR"]) are as the options below.

    next, stepIn, stepOut, stepBack    by line; granularity "instruction", or
                                       "async" along tasks
    continue, reverseContinue          to the next breakpoint of any kind, in
                                       either direction
    breakpoints                        conditions, counts of hits, log messages
                                       with {expressions}
    data breakpoints                   back: to who wrote it last
    exception breakpoints              events: signals, tasks that fail,
                                       requests, any filter
    threads                            those of the program, and its suspended
                                       tasks
    goto targets                       where a line ran last or runs next,
                                       requests, bookmarks
    debug console                      the commands of `weft debug`

  Requests of weft's own: weft/reverseStepIn, weft/reverseStepOut,
  weft/asyncNext, weft/asyncStepIn, weft/asyncStepOut, weft/reverseAsyncNext,
  weft/reverseAsyncStepIn, weft/reverseAsyncStepOut, weft/cause, weft/effect,
  weft/back, weft/forward (threadId); weft/goto (to), weft/lastWrite
  (expression, frameId), weft/requests (count).

  On a port, one client is served, and only one of the same user: who may talk
  to a debugger may do what its user may.

EXAMPLES
  weft dap shop.weft
  weft dap --port 4711

EXIT STATUS
  0  the client has disconnected
  2  usage, or the port cannot be had

SEE ALSO
  weft debug)";

void add_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<shell::DebugOptions>();
  auto more = std::make_shared<shell::DapOptions>();
  shell::add_dap_options(app, *options, *more);
  app.callback([options, more, &exit_status] {
    std::vector<std::string> words = {"dap"};
    if (more->port != shell::DapOptions::kNoPort)
      words.insert(words.end(), {"--port", std::to_string(more->port)});
    add_source_words(words, *options);
    if (!options->trace_path.empty()) words.insert(words.end(), {"--", options->trace_path});
    exit_status = start_debugger(words);
  });
}

}  // namespace

Command dap_command() {
  return {"dap", "serve an IDE by the Debug Adapter Protocol", "[OPTIONS] [FILE]", kDapDescription,
          add_options};
}

}  // namespace weft::command
