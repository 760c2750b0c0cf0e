/// A subcommand of `weft`. Each house describes its own (recorder/command, replayer/command,
/// debugger/command); debugger/command/main.cc puts them together.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace weft::command {

/// The texts of --help, which reads like a man page, and what the command takes and does.
struct Command {
  const char* name;
  const char* summary;      ///< one line
  const char* synopsis;     ///< what follows "weft NAME "
  const char* description;  ///< paragraphs, examples, exit status: printed after the options
  /// Adds the options to `app`. When the user chose the command it runs, and sets `exit_status`.
  /// Null: there is only the help.
  std::function<void(CLI::App& app, int& exit_status)> add_options{};
};

}  // namespace weft::command
