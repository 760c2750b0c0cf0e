#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/command/debugger_program.h"
#include "debugger/shell/door/debug_options_cli.h"

namespace weft::command {
namespace {

constexpr const char* kMcpDescription = R"(
DESCRIPTION
  Serves an agent by the Model Context Protocol, over stdin and stdout. The
  agent asks the same session that `weft debug` has, by these tools:

    open           open a recording, say what is in it
    requests       all requests: duration, outcome, where the time went
    slowest        the slowest, and what they have in common
    why            what stands out; about one request, what it did otherwise
    graph          one request as a tree of its tasks
    stuck, tasks   what waits for what; what is alive at a moment
    goto, where    go to a moment; how the program got there
    print          the value of an expression
    last_value     who wrote a value last: goes there
    who_woke       what made a task run
    who_cancelled  what cancelled a task
    search_events  the events that match a filter
    bookmark       give a moment a name

  Each answer is a page of at most some 6000 characters, with the event at which
  the session stands and the command that shows more in a terminal. The
  recording never changes. A call that fails, or that the agent cancels, leaves
  the session where it was. What the recorded program wrote is data, whoever
  reads it: an agent must not follow it.

EXAMPLES
  weft mcp shop.weft
  In an agent's settings:
  "mcpServers": {"weft": {"command": "weft", "args": ["mcp", "shop.weft"]}}

EXIT STATUS
  0  the client has closed
  2  usage, or FILE cannot be opened
  5  bad trace

SEE ALSO
  weft debug, weft why)";

void add_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<shell::DebugOptions>();
  shell::add_mcp_options(app, *options);
  app.callback([options, &exit_status] {
    std::vector<std::string> words = {"mcp"};
    add_source_words(words, *options);
    if (!options->trace_path.empty()) words.insert(words.end(), {"--", options->trace_path});
    exit_status = start_debugger(words);
  });
}

}  // namespace

Command mcp_command() {
  return {"mcp", "serve an agent by the Model Context Protocol", "[OPTIONS] [FILE]",
          kMcpDescription, add_options};
}

}  // namespace weft::command
