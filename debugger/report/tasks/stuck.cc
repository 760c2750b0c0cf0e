// `weft tasks --stuck`: tasks that wait for each other, where all others wait, which task blocks a
// thread.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "debugger/analysis/model/expressions.h"
#include "debugger/report/tasks/task_view.h"
#include "debugger/report/text/task_texts.h"
#include "replayer/inspect/escape.h"

namespace weft::report {

namespace {

constexpr size_t kShownCycles = 10;
constexpr size_t kShownGroups = 20;
/// A thread that has been inside one task for so long gets a line of its own.
constexpr double kLongSeconds = 0.01;

class StuckText {
 public:
  explicit StuckText(const TaskView& view)
      : view_(view), analysis_(view.analysis()), model_(view.model()) {}

  std::string make() {
    put_cycles();
    put_groups();
    put_blocked();
    if (!view_.not_replayed().empty())
      out_ += fmt::format(
          "Without a replay ({}), it is not known in which calls threads are blocked, at which "
          "lines, and which threads own their locks.\n",
          inspect::printable(view_.not_replayed()));
    return wrap(out_, view_.options().screen.width, 6);
  }

 private:
  void put_cycles() {
    const auto& cycles = view_.graph().cycles();
    for (size_t i = 0; i < std::min(cycles.size(), kShownCycles); ++i) {
      out_ += view_.options().screen.red(
                  fmt::format("{}CYCLE of {}{}: nothing in it can go on by itself",
                              cycles[i].size() == 1 ? "SELF-" : "", cycles[i].size(),
                              cycle_condition(view_.graph(), cycles[i]))) +
              "\n";
      for (const uint32_t number : cycles[i]) {
        const WaitEdge& edge = view_.graph().edges()[number];
        const Waiting& waiting = view_.graph().waiting_of(edge.from);
        out_ += fmt::format("  {}, for {}\n", edge_text(model_, view_.graph(), edge),
                            view_.age(waiting.since));
        if (const std::string stack = stack_of(waiting); !stack.empty())
          out_ += "    " + stack + "\n";
      }
      out_ += "\n";
    }
    if (cycles.size() > kShownCycles)
      out_ += fmt::format("{} more cycles\n\n", cycles.size() - kShownCycles);
    if (cycles.empty()) put_no_cycle();
  }

  /// An all-clear only if, for each task that waits, it is known which task can end the wait.
  void put_no_cycle() {
    const auto& waiting = view_.graph().waiting();
    const auto unknown = std::ranges::count_if(
        waiting, [this](const Waiting& one) { return view_.graph().is_owner_unknown(one); });
    if (unknown > 0) {
      out_ += unknown == 1 ? "1 waits for something whose owner is not known.\n\n"
                           : fmt::format(
                                 "{} wait for something whose owner is not known, so they "
                                 "may wait for each other.\n\n",
                                 unknown);
    } else if (std::ranges::any_of(waiting,
                                   [](const Waiting& one) { return !one.edges.empty(); })) {
      out_ += "No cycle of tasks that wait for each other.\n\n";
    }
  }

  std::string stack_of(const Waiting& waiting) const {
    if (waiting.stand != nullptr) return thread_stack_text(*waiting.stand);
    if (waiting.fiber != nullptr && waiting.fiber->place() != nullptr)
      return fiber_stack_text(*waiting.fiber);
    return stack_text(analysis_, waiting.task, view_.moment().event);
  }

  /// Those that wait at the same place for the same kind of thing, the most first.
  void put_groups() {
    using Key = std::tuple<ExpressionIndex, PlaceIndex, Wait, TaskState, std::string>;
    std::map<Key, std::vector<const Waiting*>> groups;
    size_t folded = 0;
    for (const Waiting& waiting : view_.graph().waiting()) {
      if (view_.is_folded(waiting.task)) {
        ++folded;
        continue;
      }
      // Threads that stand at one place in one call, whatever they are called.
      const std::string stand = waiting.stand != nullptr
                                    ? waiting.stand->through + thread_stack_text(*waiting.stand)
                                : waiting.fiber != nullptr ? fiber_stack_text(*waiting.fiber)
                                                           : "";
      groups[{model_.tasks[waiting.task].expression, waiting.place, waiting.wait, waiting.state,
              stand}]
          .push_back(&waiting);
    }
    std::vector<const std::vector<const Waiting*>*> sorted;
    for (const auto& [key, members] : groups) sorted.push_back(&members);
    std::ranges::stable_sort(sorted, std::ranges::greater{},
                             [](const auto* members) { return members->size(); });
    out_ += view_.options().screen.bold("waiting at " + view_.moment_text()) + "\n";
    for (size_t i = 0; i < std::min(sorted.size(), kShownGroups); ++i) put_group(*sorted[i]);
    if (sorted.empty()) out_ += "  no task\n";
    if (sorted.size() > kShownGroups)
      out_ += fmt::format("  {} more places left out\n", sorted.size() - kShownGroups);
    if (folded > 0)
      out_ += fmt::format("folded: {} handlers and library-internal tasks (--all)\n", folded);
  }

  void put_group(const std::vector<const Waiting*>& members) {
    const Waiting& oldest =
        **std::ranges::min_element(members, {}, [](const Waiting* w) { return w->since; });
    const std::string place = oldest.stand != nullptr   ? stand_place_text(*oldest.stand)
                              : oldest.fiber != nullptr ? stand_place_text(*oldest.fiber)
                                                        : place_text(model_, oldest.place);
    const std::string state = view_.state_text(oldest.task);
    if (members.size() == 1) {
      out_ += fmt::format("  {} {} for {}: {}\n", task_text(model_, oldest.task), state,
                          view_.age(oldest.since), waiting_text(model_, view_.graph(), oldest));
    } else {
      out_ += fmt::format("  {} x {} {}{}{}, the oldest {} for {}: {}\n", members.size(),
                          group_name(oldest.task), state, place.empty() ? "" : " at ", place,
                          task_text(model_, oldest.task), view_.age(oldest.since),
                          waiting_text(model_, view_.graph(), oldest));
    }
    const std::string stack = stack_of(oldest);
    if (!stack.empty()) out_ += "    " + stack + "\n";
  }

  /// Threads have numbers in their names.
  std::string group_name(TaskIndex task) const {
    if (model_.tasks[task].kind == TaskKind::kKernelThread) return "thread";
    return inspect::printable(task_name(model_, task));
  }

  /// Threads that are inside a task while others are ready, or that run in it for long. One that is
  /// blocked where nobody is ready is idle, or has its line above.
  void put_blocked() {
    const auto ready = std::ranges::count_if(view_.graph().waiting(), [](const Waiting& waiting) {
      return waiting.state == TaskState::kReady;
    });
    for (const TaskIndex thread : analysis_.alive_at(view_.moment().event)) {
      const Task& task = model_.tasks[thread];
      if (task.kind != TaskKind::kKernelThread) continue;
      const TaskIndex current = analysis_.current_task(task.thread, view_.moment().event);
      const Segment& segment =
          model_.segments[analysis_.last_segment(current, view_.moment().event)];
      if (current == thread || view_.moment().time <= segment.start) continue;
      const double seconds = analysis_.seconds(view_.moment().time - segment.start);
      const bool idle = ready == 0 && view_.waiting_of(thread) != nullptr;
      if (seconds < kLongSeconds || idle) continue;
      out_ += fmt::format("{} has been inside {} for {}", task_text(model_, thread),
                          task_text(model_, current), duration_text(seconds));
      if (ready > 0)
        out_ += fmt::format("; {} task{} ready meanwhile", ready, ready > 1 ? "s are" : " is");
      out_ += "\n";
    }
  }

  const TaskView& view_;
  const Analysis& analysis_;
  const Model& model_;
  std::string out_;
};

}  // namespace

std::string stuck_text(const TaskView& view) {
  return StuckText(view).make();
}

}  // namespace weft::report
