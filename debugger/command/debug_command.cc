#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/command/debugger_program.h"
#include "debugger/shell/door/debug_options_cli.h"

namespace weft::command {
namespace {

constexpr const char* kDebugDescription = R"(
DESCRIPTION
  Opens the trace FILE in a debugger that can go forward and back in time.
  LLDB's commands (b, bt, p, n, s, finish, watchpoint ...) work as they do in
  LLDB. Each command that goes forward has one that goes back: reverse-continue
  (rc), reverse-next (rn), reverse-step (rs), reverse-finish (rf), reverse-stepi
  (rsi). `goto` jumps to any event, to a time, or to the crash. `break-event`
  stops before chosen events of the trace. `help` lists all commands.

  Commands that concern the source code need LLDB; all others work without it.

  --batch ends with exit status 1 if a command failed, also with --keep-going.
  --batch and --json imply --no-init. --symbols also finds debug information
  that has been moved.

EXAMPLES
  weft debug server-4711.weft
  weft debug server-4711.weft -c "goto crash" -c "bt"
  weft debug --batch -x commands.txt server-4711.weft > transcript.txt

EXIT STATUS
  0  success
  1  a command failed (with --batch)
  2  usage or set-up
  4  divergence
  5  bad trace

SEE ALSO
  weft events, weft replay, weft dap, weft mcp)";

/// The words for weft-debugger: the same options.
std::vector<std::string> words_of(const shell::DebugOptions& options) {
  std::vector<std::string> words;
  for (const std::string& script : options.scripts) words.insert(words.end(), {"-x", script});
  for (const std::string& command : options.commands) words.insert(words.end(), {"-c", command});
  add_source_words(words, options);
  if (options.batch) words.emplace_back("--batch");
  if (options.no_init) words.emplace_back("--no-init");
  if (options.keep_going) words.emplace_back("--keep-going");
  if (options.json) words.emplace_back("--json");
  words.insert(words.end(), {"--", options.trace_path});
  return words;
}

void add_debug_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<shell::DebugOptions>();
  shell::add_debug_options(app, *options);
  app.callback([options, &exit_status] { exit_status = start_debugger(words_of(*options)); });
}

}  // namespace

Command debug_command() {
  return {"debug", "go forward and back through a recorded run", "[OPTIONS] FILE",
          kDebugDescription, add_debug_options};
}

}  // namespace weft::command
