// async next, step, finish, cause, effect and back; requests, tasks, task: along the async graph.
//
// All of them are look-ups in the analysis of the trace, and one jump.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "debugger/analysis/expressions.h"
#include "debugger/shell/shell.h"
#include "debugger/shell/task_stacks.h"
#include "replayer/inspect/escape.h"

namespace weft::shell {
namespace {

using analysis::Analysis;
using analysis::EventIndex;
using analysis::kNone;
using analysis::TaskIndex;

constexpr const char* kNoTasks =
    "the program told nothing about its tasks\n  build it with weft_trace(TARGET) or `weft c++`";

/// Where the user stands in the async graph.
struct Standpoint {
  const Analysis* analysis = nullptr;
  TaskIndex task = kNone;
  EventIndex moment = 0;
};

std::optional<Standpoint> standpoint(Shell& shell) {
  const auto task = shell.focus_task();
  if (!task) return std::nullopt;
  return Standpoint{shell.analysis(), *task, static_cast<EventIndex>(shell.session.moment())};
}

std::string task_label(const Analysis& analysis, TaskIndex task) {
  const analysis::Task& row = analysis.model().tasks[task];
  const std::string name = inspect::printable(analysis::task_name(analysis.model(), task));
  return row.id == 0 ? name : fmt::format("task {} {}", row.id, name);
}

std::string place_label(const Analysis& analysis, analysis::PlaceIndex place) {
  const analysis::Place& row = analysis.model().places[place];
  const std::string_view file = analysis.model().strings[row.file];
  if (file.empty()) return "";
  return fmt::format(" at {}:{}", inspect::printable(file.substr(file.rfind('/') + 1)), row.line);
}

std::string stack_text(const Analysis& analysis, TaskIndex task, EventIndex moment) {
  std::string text;
  unsigned level = 0;
  for (const analysis::LogicalFrame& frame : analysis.logical_stack(task, moment)) {
    text += fmt::format("  {} {}{}, {}\n", level == 0 ? "->" : "awaited by",
                        task_label(analysis, frame.task), place_label(analysis, frame.place),
                        analysis::state_name(frame.state));
    ++level;
  }
  TaskIndex parent = analysis.model().tasks[task].parent;
  for (unsigned i = 0; i < 64 && parent != kNone; ++i) {
    text += fmt::format("  created by {}{}\n", task_label(analysis, parent),
                        place_label(analysis, analysis.model().tasks[task].place));
    task = parent;
    parent = analysis.model().tasks[parent].parent;
  }
  const auto request = analysis.request_of(task, moment);
  if (request != kNone) {
    const auto name = analysis.model().strings[analysis.model().requests[request].name];
    text += fmt::format("  for request {} {}\n", request, inspect::printable(name));
  }
  return text;
}

/// Behind a resume the task runs: that is what the user wants to see. Before all others.
CommandOutput jump_to(Shell& shell, const Standpoint& at, EventIndex event, TaskIndex task,
                      const char* what) {
  shell.chosen_task = task;
  CommandOutput output =
      shell.jump({event}, fmt::format("{} of {}", what, task_label(*at.analysis, task)));
  return output;
}

/// What the event is for the task.
const char* event_word(const Standpoint& at, EventIndex event) {
  if (event == at.analysis->end_of(at.task)) return "end";
  return at.analysis->segment_resumed_at(event) != kNone ? "resume" : "suspend";
}

CommandOutput no_more(const Standpoint& at, const char* what) {
  return failure(fmt::format("{}: {}", task_label(*at.analysis, at.task), what));
}

CommandOutput async_next(Shell& shell, const std::string& /*arguments*/) {
  const auto at = standpoint(shell);
  if (!at) return failure(kNoTasks);
  const EventIndex next = std::min(
      {at->analysis->next_resume(at->task, at->moment),
       at->analysis->next_suspend(at->task, at->moment),
       at->analysis->end_of(at->task) > at->moment ? at->analysis->end_of(at->task) : kNone});
  if (next == kNone) return no_more(*at, "it neither runs nor stops behind this moment");
  return jump_to(shell, *at, next, at->task, event_word(*at, next));
}

CommandOutput reverse_async_next(Shell& shell, const std::string& /*arguments*/) {
  const auto at = standpoint(shell);
  if (!at) return failure(kNoTasks);
  const EventIndex resume = at->analysis->previous_resume(at->task, at->moment);
  const EventIndex suspend = at->analysis->previous_suspend(at->task, at->moment);
  if (resume == kNone && suspend == kNone)
    return no_more(*at, "it neither ran nor stopped before this moment");
  const EventIndex last = resume == kNone    ? suspend
                          : suspend == kNone ? resume
                                             : std::max(resume, suspend);
  return jump_to(shell, *at, last, at->task, event_word(*at, last));
}

/// The tasks that this one created or awaits.
std::vector<TaskIndex> children(const Standpoint& at) {
  std::vector<TaskIndex> all = at.analysis->children(at.task);
  const auto& tasks = at.analysis->model().tasks;
  for (TaskIndex i = 0; i < tasks.size(); ++i) {
    if (tasks[i].awaiter == at.task && tasks[i].parent != at.task) all.push_back(i);
  }
  return all;
}

CommandOutput async_step(Shell& shell, const std::string& /*arguments*/) {
  const auto at = standpoint(shell);
  if (!at) return failure(kNoTasks);
  EventIndex first = kNone;
  TaskIndex into = kNone;
  for (const TaskIndex child : children(*at)) {
    const EventIndex resume = at->analysis->next_resume(child, at->moment);
    if (resume < first) first = resume, into = child;
  }
  if (into == kNone) return async_next(shell, "");
  return jump_to(shell, *at, first, into, "resume");
}

CommandOutput reverse_async_step(Shell& shell, const std::string& /*arguments*/) {
  const auto at = standpoint(shell);
  if (!at) return failure(kNoTasks);
  EventIndex last = 0;
  TaskIndex into = kNone;
  for (const TaskIndex child : children(*at)) {
    const EventIndex end = at->analysis->end_of(child);
    const EventIndex stop =
        end < at->moment ? end : at->analysis->previous_suspend(child, at->moment);
    if (stop != kNone && stop >= last && stop < at->moment) last = stop, into = child;
  }
  if (into == kNone) return reverse_async_next(shell, "");
  return jump_to(shell, *at, last, into, "end");
}

CommandOutput async_finish(Shell& shell, const std::string& /*arguments*/) {
  const auto at = standpoint(shell);
  if (!at) return failure(kNoTasks);
  const EventIndex end = at->analysis->end_of(at->task);
  if (end == kNone) return no_more(*at, "it does not end in this recording");
  const TaskIndex awaiter = at->analysis->model().tasks[at->task].awaiter;
  const EventIndex resume = awaiter != kNone ? at->analysis->next_resume(awaiter, end) : kNone;
  if (resume != kNone && resume > at->moment) return jump_to(shell, *at, resume, awaiter, "resume");
  if (end <= at->moment) return no_more(*at, "it has ended before this moment");
  return jump_to(shell, *at, end, at->task, "end");
}

CommandOutput reverse_async_finish(Shell& shell, const std::string& /*arguments*/) {
  const auto at = standpoint(shell);
  if (!at) return failure(kNoTasks);
  const analysis::Task& task = at->analysis->model().tasks[at->task];
  if (task.created == kNone || task.created >= at->moment)
    return no_more(*at, "its creation is not before this moment");
  shell.chosen_task = task.parent == kNone ? at->task : task.parent;
  return shell.jump({task.created}, "creation of " + task_label(*at->analysis, at->task));
}

CommandOutput async_cause(Shell& shell, const std::string& /*arguments*/) {
  const auto at = standpoint(shell);
  if (!at) return failure(kNoTasks);
  const auto here = at->analysis->segment_resumed_at(at->moment);
  const EventIndex resume = here != kNone && at->analysis->model().segments[here].task == at->task
                                ? at->moment
                                : at->analysis->previous_resume(at->task, at->moment);
  const EventIndex cause = resume != kNone ? at->analysis->cause_of(resume) : kNone;
  if (cause == kNone) return no_more(*at, "what woke it is not known");
  const auto segment = at->analysis->segment_resumed_at(resume);
  const TaskIndex waker = at->analysis->model().segments[segment].cause_task;
  return jump_to(shell, *at, cause, waker == kNone ? at->task : waker, "wake");
}

CommandOutput async_effect(Shell& shell, const std::string& /*arguments*/) {
  const auto at = standpoint(shell);
  if (!at) return failure(kNoTasks);
  const auto& segments = at->analysis->model().segments;
  analysis::SegmentIndex first = kNone;
  for (const analysis::SegmentIndex segment : at->analysis->woken_by(at->task)) {
    if (segments[segment].cause_event < at->moment || segments[segment].resumed <= at->moment)
      continue;
    if (first == kNone || segments[segment].resumed < segments[first].resumed) first = segment;
  }
  if (first == kNone) return no_more(*at, "it wakes nobody behind this moment");
  return jump_to(shell, *at, segments[first].resumed, segments[first].task, "resume");
}

CommandOutput choose(Shell& shell, const Standpoint& at, TaskIndex task) {
  shell.chosen_task = task;
  std::string text = stack_text(*at.analysis, task, at.moment);
  const analysis::Task& row = at.analysis->model().tasks[task];
  const auto state = at.analysis->state(task, at.moment);
  const bool has_frame =
      row.kind == analysis::TaskKind::kCoroutine &&
      (state == analysis::TaskState::kWaiting || state == analysis::TaskState::kReady ||
       state == analysis::TaskState::kCreated);
  SourceDebugger* source = has_frame ? shell.session.source() : nullptr;
  if (source == nullptr || row.created == kNone) return success(text);
  const trace::EventView created = shell.session.events().at(row.created);
  if (created.argument_count() < 2) return success(text);
  const std::string locals = source->coroutine_locals(created.argument(1));
  if (!locals.empty()) text += "variables in its frame:\n" + locals;
  return success(text);
}

CommandOutput async_up(Shell& shell, const std::string& /*arguments*/) {
  const auto at = standpoint(shell);
  if (!at) return failure(kNoTasks);
  const auto stack = at->analysis->logical_stack(at->task, at->moment);
  if (stack.size() < 2) return no_more(*at, "nobody awaits it");
  return choose(shell, *at, stack[1].task);
}

CommandOutput async_down(Shell& shell, const std::string& /*arguments*/) {
  const auto at = standpoint(shell);
  if (!at) return failure(kNoTasks);
  for (const TaskIndex task : at->analysis->alive_at(at->moment)) {
    const auto stack = at->analysis->logical_stack(task, at->moment);
    if (stack.size() > 1 && stack[1].task == at->task) return choose(shell, *at, task);
  }
  return no_more(*at, "it awaits no task");
}

/// A suspended coroutine is a thread for LLDB: bt, up and frame variable speak of it from now on.
void select_thread_of(Shell& shell, const Analysis& analysis, TaskIndex task) {
  SourceDebugger* source = shell.session.source();
  if (source == nullptr || !shell.show_tasks()) return;
  const auto one = suspended_task(analysis, shell.session.events(), task, shell.session.moment());
  const uint32_t running = shell.session.travel(
      [](travel::Traveller& traveller) { return traveller.program().current_thread(); });
  if (!one || !source->select_thread(remote::TaskThreads::number_of(*one)))
    source->select_thread(running);
}

CommandOutput select_task(Shell& shell, const std::string& arguments) {
  const Analysis* analysis = shell.analysis();
  if (analysis == nullptr || !analysis->has_async_events()) return failure(kNoTasks);
  uint64_t id = 0;
  const auto [end, error] =
      std::from_chars(arguments.data(), arguments.data() + arguments.size(), id);
  if (error != std::errc() || end != arguments.data() + arguments.size())
    return failure("task NUMBER; tasks lists them");
  const TaskIndex task = analysis->find_task(id);
  if (task == kNone) return failure(fmt::format("there is no task {}; tasks lists them", id));
  select_thread_of(shell, *analysis, task);
  return choose(shell, {analysis, task, static_cast<EventIndex>(shell.session.moment())}, task);
}

CommandOutput list_tasks(Shell& shell, const std::string& /*arguments*/) {
  const Analysis* analysis = shell.analysis();
  if (analysis == nullptr || !analysis->has_async_events()) return failure(kNoTasks);
  const auto moment = static_cast<EventIndex>(shell.session.moment());
  const auto focus = shell.focus_task();
  std::string text;
  for (const TaskIndex task : analysis->alive_at(moment)) {
    if (analysis->model().tasks[task].id == 0) continue;
    const auto stack = analysis->logical_stack(task, moment);
    text += fmt::format("{} {}{}, {}\n", focus == task ? "*" : " ", task_label(*analysis, task),
                        stack.empty() ? "" : place_label(*analysis, stack[0].place),
                        analysis::state_name(analysis->state(task, moment)));
  }
  return success(text.empty() ? "no task is alive at this moment\n" : text);
}

CommandOutput list_requests(Shell& shell, const std::string& /*arguments*/) {
  const Analysis* analysis = shell.analysis();
  if (analysis == nullptr) return failure(kNoTasks);
  const auto& requests = analysis->model().requests;
  std::string text;
  for (analysis::RequestIndex i = 0; i < requests.size(); ++i) {
    const analysis::Request& request = requests[i];
    text += fmt::format(
        "{} {}, events {} to {}\n", i, inspect::printable(analysis->model().strings[request.name]),
        request.begin,
        request.end == kNone ? std::string("the end, unfinished") : fmt::to_string(request.end));
  }
  return success(text.empty() ? "no requests in this recording\n" : text);
}

CommandOutput where(Shell& shell, const std::string& /*arguments*/) {
  CommandOutput output;
  if (SourceDebugger* source = shell.session.source(); source != nullptr) {
    output = source->command("thread backtrace");
  } else {
    output = success(shell.stop_text("here"));
  }
  if (const auto at = standpoint(shell))
    output.text += "async:\n" + stack_text(*at->analysis, at->task, at->moment);
  return output;
}

struct SubCommand {
  const char* name;
  CommandOutput (*run)(Shell&, const std::string&);
};
constexpr std::array kForward = {
    SubCommand{"next", async_next},     SubCommand{"step", async_step},
    SubCommand{"finish", async_finish}, SubCommand{"cause", async_cause},
    SubCommand{"effect", async_effect}, SubCommand{"up", async_up},
    SubCommand{"down", async_down},
};
constexpr std::array kBackward = {
    SubCommand{"reverse-next", reverse_async_next},
    SubCommand{"reverse-step", reverse_async_step},
    SubCommand{"reverse-finish", reverse_async_finish},
    SubCommand{"reverse-cause", async_effect},
    SubCommand{"reverse-effect", async_cause},
};

CommandOutput async_command(Shell& shell, const std::string& arguments) {
  for (const SubCommand& sub : kForward) {
    if (arguments == sub.name) return sub.run(shell, "");
  }
  for (const SubCommand& sub : kBackward) {
    if (arguments == sub.name) return sub.run(shell, "");
  }
  return failure(
      "async next | step | finish | cause | effect | up | down, or async reverse-next ...");
}

constexpr std::array kCommands = {
    Command{"async", "", "next | step | finish | cause | effect | up | down | reverse-...",
            "move along the async graph",
            "next: to the next resume or suspend of the same task (an; back: ran)\n"
            "step: into the task that it awaits (as; back: ras)\n"
            "finish: to its end, and into who awaits it (af; back, to its creation: raf)\n"
            "cause: back to the event that woke it (ac)\n"
            "effect: on to what it woke (ae)\n"
            "up, down: select who awaits it, whom it awaits; the moment stays\n",
            async_command},
    Command{"an", "", "", "async next", "", async_next},
    Command{"as", "", "", "async step", "", async_step},
    Command{"af", "", "", "async finish", "", async_finish},
    Command{"ac", "", "", "async cause", "", async_cause},
    Command{"ae", "", "", "async effect", "", async_effect},
    Command{"ran", "", "", "async reverse-next", "", reverse_async_next},
    Command{"ras", "", "", "async reverse-step", "", reverse_async_step},
    Command{"raf", "", "", "async reverse-finish", "", reverse_async_finish},
    Command{"where", "", "",
            "how the program came here: the stack, who awaits it, who created that", "", where},
    Command{"tasks", "", "", "all tasks alive at this moment, and where each stands", "",
            list_tasks},
    Command{"task", "", "NUMBER",
            "select a task: its stack, the variables of a suspended coroutine",
            "A suspended coroutine is a thread for LLDB then: bt, up, frame variable and p speak\n"
            "of it. `thread list` shows all; `thread select 1` goes back.\n",
            select_task},
    Command{"requests", "", "", "all requests of the recording", "", list_requests},
};

}  // namespace

std::span<const Command> async_commands() {
  return kCommands;
}

}  // namespace weft::shell
