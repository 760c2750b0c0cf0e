// The names that users of gdb and rr type. Each stands for commands of weft's or LLDB's; LLDB's own
// names stay what they are.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <climits>

#include "debugger/shell/commands/commands.h"
#include "debugger/shell/session/shell.h"

namespace weft::shell {
namespace {

std::string after_first_word(const std::string& arguments) {
  const size_t end = arguments.find_first_of(" \t");
  const size_t next = end == std::string::npos ? end : arguments.find_first_not_of(" \t", end);
  return next == std::string::npos ? "" : arguments.substr(next);
}

/// Several commands as one.
CommandOutput run_all(Shell& shell, std::initializer_list<std::string> lines) {
  CommandOutput all;
  for (const std::string& line : lines) {
    const CommandOutput one = shell.execute(line);
    all.text += one.text;
    if (!one.succeeded) return {false, all.text, one.error};
  }
  return all;
}

struct InfoRow {
  const char* name;  ///< may be shortened to `least` characters
  size_t least;
  const char* stands_for;  ///< what follows `info NAME` is added
};
constexpr std::array kInfos = {
    InfoRow{"breakpoints", 1, nullptr},
    InfoRow{"watchpoints", 2, "watchpoint list"},
    InfoRow{"threads", 2, "threads"},
    InfoRow{"tasks", 2, "tasks"},
    InfoRow{"registers", 1, "register read"},
    InfoRow{"all-registers", 2, "register read -a"},
    InfoRow{"source", 2, "source info"},
    InfoRow{"line", 2, "source info"},
    InfoRow{"frame", 1, "frame info"},
    InfoRow{"signals", 3, "process handle"},
    InfoRow{"handle", 1, "process handle"},
    InfoRow{"sharedlibrary", 2, "image list"},
    InfoRow{"symbol", 3, "image lookup -a"},
    InfoRow{"address", 2, "image lookup -s"},
    InfoRow{"functions", 2, "image lookup -r -n"},
    InfoRow{"types", 2, "image lookup -t"},
    InfoRow{"variables", 2, "target variable"},
    InfoRow{"display", 1, "display"},
    InfoRow{"checkpoints", 1, "bookmark"},
    InfoRow{"program", 1, "moment"},
};

CommandOutput variables(Shell& shell, VariableKind which) {
  SourceDebugger* source = shell.session.source();
  return source == nullptr ? failure(shell.session.source_error()) : source->variables(which);
}

CommandOutput show_info(Shell& shell, const std::string& arguments) {
  const std::vector<std::string> words = split_words(arguments);
  std::string names;
  for (const InfoRow& row : kInfos) names += fmt::format(" {}", row.name);
  if (words.empty()) return failure("which information? info locals args" + names);
  const std::string& what = words[0];
  const auto is = [&](const std::string& name, size_t least) {
    return what.size() >= least && name.starts_with(what);
  };
  if (is("locals", 2)) return variables(shell, VariableKind::kLocals);
  if (is("args", 2)) return variables(shell, VariableKind::kArguments);
  for (const InfoRow& row : kInfos) {
    if (!is(row.name, row.least)) continue;
    if (row.stands_for != nullptr)
      return shell.execute(fmt::format("{} {}", row.stands_for, after_first_word(arguments)));
    return run_all(shell, {"breakpoint list", "watchpoint list", "break-event list"});
  }
  return failure(fmt::format("there is no info {}; these are known: locals args{}", what, names));
}

/// A number may be that of a breakpoint or of a watchpoint: LLDB counts them apart.
CommandOutput change_stops(Shell& shell, const std::string& verb, const std::string& arguments) {
  SourceDebugger* source = shell.session.source();
  if (source == nullptr) return failure(shell.session.source_error());
  if (arguments.empty()) {
    const std::string option = verb == "delete" ? " -f" : "";
    return success(source->command("breakpoint " + verb + option).text +
                   source->command("watchpoint " + verb + option).text);
  }
  CommandOutput all;
  for (const std::string& word : split_words(arguments)) {
    const CommandOutput breakpoint = source->command(fmt::format("breakpoint {} {}", verb, word));
    const CommandOutput one = breakpoint.succeeded
                                  ? breakpoint
                                  : source->command(fmt::format("watchpoint {} {}", verb, word));
    if (!one.succeeded)
      return {false, all.text, fmt::format("there is no breakpoint or watchpoint {}", word)};
    all.text += one.text;
  }
  return all;
}

/// Checkpoints are bookmarks.
std::string checkpoint_name(const std::string& number) {
  return "checkpoint-" + number;
}

CommandOutput remove(Shell& shell, const std::string& arguments) {
  const std::vector<std::string> words = split_words(arguments);
  if (!words.empty() && words[0] == "display")
    return shell.execute("undisplay " + after_first_word(arguments));
  if (!words.empty() && (words[0] == "checkpoint" || words[0] == "bookmark")) {
    const std::string name = after_first_word(arguments);
    const bool number = words[0] == "checkpoint" && to_number(name);
    return shell.execute("bookmark delete " + (number ? checkpoint_name(name) : name));
  }
  if (!words.empty() && words[0].starts_with("break"))
    return remove(shell, after_first_word(arguments));
  return change_stops(shell, "delete", arguments);
}
CommandOutput disable(Shell& shell, const std::string& arguments) {
  return change_stops(shell, "disable", arguments);
}
CommandOutput enable(Shell& shell, const std::string& arguments) {
  return change_stops(shell, "enable", arguments);
}

CommandOutput condition(Shell& shell, const std::string& arguments) {
  SourceDebugger* source = shell.session.source();
  if (source == nullptr) return failure(shell.session.source_error());
  const std::string word = arguments.substr(0, arguments.find_first_of(" \t"));
  const auto number = to_number(word);
  if (!number) return failure("condition NUMBER [EXPRESSION]");
  if (*number > INT_MAX ||
      !source->set_condition(static_cast<int>(*number), after_first_word(arguments))) {
    return failure(fmt::format("there is no breakpoint or watchpoint {}", word));
  }
  return success("");
}

CommandOutput ignore(Shell& shell, const std::string& arguments) {
  const std::vector<std::string> words = split_words(arguments);
  if (words.size() != 2 || !to_number(words[0]) || !to_number(words[1]))
    return failure("ignore NUMBER COUNT");
  return shell.to_source(fmt::format("breakpoint modify -i {} {}", words[1], words[0]));
}

CommandOutput set_watch(Shell& shell, const std::string& arguments, const char* kind) {
  SourceDebugger* source = shell.session.source();
  if (source == nullptr) return failure(shell.session.source_error());
  std::string expression = arguments;
  bool by_place = false;
  for (const char* option : {"-l ", "-location "}) {
    if (expression.starts_with(option)) by_place = true, expression = after_first_word(arguments);
  }
  if (expression.empty()) return failure("watch what? watch [-l] EXPRESSION");
  if (!by_place) {
    const CommandOutput variable =
        shell.to_source(fmt::format("watchpoint set variable -w {} -- {}", kind, expression));
    if (variable.succeeded) return variable;
  }
  const auto place = source->place_of(expression);
  if (!place.error.empty()) return failure(place.error);
  return shell.to_source(fmt::format("watchpoint set expression -w {} -s {} -- {}", kind,
                                     place.bytes, place.address.text()));
}

CommandOutput watch(Shell& shell, const std::string& arguments) {
  constexpr std::array kLldbs = {"set",     "list",   "delete", "enable",
                                 "disable", "modify", "ignore", "command"};
  const std::vector<std::string> words = split_words(arguments);
  if (!words.empty() && std::find(kLldbs.begin(), kLldbs.end(), words[0]) != kLldbs.end())
    return shell.to_source("watchpoint " + arguments);
  return set_watch(shell, arguments, "write");
}
CommandOutput rwatch(Shell& shell, const std::string& arguments) {
  return set_watch(shell, arguments, "read");
}
CommandOutput awatch(Shell& shell, const std::string& arguments) {
  return set_watch(shell, arguments, "read_write");
}

CommandOutput catch_event(Shell& shell, const std::string& arguments) {
  const std::vector<std::string> words = split_words(arguments);
  const std::string what = words.empty() ? "" : words[0];
  const std::string rest = after_first_word(arguments);
  if (what == "throw") return shell.to_source("breakpoint set -n __cxa_throw");
  if (what == "catch") return shell.to_source("breakpoint set -n __cxa_begin_catch");
  if (what == "rethrow") return shell.to_source("breakpoint set -n __cxa_rethrow");
  if (what == "syscall" && !rest.empty()) return shell.execute("break-event call == " + rest);
  if (what == "syscall") return shell.execute("break-event call");
  if (what == "signal" && !rest.empty()) return shell.execute("break-event signal == " + rest);
  if (what == "signal") return shell.execute("break-event signal || fault");
  if (what == "exec") return shell.execute("break-event exec");
  return failure("catch throw | catch | rethrow | syscall [NAME] | signal [NUMBER] | exec");
}

CommandOutput checkpoint(Shell& shell, const std::string& /*arguments*/) {
  uint64_t number = 1;
  while (shell.bookmarks.count(checkpoint_name(fmt::to_string(number))) != 0) ++number;
  const std::string name = checkpoint_name(fmt::to_string(number));
  shell.bookmarks[name] = shell.session.here();
  return success(fmt::format("{} is here; restart {} goes back to it\n", name, number));
}

CommandOutput restart(Shell& shell, const std::string& arguments) {
  if (!to_number(arguments)) return failure("restart NUMBER, of a checkpoint; goto start");
  const auto found = shell.bookmarks.find(checkpoint_name(arguments));
  if (found == shell.bookmarks.end()) return failure("there is no checkpoint " + arguments);
  return shell.jump(found->second, found->first);
}

CommandOutput type_words(Shell& shell, const std::string& arguments, TypeDetail detail) {
  SourceDebugger* source = shell.session.source();
  if (source == nullptr) return failure(shell.session.source_error());
  if (arguments.empty()) return failure("of what? An expression or the name of a type");
  return source->type_text(arguments, detail);
}
CommandOutput whatis(Shell& shell, const std::string& arguments) {
  return type_words(shell, arguments, TypeDetail::kName);
}
CommandOutput ptype(Shell& shell, const std::string& arguments) {
  return type_words(shell, arguments, TypeDetail::kMembers);
}

CommandOutput frame(Shell& shell, const std::string& arguments) {
  if (arguments.empty()) return shell.to_source("frame select");
  const bool number = to_number(arguments).has_value();
  return shell.to_source((number ? "frame select " : "frame ") + arguments);
}

CommandOutput thread(Shell& shell, const std::string& arguments) {
  if (arguments.empty()) return shell.to_source("thread info");
  if (arguments == "apply all bt") return shell.to_source("bt all");
  const bool number = to_number(arguments).has_value();
  return shell.to_source((number ? "thread select " : "thread ") + arguments);
}

CommandOutput show_variables(Shell& shell, const std::string& arguments) {
  return arguments.empty() ? variables(shell, VariableKind::kAll)
                           : shell.to_source("frame variable " + arguments);
}

CommandOutput set_variable(Shell& shell, const std::string& arguments) {
  const std::vector<std::string> words = split_words(arguments);
  if (words.size() < 2 || !words[0].starts_with("var"))
    return shell.to_source("settings " + arguments);  // LLDB's may be shortened so
  return shell.to_source("expression " + after_first_word(arguments));
}

constexpr std::array kGdbCommands = {
    Command{"info", "i", "breakpoints | threads | locals | args | registers | source | ...",
            "show breakpoints, variables, registers ..., as in gdb", "", show_info},
    Command{"delete", "", "[NUMBER ... | display NUMBER | checkpoint NUMBER]",
            "delete breakpoints and watchpoints; without a number, all of them", "", remove},
    Command{"enable", "", "[NUMBER ...]", "switch breakpoints and watchpoints on", "", enable},
    Command{"disable", "", "[NUMBER ...]", "switch breakpoints and watchpoints off", "", disable},
    Command{"condition", "", "NUMBER [EXPRESSION]",
            "let a breakpoint stop only where EXPRESSION is true; without it, always", "",
            condition},
    Command{"ignore", "", "NUMBER COUNT", "let a breakpoint stop only after COUNT more hits", "",
            ignore},
    Command{"until", "u", "[FUNCTION | FILE:LINE | LINE]",
            "go on to a place; without one, to a line further down (out of a loop)", "", until},
    Command{"advance", "", "FUNCTION | FILE:LINE | LINE",
            "go on to a place, or to a breakpoint before it", "", advance},
    Command{"watch", "", "[-l] EXPRESSION", "stop where EXPRESSION is written",
            "-l: watch the memory where the value lies now, even after the names in EXPRESSION\n"
            "have gone out of scope.\n"
            "reverse-continue stops where it was written last; see also last-write.\n",
            watch},
    Command{"rwatch", "", "[-l] EXPRESSION", "stop where EXPRESSION is read", "", rwatch},
    Command{"awatch", "", "[-l] EXPRESSION", "stop where EXPRESSION is read or written", "",
            awatch},
    Command{"catch", "", "throw | catch | rethrow | syscall [NAME] | signal [NUMBER] | exec",
            "stop at exceptions, system calls, signals or exec",
            "The last three are event breakpoints; see help break-event.\n", catch_event},
    Command{"checkpoint", "", "", "remember this moment; restart NUMBER goes back to it", "",
            checkpoint},
    Command{"restart", "", "NUMBER", "go to a checkpoint", "", restart},
    Command{"whatis", "", "EXPRESSION | TYPE", "show the name of a type", "", whatis},
    Command{"ptype", "", "EXPRESSION | TYPE", "show what a type consists of", "", ptype},
    Command{"frame", "f", "[NUMBER]", "select a frame, or run another of LLDB's frame commands", "",
            frame},
    Command{"thread", "t", "[NUMBER]", "select a thread, or run another of LLDB's thread commands",
            "", thread},
    Command{"v", "", "[NAME ...]", "show parameters and variables (LLDB's frame variable)", "",
            show_variables},
    Command{"set", "", "var NAME = VALUE",
            "change a variable for now; the recording stays as it is", "", set_variable},
};

}  // namespace

std::span<const Command> gdb_commands() {
  return kGdbCommands;
}

}  // namespace weft::shell
