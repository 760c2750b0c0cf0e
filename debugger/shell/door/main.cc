// weft-debugger: what `weft debug` starts. A program of its own, so that `weft record` needs
// neither LLDB nor readline.

#include <fmt/format.h>

#include <csignal>
#include <filesystem>

#include "debugger/shell/commands/commands.h"
#include "debugger/shell/door/debug_options_cli.h"
#include "debugger/shell/door/terminal.h"
#include "replayer/inspect/escape.h"
#include "weft/base/human_text.h"

namespace {

/// A program may be started under another name than its file has (redis-server).
std::string program_name(const weft::trace::TraceInfo& info) {
  const auto base = [](const std::string& path) { return path.substr(path.rfind('/') + 1); };
  const std::string called = info.arguments.empty() ? "" : base(info.arguments[0]);
  return called.empty() || called == base(info.program)
             ? weft::inspect::printable(info.program)
             : weft::inspect::printable(fmt::format("{} ({})", called, info.program));
}

}  // namespace

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
    fmt::print("weft debug: {} events of {}; help lists the commands\n",
               (*session)->events().count(), program_name((*session)->events().info()));
  }
  return shell::run_shell(shell, options);
}
