// break and tbreak: breakpoints at places in the program's code, in gdb's words; LLDB sets them.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "debugger/shell/commands/commands.h"
#include "debugger/shell/session/shell.h"

namespace weft::shell {
namespace {

/// LLDB's `breakpoint` may be shortened to `break`: then one of its subcommands follows. The
/// names of some may as well be functions.
bool is_lldbs_breakpoint(const std::string& arguments) {
  constexpr std::array kAlone = {"list", "delete", "enable", "disable", "clear"};
  constexpr std::array kWithOptions = {"set", "modify", "command", "name", "read", "write"};
  const std::vector<std::string> words = split_words(arguments);
  if (words.empty()) return false;
  const auto is_in = [&](const auto& names) {
    return std::find(names.begin(), names.end(), words[0]) != names.end();
  };
  return words[0].starts_with('-') || is_in(kAlone) || (is_in(kWithOptions) && words.size() > 1);
}

std::string trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

/// How long a breakpoint stays.
enum class Stays : uint8_t { kUntilDeleted, kUntilHit };

/// "PLACE if CONDITION".
BreakRequest parse_break(const std::string& arguments, Stays stays) {
  const std::string text = " " + arguments;
  const bool once = stays == Stays::kUntilHit;
  const size_t at = text.find(" if ");
  const size_t paren = text.find(" if(");
  const size_t cut = std::min(at, paren);
  if (cut == std::string::npos) return {trimmed(text), "", once};
  return {trimmed(text.substr(0, cut)), trimmed(text.substr(cut + 3)), once};
}

CommandOutput set(Shell& shell, const std::string& arguments, Stays stays) {
  SourceDebugger* source = shell.session.source();
  if (source == nullptr) return failure(shell.session.source_error());
  BreakRequest request = parse_break(arguments, stays);
  if (request.place.empty() && (request.once || !request.condition.empty())) {
    const auto frame = source->frame_lines(source->selected_frame_number());
    if (!frame)
      return failure("where? break FUNCTION | FILE:LINE | LINE | *ADDRESS [if CONDITION]");
    request.place = fmt::format("{}:{}", frame->file, frame->line);
  }
  if (request.place.starts_with('*')) request.place.erase(0, 1);
  return source->break_at(request).output;
}

CommandOutput set_breakpoint(Shell& shell, const std::string& arguments) {
  return is_lldbs_breakpoint(arguments) ? shell.to_source("breakpoint " + arguments)
                                        : set(shell, arguments, Stays::kUntilDeleted);
}

CommandOutput set_short(Shell& shell, const std::string& arguments) {
  return set(shell, arguments, Stays::kUntilDeleted);
}

CommandOutput set_temporary(Shell& shell, const std::string& arguments) {
  return set(shell, arguments, Stays::kUntilHit);
}

constexpr std::array kPlaceCommands = {
    Command{"b", "", "[FUNCTION | FILE:LINE | LINE | *ADDRESS] [if CONDITION]", "the same as break",
            "", set_short},
    Command{"break", "", "[FUNCTION | FILE:LINE | LINE | *ADDRESS] [if CONDITION]",
            "set a breakpoint; for a coroutine, at the first line of its body",
            "LLDB's breakpoint set has more kinds of places.\n"
            "  b checkout\n  b shop.cc:48 if total > 100\n",
            set_breakpoint},
    Command{"tbreak", "tb", "[FUNCTION | FILE:LINE | LINE | *ADDRESS] [if CONDITION]",
            "set a breakpoint that is deleted at its first stop", "", set_temporary},
};

}  // namespace

std::span<const Command> place_commands() {
  return kPlaceCommands;
}

}  // namespace weft::shell
