// break-event and what goes with it.
#include <fmt/format.h>

#include <array>

#include "debugger/shell/commands/commands.h"
#include "debugger/shell/session/shell.h"

namespace weft::shell {
namespace {

CommandOutput list(Shell& shell) {
  std::string out;
  for (const auto& [id, breakpoint] : shell.event_breakpoints.all()) {
    out += fmt::format("{}: {}{}{}, {} {}\n", id, breakpoint.filter.text(),
                       breakpoint.enabled ? "" : ", disabled",
                       breakpoint.ignore == 0 ? "" : fmt::format(", ignores {}", breakpoint.ignore),
                       breakpoint.hits, breakpoint.hits == 1 ? "stop" : "stops");
    if (!breakpoint.condition.empty()) out += "     if " + breakpoint.condition + "\n";
    for (const std::string& command : breakpoint.commands) out += "     " + command + "\n";
  }
  return success(out.empty() ? "no event breakpoints\n" : out);
}

/// break-event delete|enable|disable|ignore|command N ...
CommandOutput change(Shell& shell, const std::string& word, const std::string& arguments) {
  const std::vector<std::string> words = split_words(arguments);
  const auto& all = shell.event_breakpoints.all();
  auto number = words.size() > 1 ? to_number(words[1]) : std::nullopt;
  if (words.size() > 1 && words[1] == "last" && !all.empty())
    number = static_cast<uint64_t>(all.rbegin()->first);
  EventBreakpoint* breakpoint =
      number ? shell.event_breakpoints.find(static_cast<int>(*number)) : nullptr;
  if (breakpoint == nullptr) {
    return failure(number ? fmt::format("there is no event breakpoint {}", *number)
                          : fmt::format("break-event {} NUMBER", word));
  }
  if (word == "delete") {
    shell.event_breakpoints.remove(breakpoint->id);
  } else if (word == "enable" || word == "disable") {
    breakpoint->enabled = word == "enable";
  } else if (word == "ignore") {
    const auto count = words.size() > 2 ? to_number(words[2]) : std::nullopt;
    if (!count) return failure("break-event ignore NUMBER COUNT");
    breakpoint->ignore = *count;
  } else {
    const size_t at = arguments.find(words[1]) + words[1].size();
    const size_t begin = arguments.find_first_not_of(" \t", at);
    if (word == "condition") {
      breakpoint->condition = begin == std::string::npos ? "" : arguments.substr(begin);
    } else if (begin == std::string::npos) {
      breakpoint->commands.clear();
    } else {
      breakpoint->commands.push_back(arguments.substr(begin));
    }
  }
  return success("");
}

CommandOutput break_event(Shell& shell, const std::string& arguments) {
  const std::vector<std::string> words = split_words(arguments);
  if (words.empty() || (words[0] == "list" && words.size() == 1)) return list(shell);
  for (const char* word : {"delete", "enable", "disable", "ignore", "condition", "command"}) {
    if (words[0] == word) return change(shell, word, arguments);
  }
  auto filter = EventFilter::parse(arguments, shell.trace_context());
  if (!filter) return failure(filter.error());
  uint64_t matches = 0;
  const EventLog& events = shell.session.events();
  events.first(EventIndex(0), events.end(), [&](EventIndex index, const trace::EventView& event) {
    matches += filter->takes(index, event) ? 1 : 0;
    return false;
  });
  const int id = shell.event_breakpoints.add(std::move(*filter));
  return success(fmt::format("event breakpoint {}: {} {} in the recording\n", id, matches,
                             matches == 1 ? "event" : "events"));
}

constexpr std::array kBreakpointCommands = {
    Command{
        "break-event", "be",
        "FILTER | KIND where FILTER | list | delete N | enable N | disable N | ignore N COUNT |\n"
        "            condition N [EXPRESSION] | command N [COMMAND]",
        "stop before events that match a filter",
        "weft finds them in the trace, in both directions. continue and reverse-continue stop at\n"
        "these breakpoints and at LLDB's, whichever comes first.\n"
        "  break-event read where fd == 7 && result < 0\n"
        "  break-event write && bytes ~ \"SET key:.*\"\n"
        "  break-event signal || fault\n"
        "  break-event task cancelled where task ~ get_response\n"
        "  break-event wake where request == 41\n"
        "  break-event command 1 bt\n"
        "  break-event condition 1 retries > 2\n"
        "N is a number, or last. A condition is an expression in the program's language. It is\n"
        "evaluated in the program's frame that caused the event, by continue and\n"
        "reverse-continue, but not by steps. help event-filter explains what a FILTER is.\n",
        break_event},
};

}  // namespace

std::span<const Command> breakpoint_commands() {
  return kBreakpointCommands;
}

}  // namespace weft::shell
