// next, step, stepi, nexti: LLDB's steps, of the thread that runs, as often as the user says.
#include <fmt/format.h>

#include <array>
#include <string_view>

#include "debugger/shell/commands/commands.h"
#include "debugger/shell/session/shell.h"
#include "replayer/inspect/index_text.h"

namespace weft::shell {
namespace {

/// Why the thread that LLDB has selected cannot be stepped: another one runs now. Empty: it can.
std::string cannot_step(Shell& shell, SourceDebugger& source) {
  const uint32_t selected = source.selected_thread();
  const uint32_t running = shell.session.travel(
      [](travel::Traveller& traveller) { return traveller.program().current_thread(); });
  if (selected == running || remote::TaskThreads::is_task(selected)) return "";
  const EventLog& events = shell.session.events();
  const auto next = events.first(
      shell.session.moment(), events.end(),
      [&](EventIndex, const trace::EventView& event) { return event.header().thread == selected; });
  const std::string now = fmt::format("thread T{} does not run now, T{} does", selected, running);
  if (!next)
    return fmt::format("{}; it has no further event in this recording\n  thread select {} to step",
                       now, running);
  return fmt::format("{}; it runs next at event {}\n  goto that event to step it", now, *next);
}

/// At an event the user sees the frame that made the call: a step by line begins there, with what it
/// called behind it.
void return_to_line(Shell& shell, SourceDebugger& source) {
  const auto frame = source.selected_frame();
  if (!frame || frame->index == 0 || frame->owner != CodeOwner::kProgram || source.has_source())
    return;
  source.command(fmt::format("frame select {}", frame->index - 1));
  shell.to_source("thread step-out");
}

/// `lldb` is LLDB's full name of the step. Stops early where a step ends for another reason.
CommandOutput step_times(Shell& shell, const char* lldb, const std::string& arguments) {
  const auto count = arguments.empty() ? std::optional<uint64_t>(1) : to_number(arguments);
  if (!count) return shell.to_source(fmt::format("{} {}", lldb, arguments));
  if (*count == 0) return failure("how many times? Give a number above 0");
  SourceDebugger* source = shell.session.source();
  if (source == nullptr) return failure(shell.session.source_error());
  CommandOutput output;
  for (uint64_t done = 0; done < *count; ++done) {
    if (const std::string why = cannot_step(shell, *source); !why.empty()) return failure(why);
    if (std::string_view(lldb).find("inst") == std::string_view::npos)
      return_to_line(shell, *source);
    output = shell.to_source(lldb);
    if (!output.succeeded || !source->ended_a_step()) break;
  }
  return output;
}

CommandOutput next(Shell& shell, const std::string& arguments) {
  return step_times(shell, "thread step-over", arguments);
}
CommandOutput step(Shell& shell, const std::string& arguments) {
  return step_times(shell, "thread step-in", arguments);
}
CommandOutput stepi(Shell& shell, const std::string& arguments) {
  return step_times(shell, "thread step-inst", arguments);
}
CommandOutput nexti(Shell& shell, const std::string& arguments) {
  return step_times(shell, "thread step-inst-over", arguments);
}

constexpr std::array kForwardCommands = {
    Command{"next", "n", "[COUNT]", "go to the next line, over calls", "", next},
    Command{"step", "s", "[COUNT]", "go to the next line, into calls", "", step},
    Command{"stepi", "si", "[COUNT]", "go on by one instruction", "", stepi},
    Command{"nexti", "ni", "[COUNT]", "go on by one instruction, over calls", "", nexti},
};

}  // namespace

std::span<const Command> forward_commands() {
  return kForwardCommands;
}

}  // namespace weft::shell
