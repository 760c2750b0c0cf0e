#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/command/replay_option.h"
#include "debugger/serve/serve.h"

namespace weft::command {
namespace {

constexpr const char* kServeDescription = R"(
DESCRIPTION
  Serves the page of weft report to a browser on this machine, at the address
  that it prints. The page is made anew each time it is loaded: of a recording
  that is still being written, it shows what there is by now. The graph of every
  request can be opened, also of those that the page of weft report would leave
  out.

  Only 127.0.0.1 is listened on. The address holds a random token, nothing
  outside of the trace is served, and requests on behalf of other sites are
  refused. No page is written to a disk: only the index file beside the trace
  and, while it is replayed to find out about locks, the decoded trace, in a
  file of $TMPDIR (default: /tmp) that has no name and goes with the replay
  (--no-replay: none).

EXAMPLES
  weft serve shop.weft
  weft serve --port 8080 --redact shop.weft

EXIT STATUS
  2  usage, or the port cannot be had
  (it is ended by a signal)

SEE ALSO
  weft report)";

void add_serve_options(CLI::App& app, int& exit_status) {
  constexpr int kLastPort = 65535;
  auto options = std::make_shared<serve::ServeOptions>();
  auto no_replay = std::make_shared<bool>(false);
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.add_option("--port", options->port, "The port of 127.0.0.1 (default: any that is free)")
      ->check(CLI::Range(0, kLastPort))
      ->type_name("N");
  app.add_flag("--redact", options->redact, "Leave values out");
  app.add_flag("--no-replay", *no_replay, "Do not replay to find out about locks");
  app.callback([options, no_replay, &exit_status] {
    choose_replay(*no_replay, options->replay);
    exit_status = serve::run_serve(*options);
  });
}

}  // namespace

Command serve_command() {
  return {"serve", "serve the page of weft report to a browser", "[OPTIONS] FILE",
          kServeDescription, add_serve_options};
}

}  // namespace weft::command
