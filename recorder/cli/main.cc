// The `weft` command: a table of contents.
//
//   weft record   recorder/launch, recorder/drain, recorder/trace; inside the program: */runtime
//   weft replay   replayer/session, replayer/trace; inside the replayed program: */runtime
//   weft info     replayer/inspect
//   weft events   replayer/inspect
//   weft c++, cc  include/weft/instrument, which they put before a program's own code
//   weft requests, graph, tasks, stats   debugger/report, debugger/analysis
//   weft debug    debugger/shell, in weft-debugger

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "recorder/cli/commands.h"
#include "weft/base/human_text.h"
#include "weft/base/version.h"

namespace {

constexpr const char* kSummary =
    "weft records one run of a program and replays it exactly, as often as you like.";

constexpr const char* kFooter = R"(
EXAMPLES
  weft record redis-server --port 7000       record until the server ends (Ctrl-C ends it)
  weft replay redis-server-4711.weft         run it again from the trace, and compare
  weft info redis-server-4711.weft           what is in the trace
  weft events redis-server-4711.weft         one line for each event, like strace
  CXX="weft c++" make                        build a program so that its tasks are traced
  weft requests redis-server-4711.weft       what it was asked to do, and how long that took
  weft debug redis-server-4711.weft          go forward and back through the run

EXIT STATUS
  weft record ends as the program did (128 + n if signal n ended it). Otherwise:
  0 success   2 usage or set-up   3 not supported   4 divergence   5 bad trace

  weft COMMAND --help says more about each command.)";

bool names_no_command(const CLI::App& app, const std::string& word) {
  const auto same = [&word](const CLI::App* command) { return command->get_name() == word; };
  return word.rfind('-', 0) != 0 && app.get_subcommands(same).empty();
}

}  // namespace

int main(int argc, char** argv) {
  int exit_status = 0;
  weft::cli::SplitArguments words = weft::cli::split_arguments(argc, argv);
  if (weft::cli::is_compiler_command(words.own)) return weft::cli::run_compiler_command(words.own);

  CLI::App app(kSummary, "weft");
  app.set_version_flag("--version", std::string("weft ") + weft::kVersion);
  app.set_help_flag("-h,--help", "Show this help");
  app.require_subcommand(1);
  app.footer(kFooter);

  weft::cli::add_record_command(app, words.program, exit_status);
  weft::cli::add_replay_command(app, exit_status);
  weft::cli::add_info_command(app, exit_status);
  weft::cli::add_events_command(app, exit_status);
  weft::cli::add_compiler_commands(app);
  weft::cli::add_requests_command(app, exit_status);
  weft::cli::add_graph_command(app, exit_status);
  weft::cli::add_tasks_command(app, exit_status);
  weft::cli::add_stats_command(app, exit_status);
  weft::cli::add_debug_command(app, exit_status);

  if (!words.own.empty() && names_no_command(app, words.own.front())) {
    return weft::report_error({weft::ErrorClass::kUsage,
                               "no such command: '" + words.own.front() + "'", "see weft --help"});
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
