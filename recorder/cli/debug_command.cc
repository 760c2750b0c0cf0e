#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "debugger/shell/debug_options_cli.h"
#include "recorder/cli/commands.h"
#include "recorder/cli/installation.h"
#include "weft/base/human_text.h"

namespace weft::cli {
namespace {

constexpr CommandHelp kDebugHelp = {"debug", "go forward and back through a recorded run",
                                    "[OPTIONS] FILE",
                                    R"(
DESCRIPTION
  Opens the trace FILE in a debugger in which time goes both ways. The program stands at a moment of
  its recording; LLDB's commands (b, bt, p, n, s, finish, watchpoint ...) work as they do in LLDB,
  and for each way forward there is one back: reverse-continue (rc), reverse-next (rn), reverse-step
  (rs), reverse-finish (rf), reverse-stepi (rsi). goto takes you to any event, time, or the crash;
  break-event stops before events of the trace. help lists all commands.

  Needs LLDB for what concerns the source; everything else works without it.

EXAMPLES
  weft debug server-4711.weft
  weft debug server-4711.weft -c "goto crash" -c "bt"
  weft debug --batch -x commands.txt server-4711.weft > transcript.txt

EXIT STATUS
  0 success   1 --batch: a command failed   2 usage or set-up   4 divergence   5 bad trace

SEE ALSO
  weft events, weft replay)"};

/// The words for weft-debugger: the same options.
std::vector<std::string> words_of(const shell::DebugOptions& options) {
  std::vector<std::string> words = {"weft-debugger"};
  for (const std::string& script : options.scripts) words.insert(words.end(), {"-x", script});
  for (const std::string& command : options.commands) words.insert(words.end(), {"-c", command});
  for (const std::string& pair : options.source_map)
    words.insert(words.end(), {"--source-map", pair});
  if (options.batch) words.emplace_back("--batch");
  if (options.json) words.emplace_back("--json");
  words.insert(words.end(), {"--", options.trace_path});
  return words;
}

int start_debugger(const shell::DebugOptions& options) {
  const auto path = find_debugger();
  if (!path) return report_error(path.error());
  const std::vector<std::string> words = words_of(options);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  ::execv(path->c_str(), argv.data());
  return report_error({ErrorClass::kUsage, "cannot start " + *path + ": " + std::strerror(errno),
                       "install weft as a whole: cmake --install BUILD --prefix PREFIX"});
}

}  // namespace

void add_debug_command(CLI::App& app, int& exit_status) {
  CLI::App* command = add_command(app, kDebugHelp);
  auto options = std::make_shared<shell::DebugOptions>();
  shell::add_debug_options(*command, *options);
  command->callback([options, &exit_status] { exit_status = start_debugger(*options); });
}

}  // namespace weft::cli
