#include <CLI/CLI.hpp>
#include <memory>

#include "replayer/command/commands.h"
#include "replayer/pack/pack.h"

namespace weft::command {
namespace {

constexpr const char* kPackDescription = R"(
DESCRIPTION
  Copies the program, its libraries, and their debug information as far as it is
  in files of its own (/usr/lib/debug), into the folder FILE.symbols. weft debug
  looks there by itself, whichever process of FILE it opens. So a recording can
  be debugged with names, lines and variables on another machine, and after the
  program was built anew: take FILE and FILE.symbols with you.

  Files are known by their build IDs. What has none, or is no longer there as it
  was recorded, is not copied, and named. The source is not copied. The folder
  is readable for you alone.

EXAMPLES
  weft pack server-4711.weft
  tar czf bug.tar.gz server-4711.weft server-4711.weft.symbols

EXIT STATUS
  0  success
  2  usage, nothing was there to be packed, or the folder cannot be written
  5  the trace is damaged

SEE ALSO
  weft debug, weft info)";

void add_pack_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<pack::PackOptions>();
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.callback([options, &exit_status] { exit_status = pack::run_pack(*options); });
}

}  // namespace

Command pack_command() {
  return {"pack", "keep symbols and debug information beside a trace", "FILE", kPackDescription,
          [](CLI::App& app, int& exit_status) { add_pack_options(app, exit_status); }};
}

}  // namespace weft::command
