/// The command line of weft as plain data, read from its CLI11 definitions. `--help`, the man pages
/// and the shell completions are all made of it, so that they cannot say different things.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace weft::command {

/// What a value can be, for shells that complete it.
enum class ValueKind {
  kAnything,     ///< a number, a name: no shell can know it
  kTrace,        ///< a file NAME.weft
  kFile,         ///< any file
  kProgram,      ///< a program; its arguments follow
  kProgramName,  ///< a program, and nothing after it
  kCommand,      ///< a command of weft
  kChoice,       ///< one of `choices`
};

/// An option, or an argument (an option without a name).
struct OptionText {
  std::vector<std::string> names;  ///< "-o", "--output"
  std::string value;               ///< "FILE", "start|duration"; empty for a flag
  std::string help;
  std::vector<std::string> choices;
  ValueKind kind = ValueKind::kAnything;
};

/// DESCRIPTION, EXAMPLES, EXIT STATUS ...: the lines below a heading, indented by two.
struct Section {
  std::string title;
  std::vector<std::string> lines;
};

struct CommandText {
  std::string name;  ///< "record"; empty for weft itself
  std::string summary;
  std::string synopsis;  ///< what follows "weft NAME"
  std::vector<OptionText> arguments;
  std::vector<OptionText> options;
  std::vector<Section> sections;
  std::vector<CommandText> commands;
};

/// Gives `app` the option --help, which prints `synopsis`, the options and `description`.
void set_help(CLI::App& app, const char* synopsis, const char* description);

/// Reads a command that has such a help, and the commands below it.
CommandText read_command(const CLI::App& app);

/// "weft record"; "weft" for weft itself.
std::string full_name(const CommandText& command);

/// What `weft COMMAND --help` prints.
std::string help_text(const CommandText& command);

/// The source of the manual page weft-COMMAND(1), or weft(1), for man, groff and mandoc.
std::string man_page(const CommandText& command);

/// Completion scripts for the whole command, of which the given one is the root.
std::string bash_completion(const CommandText& weft);
std::string zsh_completion(const CommandText& weft);
std::string fish_completion(const CommandText& weft);

}  // namespace weft::command
