// next, step, stepi, nexti: LLDB's steps, of the thread that runs, as often as the user says.
// advance and until: several at once.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "debugger/shell/commands/commands.h"
#include "debugger/shell/session/shell.h"
#include "replayer/inspect/index_text.h"

namespace weft::shell {
namespace {

/// Why the thread that LLDB has selected cannot be stepped: another one runs now. Empty: it can.
std::string cannot_step(Shell& shell, SourceDebugger& source) {
  const travel::ShownThread selected = source.selected_thread();
  const trace::ThreadNumber running = shell.session.travel(
      [](travel::Traveller& traveller) { return traveller.program().current_thread(); });
  if (selected == running || selected.is_task()) return "";
  const EventLog& events = shell.session.events();
  const auto next = events.first(
      shell.session.moment(), events.end(), [&](EventIndex, const trace::EventView& event) {
        return trace::ThreadNumber(event.header().thread) == selected.thread();
      });
  const std::string now = fmt::format("thread T{} does not run now, T{} does",
                                      selected.thread().value(), running.value());
  if (!next)
    return fmt::format("{}; it has no further event in this recording\n  thread select {} to step",
                       now, running.value());
  return fmt::format("{}; it runs next at event {}\n  goto that event to step it", now, *next);
}

/// Lets what frame `index` has called run to its end. What came of it if something else stopped it.
std::optional<CommandOutput> return_to_frame(Shell& shell, SourceDebugger& source, unsigned index) {
  if (index == 0) return std::nullopt;
  source.command(fmt::format("frame select {}", index - 1));
  const CommandOutput output = shell.to_source("thread step-out");
  if (output.succeeded && source.ended_a_step()) return std::nullopt;
  return output;
}

/// At an event the user sees the frame that made the call. So a step by line begins in that frame,
/// after the functions that it called have returned.
std::optional<CommandOutput> return_to_line(Shell& shell, SourceDebugger& source) {
  const auto frame = source.selected_frame();
  if (!frame || frame->owner != CodeOwner::kProgram || source.has_source()) return std::nullopt;
  return return_to_frame(shell, source, frame->index);
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
    if (std::string_view(lldb).find("inst") == std::string_view::npos) {
      if (auto stop = return_to_line(shell, *source)) return *std::move(stop);
    }
    output = shell.to_source(lldb);
    if (!output.succeeded || !source->ended_a_step()) break;
  }
  return output;
}

/// True if one of these breakpoints has an address now.
bool lie_somewhere(SourceDebugger& source, const std::vector<int>& ids) {
  const std::vector<SourceBreakpoint> all = source.breakpoints();
  return std::any_of(all.begin(), all.end(), [&](const SourceBreakpoint& one) {
    return !one.addresses.empty() && std::find(ids.begin(), ids.end(), one.id) != ids.end();
  });
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

/// Runs to a place, or to a stop before it.
CommandOutput advance(Shell& shell, const std::string& arguments) {
  SourceDebugger* source = shell.session.source();
  if (source == nullptr) return failure(shell.session.source_error());
  if (arguments.empty()) return failure("where to? advance FUNCTION | FILE:LINE | LINE");
  const BreakAnswer set = source->break_at({arguments, "", true});
  if (!set.output.succeeded) return set.output;
  if (!lie_somewhere(*source, set.ids)) {  // LLDB would wait for a library that has it
    source->remove_breakpoints(set.ids);
    return failure(fmt::format("there is no place to stop at {} at this moment", arguments));
  }
  CommandOutput output = shell.execute("continue");
  source->remove_breakpoints(set.ids);
  return output;
}

/// Without a place: the next line of the frame in front that lies further down, so that a loop is
/// gone through.
CommandOutput until(Shell& shell, const std::string& arguments) {
  if (!arguments.empty()) return advance(shell, arguments);
  SourceDebugger* source = shell.session.source();
  if (source == nullptr) return failure(shell.session.source_error());
  const unsigned selected = source->selected_frame_number();
  const auto start = source->frame_lines(selected);
  if (!start) return failure("there is no line information here\n  until FUNCTION | FILE:LINE");
  if (const std::string why = cannot_step(shell, *source); !why.empty()) return failure(why);
  if (auto stop = return_to_frame(shell, *source, selected)) return *std::move(stop);
  CommandOutput output;
  while (!shell.interrupted()) {
    output = shell.execute("next");
    const auto now = source->frame_lines(0);
    if (!output.succeeded || !source->ended_a_step() || !now || now->function != start->function ||
        now->cfa != start->cfa || now->line > start->line) {
      break;
    }
  }
  return output;
}

std::span<const Command> forward_commands() {
  return kForwardCommands;
}

}  // namespace weft::shell
