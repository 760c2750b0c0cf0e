// Tools about events and what caused what: search_events, who_woke, who_cancelled.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "debugger/analysis/questions/cancellation.h"
#include "debugger/mcp/tool.h"
#include "debugger/report/text/words.h"
#include "debugger/shell/session/task_names.h"
#include "debugger/shell/session/task_words.h"
#include "replayer/inspect/event_text.h"
#include "replayer/inspect/index_text.h"

namespace weft::mcp {
namespace {

using analysis::Analysis;
using analysis::TaskIndex;
using trace::EventIndex;

constexpr size_t kEventsOnPage = 40;
constexpr uint64_t kLookUpAfter = 1 << 16;  ///< events between two looks at a client's interrupt

std::string event_line(Recording& recording, EventIndex index) {
  const trace::EventView event = recording.session->events().at(index);
  return fmt::format("[{}] T{} {}", index, event.header().thread, inspect::event_text(event));
}

Answer search_events(Recording& recording, const Arguments& arguments) {
  const std::string text = *arguments.text("filter");
  const auto filter = shell::EventFilter::parse(text, recording.shell->trace_context());
  if (!filter) return failed(filter.error());
  const shell::EventLog& events = recording.session->events();
  const EventIndex from(std::min(arguments.number("from").value_or(0), events.count()));
  const uint64_t skipped = (std::max<uint64_t>(arguments.page(), 1) - 1) * kEventsOnPage;
  uint64_t found = 0;
  std::string lines;
  events.first(from, events.end(), [&](EventIndex index, const trace::EventView& event) {
    if (filter->takes(index, event)) {
      if (found >= skipped && found < skipped + kEventsOnPage)
        lines += event_line(recording, index) + "\n";
      ++found;
    }
    return index.value() % kLookUpAfter == 0 && recording.shell->interrupted();
  });
  if (recording.shell->interrupted()) return failed("interrupted");
  return {.text = fmt::format("{} {} from event {} on\n", found, found == 1 ? "event" : "events",
                              from) +
                  lines,
          .command = debug_command(recording, {"events " + text}),
          .pages = std::max<uint64_t>((found + kEventsOnPage - 1) / kEventsOnPage, 1)};
}

/// A task that the client named, or the one that runs at this moment.
Result<TaskIndex> task_of(Recording& recording, const Arguments& arguments) {
  const Analysis* analysis = recording.shell->analysis();
  if (analysis == nullptr || !analysis->has_async_events())
    return Error{ErrorClass::kUsage, shell::kNoTasks, ""};
  const auto id = arguments.number("task");
  if (!id) {
    const auto focus = recording.shell->focus_task();
    if (focus) return *focus;
    return Error{ErrorClass::kUsage, "no task runs at this moment", "give task; tasks lists them"};
  }
  const TaskIndex task = *id == 0 ? TaskIndex() : analysis->find_task(analysis::TaskId(*id));
  if (task == kNone)
    return Error{ErrorClass::kUsage, fmt::format("there is no task {}", *id), "tasks lists them"};
  return task;
}

Answer who_woke(Recording& recording, const Arguments& arguments) {
  const auto task = task_of(recording, arguments);
  if (!task) return failed(task.error());
  const Analysis& analysis = *recording.shell->analysis();
  const EventIndex moment = recording.session->moment();
  const auto here = analysis.segment_resumed_at(moment);
  const bool resumed_here = here != kNone && analysis.model().segments[here].task == *task;
  const EventIndex resume = resumed_here ? moment : analysis.previous_resume(*task, moment);
  const std::string name = shell::numbered_task(analysis, *task);
  if (resume == kNone) {
    const EventIndex next = analysis.next_resume(*task, moment);
    return failed(fmt::format("{} had not run before this moment{}", name,
                              next == kNone ? std::string(", and does not run later")
                                            : fmt::format("\n  it runs first at event {}: goto "
                                                          "that, and ask again",
                                                          next)));
  }
  const analysis::Segment& segment = analysis.model().segments[analysis.segment_resumed_at(resume)];
  std::string text = fmt::format("{} was resumed at event {}{}\n", name, resume,
                                 shell::place_label(analysis, segment.resume_place));
  const EventIndex cause = analysis.cause_of(resume);
  if (cause == kNone)
    return {.text = text + "what made it ready is not known\n",
            .command = debug_command(recording, {})};
  text += fmt::format("cause: {}\n", report::cause_name(segment.cause));
  text += fmt::format("made ready by event {}\n", event_line(recording, cause));
  if (segment.cause_task != kNone)
    text += fmt::format("by {}\n", shell::numbered_task(analysis, segment.cause_task));
  return {
      .text = text,
      .command = terminal_command(recording, fmt::format("debug -c 'goto {}' -c where", cause))};
}

std::string canceller(const Analysis& analysis, const analysis::Cancellation& found) {
  if (found.by == kNone) return "what cancelled it is not known\n";
  const std::string place = shell::place_label(analysis, found.by_place);
  std::string text = "cancelled by " + shell::numbered_task(analysis, found.by) +
                     (place.empty() ? "\n" : ", which had gone on" + place + "\n");
  if (found.racer != kNone)
    text +=
        fmt::format("in a race that {} waited for{}\n", shell::numbered_task(analysis, found.racer),
                    shell::place_label(analysis, found.race_place));
  return text;
}

Answer who_cancelled(Recording& recording, const Arguments& arguments) {
  const auto number = task_of(recording, arguments);
  if (!number) return failed(number.error());
  const Analysis& analysis = *recording.shell->analysis();
  const analysis::Task& task = analysis.model().tasks[*number];
  const std::string name = shell::numbered_task(analysis, *number);
  if (task.outcome != analysis::Outcome::kCancelled) {
    return {.text = task.ended == kNone
                        ? name + " has not ended in this recording: nothing cancelled it\n"
                        : fmt::format("{} was not cancelled: it ended at event {}, {}\n", name,
                                      EventIndex(task.ended), report::outcome_name(task.outcome)),
            .command = debug_command(recording, {})};
  }
  const auto found = analysis::Cancellations(analysis).of(*number);
  const std::string place = shell::place_label(analysis, found.place);
  return {.text = fmt::format("{} was cancelled at event {}, {}\n", name, EventIndex(task.ended),
                              place.empty() ? "before it had run" : "where it waited" + place) +
                  canceller(analysis, found),
          .command = terminal_command(
              recording, fmt::format("debug -c 'goto {}' -c where", EventIndex(task.ended)))};
}

constexpr std::array kSearchParameters = {
    Parameter{
        "filter", ParameterKind::kText, Need::kRequired,
        "Which events, such as: sendto where bytes ~ \"UPDATE orders\"; read where fd == 7 && "
        "result < 0; task cancelled where task ~ fetch; wake where request == 41"},
    Parameter{"from", ParameterKind::kNumber, Need::kOptional, "Only from this event on"}};
constexpr std::array kTaskParameters = {
    Parameter{"task", ParameterKind::kNumber, Need::kOptional,
              "The number of the task; without it: the one that runs at this moment"}};

constexpr std::array kCauseTools = {
    Tool{"who_woke", "What made a task run",
         "Which event, and which task, made a task ready to run when it went on last before this "
         "moment.",
         kTaskParameters, who_woke},
    Tool{"who_cancelled", "What cancelled a task",
         "Where a cancelled task waited, and which task cancelled it.", kTaskParameters,
         who_cancelled},
    Tool{"search_events", "Search the events",
         "The events (system calls, signals, wakes, resumes ...) that match a filter, in order.",
         kSearchParameters, search_events},
};

}  // namespace

std::span<const Tool> cause_tools() {
  return kCauseTools;
}

}  // namespace weft::mcp
