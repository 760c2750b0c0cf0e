// display: values that each stop shows.
#include <fmt/format.h>

#include <array>

#include "debugger/shell/commands/commands.h"
#include "debugger/shell/session/shell.h"

namespace weft::shell {
namespace {

CommandOutput display(Shell& shell, const std::string& arguments) {
  SourceDebugger* source = shell.session.source();
  if (source == nullptr) return failure(shell.session.source_error());
  if (arguments.empty()) {
    std::string list;
    for (const auto& [number, expression] : shell.displays)
      list += fmt::format("{}: {}\n", number, expression);
    return success(list.empty() ? "no displays\n" : list);
  }
  const uint64_t number = shell.displays.empty() ? 1 : shell.displays.rbegin()->first + 1;
  const std::string value = source->named_value(arguments);
  if (shell.interrupted()) return failure("interrupted");
  shell.displays[number] = arguments;
  return success(value);
}

CommandOutput undisplay(Shell& shell, const std::string& arguments) {
  if (arguments.empty()) {
    shell.displays.clear();
    return success("");
  }
  for (const std::string& word : split_words(arguments)) {
    const auto number = to_number(word);
    if (!number || shell.displays.erase(*number) == 0)
      return failure(fmt::format("there is no display {}; display lists them", word));
  }
  return success("");
}

constexpr std::array kDisplayCommands = {
    Command{"display", "", "[EXPRESSION]",
            "show a value at each stop from now on; without EXPRESSION, list them",
            "It is shown in the frame in which the program stops.\n"
            "  display total\n  display queue.size()\n  undisplay 1\n",
            display},
    Command{"undisplay", "", "[NUMBER ...]", "show it no longer; without a number, none of them",
            "", undisplay},
};

}  // namespace

std::span<const Command> display_commands() {
  return kDisplayCommands;
}

}  // namespace weft::shell
