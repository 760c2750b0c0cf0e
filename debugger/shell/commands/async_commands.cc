// async next, step, finish, cause, effect and back: along the async graph.
//
// All of them are look-ups in the analysis of the trace, and one jump; next also replays the
// segments of the task to know its lines.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "debugger/shell/commands/commands.h"
#include "debugger/shell/commands/coroutine_lines.h"
#include "debugger/shell/session/shell.h"
#include "debugger/shell/session/task_words.h"
#include "replayer/inspect/index_text.h"

namespace weft::shell {
namespace {

using analysis::Analysis;
using analysis::TaskIndex;

/// Where the user stands in the async graph.
struct Standpoint {
  const Analysis* analysis = nullptr;
  TaskIndex task = kNone;
  EventIndex moment{0};
  EventIndex passed{0};  ///< the last event that is not ahead: in program code the one before
};

std::optional<Standpoint> standpoint(Shell& shell) {
  const auto task = shell.focus_task();
  if (!task) return std::nullopt;
  const travel::Instant here = shell.session.here();
  const EventIndex moment = here.event;
  const bool nothing_passed = here.before_event() || moment == EventIndex(0);
  return Standpoint{shell.analysis(), *task, moment, nothing_passed ? moment : moment - 1};
}

/// To just before an event of the task.
CommandOutput jump_to(Shell& shell, const Standpoint& at, EventIndex event, TaskIndex task,
                      const char* what) {
  CommandOutput output =
      shell.jump({event}, fmt::format("{} of {}", what, numbered_task(*at.analysis, task)));
  shell.chosen_task = task;
  return output;
}

/// To the first line of the task's that comes after a resume; to the resume if that is not known.
CommandOutput jump_into(Shell& shell, const Standpoint& at, EventIndex resume, TaskIndex task) {
  const travel::Instant start = shell.session.here();
  CommandOutput output = jump_to(shell, at, resume, task, "resume");
  auto lines = CoroutineLines::of(shell, task);
  const auto line = lines ? lines->next({resume}) : std::nullopt;
  if (!line) return output;
  shell.past.back() = start;
  return shell.jump_silently(*line, "line of " + numbered_task(*at.analysis, task));
}

/// By line, over suspensions, if that is possible here: CoroutineLines::next or previous.
template <class Go>
std::optional<CommandOutput> jump_by_line(Shell& shell, const Standpoint& at, Go go) {
  auto lines = CoroutineLines::of(shell, at.task);
  if (!lines) return std::nullopt;
  const auto line = go(*lines, shell.session.here());
  if (shell.interrupted()) return failure("interrupted");
  if (!line) return std::nullopt;
  return shell.jump(*line, "line of " + numbered_task(*at.analysis, at.task));
}

/// What the event is for the task.
const char* event_word(const Standpoint& at, EventIndex event) {
  if (event == at.analysis->end_of(at.task)) return "end";
  return at.analysis->segment_resumed_at(event) != kNone ? "resume" : "suspend";
}

CommandOutput no_more(const Standpoint& at, const char* what) {
  return failure(fmt::format("{}: {}", numbered_task(*at.analysis, at.task), what));
}

CommandOutput async_next(Shell& shell, const std::string& /*arguments*/) {
  const auto at = standpoint(shell);
  if (!at) return failure(kNoTasks);
  const auto line = [](CoroutineLines& lines, const auto& now) { return lines.next(now); };
  if (auto went = jump_by_line(shell, *at, line)) return *went;
  const EventIndex next = std::min(
      {at->analysis->next_resume(at->task, at->passed),
       at->analysis->next_suspend(at->task, at->passed),
       at->analysis->end_of(at->task) > at->passed ? at->analysis->end_of(at->task) : kNone});
  if (next == kNone) return no_more(*at, "it neither runs nor stops after this moment");
  return jump_to(shell, *at, next, at->task, event_word(*at, next));
}

CommandOutput reverse_async_next(Shell& shell, const std::string& /*arguments*/) {
  const auto at = standpoint(shell);
  if (!at) return failure(kNoTasks);
  const auto line = [](CoroutineLines& lines, const auto& now) { return lines.previous(now); };
  if (auto went = jump_by_line(shell, *at, line)) return *went;
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
  for (const TaskIndex i : tasks.numbers()) {
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
    const EventIndex resume = at->analysis->next_resume(child, at->passed);
    if (resume < first) first = resume, into = child;
  }
  if (into == kNone) return async_next(shell, "");
  return jump_into(shell, *at, first, into);
}

CommandOutput reverse_async_step(Shell& shell, const std::string& /*arguments*/) {
  const auto at = standpoint(shell);
  if (!at) return failure(kNoTasks);
  EventIndex last(0);
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
  if (resume != kNone && resume > at->passed) return jump_into(shell, *at, resume, awaiter);
  if (end <= at->passed) return no_more(*at, "it has ended before this moment");
  return jump_to(shell, *at, end, at->task, "end");
}

CommandOutput reverse_async_finish(Shell& shell, const std::string& /*arguments*/) {
  const auto at = standpoint(shell);
  if (!at) return failure(kNoTasks);
  const analysis::Task& task = at->analysis->model().tasks[at->task];
  if (task.created == kNone || task.created >= at->moment)
    return no_more(*at, "its creation is not before this moment");
  CommandOutput output =
      shell.jump({task.created}, "creation of " + numbered_task(*at->analysis, at->task));
  shell.chosen_task = task.parent == kNone ? at->task : task.parent;
  return output;
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
    if (segments[segment].cause_event < at->passed || segments[segment].resumed <= at->passed)
      continue;
    if (first == kNone || segments[segment].resumed < segments[first].resumed) first = segment;
  }
  if (first == kNone) return no_more(*at, "it wakes no task after this moment");
  return jump_into(shell, *at, segments[first].resumed, segments[first].task);
}

struct SubCommand {
  const char* name;
  CommandOutput (*run)(Shell&, const std::string&);
};
constexpr std::array kSubCommands = {
    SubCommand{"next", async_next},
    SubCommand{"step", async_step},
    SubCommand{"finish", async_finish},
    SubCommand{"cause", async_cause},
    SubCommand{"effect", async_effect},
    SubCommand{"up", async_up},
    SubCommand{"down", async_down},
    SubCommand{"reverse-next", reverse_async_next},
    SubCommand{"reverse-step", reverse_async_step},
    SubCommand{"reverse-finish", reverse_async_finish},
    SubCommand{"reverse-cause", async_effect},
    SubCommand{"reverse-effect", async_cause},
};

CommandOutput async_command(Shell& shell, const std::string& arguments) {
  for (const SubCommand& sub : kSubCommands) {
    if (arguments == sub.name) return sub.run(shell, "");
  }
  return failure(
      "async next | step | finish | cause | effect | up | down, or async reverse-next ...");
}

constexpr std::array kAsyncCommands = {
    Command{
        "async", "", "next | step | finish | cause | effect | up | down | reverse-...",
        "go from task to task, or along one coroutine",
        "The task is the one in focus: the selected one, or else the one that runs.\n"
        "  next (an)     to the next line of its coroutine, over suspensions; without line\n"
        "                information, to its next resume or suspend\n"
        "  step (as)     into the task that it awaits\n"
        "  finish (af)   to its end, and into the task that awaits it\n"
        "  cause (ac)    back to the event that woke it\n"
        "  effect (ae)   forward to what it woke\n"
        "  up, down      select the task that awaits it, or that it awaits, at this moment\n"
        "Back: reverse-next (ran), reverse-step (ras), reverse-finish (raf: to its creation).\n",
        async_command},
    Command{"an", "", "", "async next: the next line of the coroutine, over suspensions", "",
            async_next},
    Command{"as", "", "", "async step: into the task that it awaits", "", async_step},
    Command{"af", "", "", "async finish: to its end, into the task that awaits it", "",
            async_finish},
    Command{"ac", "", "", "async cause: back to the event that woke it", "", async_cause},
    Command{"ae", "", "", "async effect: forward to what it woke", "", async_effect},
    Command{"ran", "", "", "async reverse-next: the previous line of the coroutine", "",
            reverse_async_next},
    Command{"ras", "", "", "async reverse-step: back into the task that it awaited", "",
            reverse_async_step},
    Command{"raf", "", "", "async reverse-finish: back to its creation", "", reverse_async_finish},
};

}  // namespace

std::span<const Command> async_commands() {
  return kAsyncCommands;
}

}  // namespace weft::shell
