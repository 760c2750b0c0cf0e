// where, task, async up and down: which task the user looks at.
#include <fmt/format.h>

#include <array>
#include <charconv>

#include "debugger/report/text/terminal.h"
#include "debugger/shell/commands/commands.h"
#include "debugger/shell/session/shell.h"
#include "debugger/shell/session/stack_words.h"
#include "debugger/shell/session/task_stacks.h"
#include "debugger/shell/session/task_words.h"

namespace weft::shell {

using analysis::Analysis;
using analysis::TaskIndex;

namespace {

StackStyle style_of(const std::string& arguments) {
  return arguments == "--all" ? StackStyle::kAll : StackStyle::kFolded;
}

CommandOutput choose(Shell& shell, TaskIndex task) {
  shell.chosen_task = task;
  std::string text = stack_lines(*shell.analysis(), task, shell.session.moment());
  const std::string variables = frame_variables(shell, task);
  if (!variables.empty()) text += "variables in its frame:\n" + variables;
  return success(text);
}

/// A suspended coroutine is a thread for LLDB: bt, up and frame variable speak of it from now on.
void select_thread_of(Shell& shell, const Analysis& analysis, TaskIndex task) {
  SourceDebugger* source = shell.session.source();
  if (source == nullptr || !shell.show_tasks()) return;
  const auto one = suspended_task(analysis, shell.session.events(), task, shell.session.moment());
  const trace::ThreadNumber running = shell.session.travel(
      [](travel::Traveller& traveller) { return traveller.program().current_thread(); });
  if (!one || !source->select_thread(one->thread())) source->select_thread(running);
  source->select_user_frame();
}

/// Each of the program's own frames with its variables.
CommandOutput full_backtrace(Shell& shell) {
  SourceDebugger* source = shell.session.source();
  if (source == nullptr) return failure(shell.session.source_error());
  std::string text;
  unsigned selected = 0;
  for (const StackFrame& frame : shell.frames()) {
    if (frame.selected) selected = frame.index;
    if (frame.owner != CodeOwner::kProgram) continue;
    text += "    " + frame_text(frame, report::Screen::of(stdout).width - kFrameIndent) + "\n";
    if (!frame.selectable) continue;
    source->command(fmt::format("frame select {}", frame.index));
    const CommandOutput variables = source->variables(VariableKind::kAll);
    if (variables.succeeded) text += variables.text;
  }
  source->command(fmt::format("frame select {}", selected));
  return text.empty() ? shell.stack_output(StackStyle::kFolded) : success(text);
}

CommandOutput nobody(Shell& shell, TaskIndex task, const char* what) {
  return failure(fmt::format("{}: {}", numbered_task(*shell.analysis(), task), what));
}

CommandOutput select_task(Shell& shell, const std::string& arguments) {
  const Analysis* analysis = shell.analysis();
  if (analysis == nullptr || !analysis->has_async_events()) return failure(kNoTasks);
  if (arguments.empty()) {
    const auto focus = shell.focus_task();
    return focus ? choose(shell, *focus) : failure("which task? task NUMBER; tasks lists them");
  }
  const std::string_view digits = std::string_view(arguments).substr(arguments[0] == '#' ? 1 : 0);
  uint64_t id = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  if (error != std::errc() || end != digits.data() + digits.size())
    return failure("which task? task NUMBER; tasks lists them");
  const TaskIndex task = analysis->find_task(analysis::TaskId(id));
  if (task == kNone) return failure(fmt::format("there is no task {}; tasks lists them", id));
  select_thread_of(shell, *analysis, task);
  return choose(shell, task);
}

CommandOutput where(Shell& shell, const std::string& arguments) {
  if (!arguments.empty() && arguments != "--all") return failure("where [--all]");
  const auto task = shell.focus_task();
  std::string async;
  if (task) {
    constexpr size_t kIndent = 6;
    async = "async:\n" + report::wrap(stack_lines(*shell.analysis(), *task, shell.session.moment()),
                                      report::Screen::of(stdout).width, kIndent);
  }
  if (shell.session.source() == nullptr) return success(shell.stop_text("here") + async);
  const CommandOutput stack = shell.stack_output(style_of(arguments));
  if (!stack.succeeded) return stack;
  return success((async.empty() ? "" : async + "stack:\n") + stack.text);
}

/// LLDB's own forms with a number or options stay.
CommandOutput backtrace(Shell& shell, const std::string& arguments) {
  if (arguments.empty() || arguments == "--all") return shell.stack_output(style_of(arguments));
  if (arguments == "full") return full_backtrace(shell);
  return shell.to_source("bt " + arguments);
}

constexpr std::array kTaskCommands = {
    Command{"where", "", "[--all]",
            "show how the program got here: the tasks that await it, their creators, the stack",
            "Frames of libraries are folded into a line; --all shows them.\n", where},
    Command{"bt", "backtrace", "[--all | full | COUNT]",
            "show the stack; with full, also its variables",
            "Frames of libraries are folded into a line; --all shows them, as do LLDB's own forms\n"
            "(bt COUNT, thread backtrace).\n",
            backtrace},
    Command{
        "task", "", "[NUMBER]", "select a task: its stack, the variables of a suspended coroutine",
        "The task stays selected until the moment changes; graph, where and async next use it.\n"
        "LLDB shows a suspended coroutine as a thread: bt, up, frame variable and p work on it.\n"
        "`thread list` shows all; `thread select 0` goes back to T0.\n",
        select_task},
};

}  // namespace

CommandOutput async_up(Shell& shell, const std::string& /*arguments*/) {
  const auto task = shell.focus_task();
  if (!task) return failure(kNoTasks);
  const auto stack = shell.analysis()->logical_stack(*task, shell.session.moment());
  if (stack.size() < 2) return nobody(shell, *task, "no task awaits it");
  return choose(shell, stack[1].task);
}

CommandOutput async_down(Shell& shell, const std::string& /*arguments*/) {
  const auto task = shell.focus_task();
  if (!task) return failure(kNoTasks);
  const Analysis& analysis = *shell.analysis();
  const auto moment = shell.session.moment();
  for (const TaskIndex other : analysis.alive_at(moment)) {
    const auto stack = analysis.logical_stack(other, moment);
    if (stack.size() > 1 && stack[1].task == *task) return choose(shell, other);
  }
  return nobody(shell, *task, "it awaits no task");
}

std::span<const Command> task_commands() {
  return kTaskCommands;
}

}  // namespace weft::shell
