// weft-debugger: what `weft debug`, `weft mcp` and `weft dap` start. A program of its own, so that
// `weft record` needs neither LLDB nor readline.
//
//   weft-debugger OPTIONS -- FILE      weft debug
//   weft-debugger dap OPTIONS -- FILE  weft dap
//   weft-debugger mcp OPTIONS -- FILE  weft mcp

#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "debugger/dap/dap_server.h"
#include "debugger/mcp/mcp_server.h"
#include "debugger/messages/claimed_stdio.h"
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

/// The exit status if the words are wrong; else nothing.
std::optional<int> parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    return weft::report_error(
        {weft::ErrorClass::kUsage, error.what(), "see " + app.get_name() + " --help"});
  }
  return std::nullopt;
}

std::string own_folder() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path().string();
}

int debug(int argc, char** argv) {
  using namespace weft;
  shell::DebugOptions options;
  CLI::App app("weft debug", "weft debug");
  shell::add_debug_options(app, options);
  if (const auto status = parse(app, argc, argv)) return *status;
  options.folder = own_folder();
  auto session = shell::DebugSession::open(options);
  if (!session) return report_error(session.error());
  if (!options.batch && !options.json) {
    const size_t processes = (*session)->processes().size();
    fmt::print("weft debug: {} events of {}{}; help lists the commands\n",
               (*session)->events().count(), program_name((*session)->events().info()),
               processes == 1 ? "" : fmt::format(", one of {} processes", processes));
  }
  shell::ProcessShells shells(std::move(*session));
  return shell::run_shell(shells, options);
}

/// An agent reads texts without colours, and no cut lines.
int mcp(int argc, char** argv) {
  using namespace weft;
  shell::DebugOptions options;
  CLI::App app("weft mcp", "weft mcp");
  shell::add_mcp_options(app, options);
  if (const auto status = parse(app, argc, argv)) return *status;
  options.folder = own_folder();
  options.batch = true;
  const auto stdio = messages::ClaimedStdio::claim();
  if (!stdio) return report_error(stdio.error());
  ::setenv("COLUMNS", "160", 1);
  ::setenv("NO_COLOR", "1", 1);
  return mcp::serve_mcp(options, stdio->in.get(), stdio->out.get());
}

int dap(int argc, char** argv) {
  using namespace weft;
  shell::DebugOptions options;
  shell::DapOptions more;
  CLI::App app("weft dap", "weft dap");
  shell::add_dap_options(app, options, more);
  if (const auto status = parse(app, argc, argv)) return *status;
  options.folder = own_folder();
  options.batch = true;
  ::setenv("COLUMNS", "120", 1);
  ::setenv("NO_COLOR", "1", 1);
  if (more.port != shell::DapOptions::kNoPort)
    return dap::serve_dap_on_port(options, static_cast<uint16_t>(more.port));
  const auto stdio = messages::ClaimedStdio::claim();
  if (!stdio) return report_error(stdio.error());
  return dap::serve_dap(options, stdio->in.get(), stdio->out.get());
}

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  if (argc > 1 && argv[1] == std::string_view("mcp")) return mcp(argc - 1, argv + 1);
  if (argc > 1 && argv[1] == std::string_view("dap")) return dap(argc - 1, argv + 1);
  return debug(argc, argv);
}
