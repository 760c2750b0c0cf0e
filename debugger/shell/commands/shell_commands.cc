// help, quit, run-script.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "debugger/report/text/terminal.h"
#include "debugger/shell/commands/commands.h"
#include "debugger/shell/session/shell.h"
#include "replayer/inspect/index_text.h"

namespace weft::shell {
namespace {

std::string filter_help(Shell& shell) {
  std::string fields;
  for (const std::string& name : event_field_names()) fields += " " + name;
  if (const FilterContext* context = shell.trace_context(); context != nullptr) {
    fields += "\nOf tasks, requests and connections:";
    for (const std::string& name : context->field_names()) fields += " " + name;
    fields +=
        "\n  task, request and fields that begin with these words can be compared with a\n"
        "  number or a name: task == 12, task ~ checkout, request ~ \"GET /cart\"";
  }
  return "A FILTER describes which events match:\n"
         "  NAME                      a call, a hook, a kind of event: read, task_wake, signal\n"
         "  FIELD == VALUE            also != < <= > >=; VALUE is a number, a word or a \"text\"\n"
         "  FIELD ~ \"REGEX\"           it matches, as a POSIX extended expression\n"
         "  FIELD                     the event has this field\n"
         "  A && B   A || B   !A   (A)\n"
         "  NAME where A              the same as NAME && (A)\n"
         "Fields:" +
         fields + "\n";
}

std::string overview(CommandTables commands) {
  constexpr size_t kIndent = 31;
  const size_t columns = report::Screen::of(stdout).width;
  std::string text = "weft's own commands (help COMMAND explains one):\n";
  for (const auto table : commands) {
    for (const Command& command : table) {
      const std::string aliases = command.aliases;
      const std::string name = aliases.empty() ? std::string(command.name)
                                               : fmt::format("{} ({})", command.name, aliases);
      text += report::wrap(fmt::format("  {:<28} {}\n", name, command.summary), columns, kIndent);
    }
  }
  return text +
         "LLDB's other commands work too (p, up, finish, watchpoint set ...),\n"
         "except those that start or end a process. More help: help LLDB-COMMAND, and\n"
         "help event-filter for the filters of break-event and events.\n";
}

CommandOutput help(Shell& shell, const std::string& arguments) {
  if (arguments.empty()) return success(overview(shell.commands));
  if (arguments == "event-filter") return success(filter_help(shell));
  const std::string name = split_words(arguments)[0];
  if (const Command* command = find_command(shell.commands, name)) {
    std::string text =
        fmt::format("{} {}\n  {}\n", command->name, command->usage, command->summary);
    if (command->aliases[0] != '\0') text += fmt::format("  short form: {}\n", command->aliases);
    if (command->help[0] != '\0') text += fmt::format("\n{}", command->help);
    return success(text);
  }
  return shell.to_source("help " + arguments);
}

CommandOutput quit(Shell& shell, const std::string& /*arguments*/) {
  shell.end();
  return {};
}

/// `source FILE` is this command, `source list` and `source info` are LLDB's.
bool is_lldbs_source(const std::string& arguments) {
  const std::vector<std::string> words = split_words(arguments);
  constexpr std::array kSubcommands = {"list", "info", "cache"};
  return !words.empty() &&
         std::find(kSubcommands.begin(), kSubcommands.end(), words[0]) != kSubcommands.end() &&
         !std::filesystem::exists(arguments);
}

CommandOutput run_script(Shell& shell, const std::string& arguments) {
  if (is_lldbs_source(arguments)) return shell.to_source("source " + arguments);
  std::ifstream file(arguments);
  if (!file) return failure("cannot open " + arguments);
  CommandOutput all;
  for (std::string line; std::getline(file, line) && !shell.ended();) {
    const CommandOutput one = shell.execute(line);
    all.text += one.text;
    if (one.succeeded) continue;
    all.succeeded = false;
    all.error = fmt::format("{}: {}: {}", arguments, line, one.error);
    break;
  }
  return all;
}

/// LLDB's `command`; a file of commands, and an alias, may be of weft's.
CommandOutput command(Shell& shell, const std::string& arguments) {
  const std::vector<std::string> words = split_words(arguments);
  if (words.size() == 2 && words[0] == "source") return run_script(shell, words[1]);
  if (words.size() == 2 && words[0] == "unalias" && shell.aliases.erase(words[1]) != 0)
    return success("");
  const bool makes_alias = words.size() > 2 && words[0] == "alias" && words[1][0] != '-';
  if (!makes_alias || find_command(shell.commands, words[2]) == nullptr)
    return shell.to_source("command " + arguments);
  if (find_command(shell.commands, words[1]) != nullptr)
    return failure(fmt::format("{} is one of weft's own commands", words[1]));
  const size_t name = arguments.find(words[1], words[0].size());
  shell.aliases[words[1]] = arguments.substr(arguments.find(words[2], name + words[1].size()));
  return success("");
}

/// Commands that make the event breakpoints again.
std::string event_breakpoint_commands(const Shell& shell) {
  std::string text;
  for (const auto& [id, breakpoint] : shell.event_breakpoints.all()) {
    text += fmt::format("break-event {}\n", breakpoint.filter.text());
    if (breakpoint.ignore != 0)
      text += fmt::format("break-event ignore last {}\n", breakpoint.ignore);
    if (!breakpoint.enabled) text += "break-event disable last\n";
    if (!breakpoint.condition.empty())
      text += fmt::format("break-event condition last {}\n", breakpoint.condition);
    for (const std::string& command : breakpoint.commands)
      text += fmt::format("break-event command last {}\n", command);
  }
  return text;
}

/// LLDB's breakpoints go into a file of LLDB's beside it, which the commands read.
CommandOutput save(Shell& shell, const std::string& arguments) {
  const std::vector<std::string> words = split_words(arguments);
  if (words.size() != 2 || words[0] != "breakpoints") return failure("save breakpoints FILE");
  const std::string& path = words[1];
  std::string text = event_breakpoint_commands(shell);
  for (const auto& [name, instant] : shell.bookmarks)
    text += fmt::format("bookmark {} {}\n", name, instant.event);
  SourceDebugger* source = shell.session.source();
  if (source != nullptr && !source->breakpoints().empty()) {
    const CommandOutput written =
        source->command(fmt::format("breakpoint write -f \"{}.lldb\"", path));
    if (!written.succeeded) return written;
    text += fmt::format("breakpoint read -f \"{}.lldb\"\n", path);
  }
  std::ofstream file(path);
  if (!(file << text).flush()) return failure("cannot write " + path);
  return success(fmt::format("saved; source {} restores them\n", path));
}

CommandOutput version(Shell& shell, const std::string& /*arguments*/) {
  std::string text = "weft " WEFT_VERSION "\n";
  if (SourceDebugger* source = shell.session.source(); source != nullptr)
    text += source->command("version").text;
  return success(text);
}

constexpr std::array kShellCommands = {
    Command{"version", "", "", "show the versions of weft and LLDB", "", version},
    Command{
        "save", "", "breakpoints FILE",
        "write event breakpoints, bookmarks and LLDB's breakpoints to a file",
        "FILE holds commands; LLDB's breakpoints are beside it, in FILE.lldb. Of a bookmark, its\n"
        "event is saved. Watchpoints are not saved.\n",
        save},
    Command{"help", "h", "[COMMAND | event-filter]", "list all commands, or explain one", "", help},
    Command{"run-script", "source", "FILE", "run the commands in a file, until one fails", "",
            run_script},
    Command{"command", "", "source FILE | alias NAME COMMAND ... | ...",
            "run a file of commands, give a command a name; LLDB's other `command` forms",
            "source and alias take weft's commands and LLDB's.\n  command alias slow requests "
            "--slowest 5\n",
            command},
    Command{"quit", "exit q", "", "end weft debug and all its processes", "", quit},
};

}  // namespace

std::span<const Command> shell_commands() {
  return kShellCommands;
}

}  // namespace weft::shell
