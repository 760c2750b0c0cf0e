// The stack of the selected thread, as the shell shows it.
#include <fmt/format.h>

#include <algorithm>

#include "debugger/report/text/terminal.h"
#include "debugger/shell/session/believed_frames.h"
#include "debugger/shell/session/shell.h"
#include "debugger/shell/session/stack_words.h"

namespace weft::shell {

CommandOutput Shell::stack_output(StackStyle style) {
  const bool all = style == StackStyle::kAll;
  SourceDebugger* source = session.source();
  if (source == nullptr) return failure(session.source_error());
  CommandOutput output = source->command(all ? "thread backtrace" : "thread info");
  if (all || !output.succeeded) return output;
  output.text = stack_text(frames(), report::Screen::of(stdout).width);
  return output;
}

std::vector<StackFrame> Shell::frames() {
  SourceDebugger& source = *session.source();
  return believed_frames(source.stack(), frame_places(session, source.selected_thread()), source);
}

std::string Shell::displays_text() {
  SourceDebugger* source = session.loaded_source();
  std::string text;
  if (source == nullptr) return text;
  for (const auto& [number, expression] : displays) {
    text += source->named_value(expression);
    if (interrupted()) return text + "interrupted\n";
  }
  return text;
}

/// `up` led to where LLDB has lost its way.
void Shell::leave_lost_frame(CommandOutput& output) {
  SourceDebugger& source = *session.source();
  const std::vector<StackFrame> known = frames();
  const auto count = static_cast<unsigned>(std::count_if(
      known.begin(), known.end(), [](const StackFrame& one) { return one.selectable; }));
  if (count == known.size() || count == 0 || source.selected_frame_number() < count) return;
  source.command(fmt::format("frame select {}", count - 1));
  output = failure(
      "LLDB cannot go further up here: the compiler has split a function\n"
      "  where shows the rest; task NUMBER selects a coroutine that awaits this one");
}

}  // namespace weft::shell
