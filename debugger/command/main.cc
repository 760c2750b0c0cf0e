// The `weft` command: a table of contents.
//
//   weft record   recorder/launch, recorder/drain, recorder/trace; inside the program: */runtime
//   weft replay   replayer/session, replayer/trace; inside the replayed program: */runtime
//   weft info     replayer/inspect
//   weft events   replayer/inspect
//   weft c++, cc  include/weft/instrument, which they put before a program's own code
//   weft why, requests, graph, tasks, stats   debugger/report, debugger/analysis
//   weft trace    debugger/report/calls, debugger/spans, replayer/probes; */runtime/probes
//   weft logs     debugger/report/logs
//   weft compare  debugger/report/compare
//   weft query    debugger/query
//   weft report   debugger/page
//   weft serve    debugger/serve
//   weft export   debugger/export
//   weft debug    debugger/shell, in weft-debugger
//   weft dap      debugger/dap, in weft-debugger
//   weft mcp      debugger/mcp, in weft-debugger
//   weft help, completion   manual.h: made of the definitions of all commands

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "debugger/command/commands.h"
#include "debugger/manual/manual.h"
#include "debugger/report/stats/counts.h"
#include "recorder/command/commands.h"
#include "recorder/command/program_words.h"
#include "replayer/command/commands.h"
#include "replayer/pack/pack.h"
#include "weft/base/human_text.h"
#include "weft/base/version.h"

namespace {

constexpr const char* kSummary = "record one run of a program, and replay it exactly";
constexpr const char* kSynopsis = "COMMAND [OPTIONS] [ARGUMENTS]";

constexpr const char* kFooter = R"(
DESCRIPTION
  weft records one run of a Linux program and replays it exactly, as often as
  you like. It needs no privileges and no special build. From the recording it
  lists the requests that the program served, shows what each waited for, and
  opens a debugger that can go back in time.

  `weft help COMMAND` or `weft COMMAND --help` explains a command.

EXAMPLES
  weft record -o redis.weft redis-server  record until the server ends (Ctrl-C)
  weft replay redis.weft                  run it again, and compare
  weft info redis.weft                    show what is in the trace
  weft events redis.weft                  print one line for each event
  weft why redis.weft                     tell what stands out, with evidence
  weft requests redis.weft                list the requests, how long each took
  weft report -o page.html redis.weft     write a page to look at in a browser
  weft debug redis.weft                   go forward and back through the run
  CXX="weft c++" make                     build a program with the tracing flag

FILES
  NAME.weft                          a trace
  NAME.weft.index                    tables of its tasks and requests; made
                                     again if it is missing
  ~/.cache/weft/                     the same for traces in folders that cannot
                                     be written to
  ~/.cache/weft/contents/            compressed contents of mapped files, for
                                     the next recording
  ~/.local/state/weft/debug_history  the commands typed into weft debug

ENVIRONMENT
  TMPDIR is where a replay keeps the decoded trace (default: /tmp). COLUMNS is
  the width of tables and lines of text. NO_COLOR, if set, switches colours off.
  XDG_CACHE_HOME and XDG_STATE_HOME take the place of ~/.cache and
  ~/.local/state. WEFT_CXX and WEFT_CC name the compilers of weft c++ and weft
  cc.

EXIT STATUS
  weft record ends with the program's exit status (128 + n if signal n ended
  it). The others:

  0  success
  2  usage or set-up: the message says what is wrong, and what to do
  3  unsupported: weft cannot record this
  4  divergence: a replay did not do what the recording did
  5  bad trace: the trace is damaged or unfinished)";

using weft::command::Command;

/// All of them, in the order in which `weft --help` lists them.
/// On stderr: stdout is the recorded program's.
void keep_debug_info(const std::string& trace_path) {
  weft::pack::PackOptions options{.path = trace_path};
  options.out = stderr;
  weft::pack::run_pack(options);
}

std::vector<Command> all_commands(const std::vector<std::string>& program) {
  namespace command = weft::command;
  return {command::record_command(program, keep_debug_info),
          command::replay_command(),
          command::info_command(weft::report::count_async),
          command::events_command(),
          command::pack_command(),
          command::cxx_command(),
          command::cc_command(),
          command::why_command(),
          command::requests_command(),
          command::graph_command(),
          command::tasks_command(),
          command::stats_command(),
          command::trace_command(),
          command::logs_command(),
          command::compare_command(),
          command::query_command(),
          command::report_command(),
          command::serve_command(),
          command::export_command(),
          command::debug_command(),
          command::dap_command(),
          command::mcp_command(),
          command::help_command(),
          command::completion_command()};
}

void add(CLI::App& app, const Command& command, int& exit_status) {
  CLI::App* added = app.add_subcommand(command.name, command.summary);
  weft::command::set_help(*added, command.synopsis, command.description);
  if (command.add_options) command.add_options(*added, exit_status);
}

bool names_no_command(const CLI::App& app, const std::string& word) {
  const auto same = [&word](const CLI::App* command) { return command->get_name() == word; };
  return !word.starts_with('-') && app.get_subcommands(same).empty();
}

}  // namespace

int main(int argc, char** argv) {
  int exit_status = 0;
  weft::command::SplitArguments words = weft::command::split_arguments(argc, argv);
  if (weft::command::is_compiler_command(words.own))
    return weft::command::run_compiler_command(words.own);

  CLI::App app(kSummary, "weft");
  weft::command::set_help(app, kSynopsis, kFooter);
  app.set_version_flag("-V,--version", std::string("weft ") + weft::kVersion, "Show the version");
  app.require_subcommand(1);

  for (const Command& command : all_commands(words.program)) add(app, command, exit_status);

  weft::command::separate_sides(words.own);
  if (words.own.empty()) {
    return weft::report_error(
        {weft::ErrorClass::kUsage, "which command?", "weft help lists all commands"});
  }
  if (names_no_command(app, words.own.front())) {
    return weft::report_error({weft::ErrorClass::kUsage,
                               "no such command: '" + words.own.front() + "'",
                               "weft help lists all commands"});
  }
  try {
    std::reverse(words.own.begin(), words.own.end());  // CLI11 takes its words from the back
    app.parse(words.own);
  } catch (const CLI::Success& success) {
    return app.exit(success);  // --help, --version
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "weft: %s\n      see weft --help, and weft COMMAND --help\n",
                 error.what());
    return static_cast<int>(weft::ErrorClass::kUsage);
  }
  return exit_status;
}
