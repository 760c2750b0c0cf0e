/// A subcommand of `weft`. Each house describes its own (recorder/command, replayer/command,
/// debugger/command); debugger/command/main.cc puts them together.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace weft::command {

/// What the command takes and does, and its texts. --help, the man page and the shell completions are
/// made of them and of the options (debugger/manual).
struct Command {
  const char* name;
  const char* summary;      ///< one line
  const char* synopsis;     ///< what follows "weft NAME "
  const char* description;  ///< sections with headings, printed after the options
  /// Adds the options to `app`. When the user has chosen the command, it runs and sets `exit_status`.
  /// Null: there is only the help.
  std::function<void(CLI::App& app, int& exit_status)> add_options{};
};

}  // namespace weft::command
