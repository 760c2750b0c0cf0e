// Tools about the program at a moment: goto, where, print, last_value, bookmark.
#include <fmt/format.h>

#include <array>

#include "debugger/mcp/tool.h"
#include "replayer/inspect/index_text.h"

namespace weft::mcp {
namespace {

/// An expression may go on for ever: it has 5 s.
constexpr const char* kBoundedPrint = "dwim-print --timeout 5000000 -- ";

Answer run_line(Recording& recording, const std::string& line) {
  const shell::CommandOutput output = recording.shell->execute(line);
  if (!output.succeeded) return failed(output.text + output.error);
  return {.text = output.text};
}

/// The moment is the answer's: a terminal goes there, and says the same.
Answer at_moment(Recording& recording, Answer answer, const std::string& command) {
  if (answer.succeeded) answer.command = debug_command(recording, {command});
  return answer;
}

Answer go_to(Recording& recording, const Arguments& arguments) {
  const std::string to = *arguments.text("to");
  const bool in_history = to == "back" || to == "forward";
  return at_moment(recording, run_line(recording, in_history ? to : "goto " + to), "where");
}

Answer where(Recording& recording, const Arguments& arguments) {
  const std::string line = arguments.flag("all") ? "where --all" : "where";
  return at_moment(recording, run_line(recording, line), line);
}

Answer print(Recording& recording, const Arguments& arguments) {
  const std::string expression = *arguments.text("expression");
  const std::string line = "p " + expression, bounded = kBoundedPrint + expression;
  const auto frame = arguments.number("frame");
  if (!frame) return at_moment(recording, run_line(recording, bounded), line);
  const std::string select = fmt::format("frame select {}", *frame);
  const Answer selected = run_line(recording, select);
  if (!selected.succeeded) return selected;
  Answer answer = run_line(recording, bounded);
  if (answer.succeeded) answer.command = debug_command(recording, {select, line});
  return answer;
}

Answer last_value(Recording& recording, const Arguments& arguments) {
  const std::string line = "last-write " + *arguments.text("expression");
  return at_moment(recording, run_line(recording, line), "where");
}

Answer bookmark(Recording& recording, const Arguments& arguments) {
  const auto name = arguments.text("name");
  if (name) {
    std::string line = "bookmark " + *name;
    if (const auto event = arguments.number("event")) line += fmt::format(" {}", *event);
    const Answer made = run_line(recording, line);
    if (!made.succeeded) return made;
  }
  return run_line(recording, "bookmark");
}

constexpr std::array kGotoParameters = {
    Parameter{"to", ParameterKind::kText, Need::kRequired,
              "An event number, a time (1.5s), \"request 41\", \"start\", \"end\", \"crash\", the "
              "name of a bookmark, or \"back\" to where the session stood before"}};
constexpr std::array kWhereParameters = {
    Parameter{"all", ParameterKind::kFlag, Need::kOptional, "Also the frames of libraries"}};
constexpr Parameter kExpression = {"expression", ParameterKind::kText, Need::kRequired,
                                   "An expression in the program's language, such as order->price"};
constexpr std::array kPrintParameters = {
    kExpression, Parameter{"frame", ParameterKind::kNumber, Need::kOptional,
                           "The frame of the stack (see where) in which it is meant"}};
constexpr std::array kLastValueParameters = {kExpression};
constexpr std::array kBookmarkParameters = {
    Parameter{"name", ParameterKind::kText, Need::kOptional,
              "Its name, one word; without it: all bookmarks are listed"},
    Parameter{"event", ParameterKind::kNumber, Need::kOptional,
              "The event; without it: the moment where the session stands"}};

constexpr std::array kMomentTools = {
    Tool{"goto", "Go to a moment",
         "Brings the recorded program to a moment, forward or back: just before an event. The "
         "other tools then speak of this moment.",
         kGotoParameters, go_to},
    Tool{"where", "Stack and tasks",
         "How the program got to this moment: the tasks that await the one that runs, and the "
         "stack.",
         kWhereParameters, where},
    Tool{"print", "Value of an expression",
         "The value of a variable or expression at this moment. What an expression changes is "
         "thrown away.",
         kPrintParameters, print},
    Tool{"last_value", "Who wrote this last",
         "Goes back to where the value of an expression was written last: the line, the task, the "
         "value before and after. The same expression again, right after: the write before that. "
         "goto back returns.",
         kLastValueParameters, last_value},
    Tool{"bookmark", "Name a moment", "Gives a moment a name for goto, and lists all bookmarks.",
         kBookmarkParameters, bookmark},
};

}  // namespace

std::span<const Tool> moment_tools() {
  return kMomentTools;
}

}  // namespace weft::mcp
