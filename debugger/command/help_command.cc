#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "debugger/command/commands.h"
#include "debugger/manual/manual.h"
#include "weft/base/human_text.h"

namespace weft::command {
namespace {

constexpr const char* kHelpDescription = R"(
DESCRIPTION
  Prints what `weft COMMAND --help` prints; without COMMAND, what `weft --help`
  prints.

  With --man, prints the source of the manual page. Where weft is installed,
  `man weft-COMMAND` shows the same page.

EXAMPLES
  weft help record
  weft help --man record | man -l -

EXIT STATUS
  0  success
  2  there is no such command

SEE ALSO
  weft completion)";

constexpr const char* kCompletionDescription = R"(
DESCRIPTION
  Prints a script with which the shell completes weft's commands, options,
  traces and values when Tab is pressed. Where weft is installed, the shells
  find these scripts by themselves.

EXAMPLES
  source <(weft completion bash)
  weft completion zsh > "${fpath[1]}/_weft"
  weft completion fish > ~/.config/fish/completions/weft.fish

EXIT STATUS
  0  success
  2  no such shell

SEE ALSO
  weft help)";

struct Shell {
  const char* name;
  const char* file;  ///< below share/, where the shell looks for it
  std::string (*script)(const CommandText&);
};
constexpr Shell kShells[] = {
    {"bash", "bash-completion/completions/weft", bash_completion},
    {"zsh", "zsh/site-functions/_weft", zsh_completion},
    {"zsh", "zsh/vendor-completions/_weft", zsh_completion},  // Debian's, for packages in /usr
    {"fish", "fish/vendor_completions.d/weft.fish", fish_completion},
};

struct HelpArguments {
  std::string command;
  std::string share;  ///< the folder to write all pages and scripts to
  bool man = false;
};

bool write_file(const std::filesystem::path& path, const std::string& text) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream stream(path);
  stream << text;
  return static_cast<bool>(stream.flush());
}

/// All manual pages and completion scripts, where an installation has them below share/.
int write_all(const CommandText& weft, const std::filesystem::path& share) {
  bool is_good = write_file(share / "man/man1/weft.1", man_page(weft));
  for (const CommandText& command : weft.commands) {
    is_good &= write_file(share / ("man/man1/weft-" + command.name + ".1"), man_page(command));
  }
  for (const Shell& shell : kShells) is_good &= write_file(share / shell.file, shell.script(weft));
  if (is_good) return 0;
  return report_error({ErrorClass::kUsage, "cannot write below " + share.string(), ""});
}

int run_help(const CLI::App& root, const HelpArguments& arguments) {
  const CommandText weft = read_command(root);
  if (!arguments.share.empty()) return write_all(weft, arguments.share);
  const CommandText* chosen = arguments.command.empty() ? &weft : nullptr;
  for (const CommandText& command : weft.commands) {
    if (command.name == arguments.command) chosen = &command;
  }
  if (chosen == nullptr) {
    return report_error({ErrorClass::kUsage, "no such command: '" + arguments.command + "'",
                         "weft help lists all commands"});
  }
  std::fputs((arguments.man ? man_page(*chosen) : help_text(*chosen)).c_str(), stdout);
  return 0;
}

void add_help_options(CLI::App& app, int& exit_status) {
  auto arguments = std::make_shared<HelpArguments>();
  app.add_option("COMMAND", arguments->command, "The command")->type_name("");
  app.add_flag("--man", arguments->man, "Print the source of the manual page");
  app.add_option("--write", arguments->share, "Write all pages and scripts below this folder")
      ->group("");  // hidden: for the build
  app.callback(
      [arguments, &app, &exit_status] { exit_status = run_help(*app.get_parent(), *arguments); });
}

void add_completion_options(CLI::App& app, int& exit_status) {
  auto name = std::make_shared<std::string>();
  app.add_option("SHELL", *name, "The shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("");
  app.callback([name, &app, &exit_status] {
    const auto is_chosen = [&name](const Shell& shell) { return *name == shell.name; };
    const Shell* shell = std::find_if(std::begin(kShells), std::end(kShells), is_chosen);
    std::fputs(shell->script(read_command(*app.get_parent())).c_str(), stdout);
    exit_status = 0;
  });
}

}  // namespace

Command help_command() {
  return {"help", "explain weft, or one of its commands", "[--man] [COMMAND]", kHelpDescription,
          add_help_options};
}

Command completion_command() {
  return {"completion", "print a completion script for a shell", "SHELL", kCompletionDescription,
          add_completion_options};
}

}  // namespace weft::command
