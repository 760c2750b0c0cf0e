// weft-debugger: what `weft debug` starts. A program of its own, so that `weft record` needs
// neither LLDB nor readline.

#include <fmt/format.h>

#include <csignal>
#include <filesystem>

#include "debugger/shell/commands/commands.h"
#include "debugger/shell/door/debug_options_cli.h"
#include "debugger/shell/door/terminal.h"
#include "weft/base/human_text.h"

int main(int argc, char** argv) {
  using namespace weft;
  ::signal(SIGPIPE, SIG_IGN);
  shell::DebugOptions options;
  CLI::App app("weft debug", "weft debug");
  shell::add_debug_options(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    return report_error({ErrorClass::kUsage, error.what(), "see weft debug --help"});
  }
  std::error_code ignored;
  options.folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path().string();
  auto session = shell::DebugSession::open(options);
  if (!session) return report_error(session.error());
  shell::Shell shell(**session, shell::all_commands());
  if (!options.batch && !options.json) {
    const auto& info = (*session)->events().info();
    fmt::print("weft debug: {} events of {}; help lists the commands\n",
               (*session)->events().count(), info.program);
  }
  return shell::run_shell(shell, options);
}
