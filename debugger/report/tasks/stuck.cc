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
    return wrap(out_, view_.options().screen.width, 6);
  }

 private:
  void put_cycles() {
    const auto& cycles = view_.graph().cycles();
    for (size_t i = 0; i < std::min(cycles.size(), kShownCycles); ++i) {
      out_ += view_.options().screen.red(
                  fmt::format("{}CYCLE of {}: nothing in it can go on by itself",
                              cycles[i].size() == 1 ? "SELF-" : "", cycles[i].size())) +
              "\n";
      for (const uint32_t number : cycles[i]) {
        const WaitEdge& edge = view_.graph().edges()[number];
        const Waiting* waiting = view_.waiting_of(edge.from);
        out_ += "  " + edge_text(model_, view_.graph(), edge, waiting->place) +
                fmt::format(", since {}\n", view_.age(waiting->since));
        out_ += "    " + stack_text(analysis_, edge.from, view_.moment().event) + "\n";
      }
      out_ += "\n";
    }
    if (cycles.size() > kShownCycles)
      out_ += fmt::format("{} more circles\n\n", cycles.size() - kShownCycles);
    if (cycles.empty()) out_ += "No circle of tasks that wait for each other.\n\n";
  }

  /// Those that wait at the same place for the same kind of thing, the most first.
  void put_groups() {
    using Key = std::tuple<ExpressionIndex, PlaceIndex, Wait, TaskState>;
    std::map<Key, std::vector<const Waiting*>> groups;
    size_t folded = 0;
    for (const Waiting& waiting : view_.graph().waiting()) {
      if (view_.is_folded(waiting.task)) {
        ++folded;
        continue;
      }
      groups[{model_.tasks[waiting.task].expression, waiting.place, waiting.wait, waiting.state}]
          .push_back(&waiting);
    }
    std::vector<const std::vector<const Waiting*>*> sorted;
    for (const auto& [key, members] : groups) sorted.push_back(&members);
    std::ranges::stable_sort(sorted, std::ranges::greater{},
                             [](const auto* members) { return members->size(); });
    out_ += view_.options().screen.bold("waiting at " + view_.moment_text()) + "\n";
    for (size_t i = 0; i < std::min(sorted.size(), kShownGroups); ++i) put_group(*sorted[i]);
    if (sorted.empty()) out_ += "  nobody\n";
    if (sorted.size() > kShownGroups)
      out_ += fmt::format("  {} more places left out\n", sorted.size() - kShownGroups);
    if (folded > 0)
      out_ += fmt::format("folded: {} handlers and library-internal tasks (--all)\n", folded);
  }

  void put_group(const std::vector<const Waiting*>& members) {
    const Waiting& oldest =
        **std::ranges::min_element(members, {}, [](const Waiting* w) { return w->since; });
    const std::string place = place_text(model_, oldest.place);
    if (members.size() == 1) {
      out_ += fmt::format("  {} {} for {}: {}\n", task_text(model_, oldest.task),
                          state_name(oldest.state), view_.age(oldest.since),
                          waiting_text(model_, view_.graph(), oldest));
    } else {
      out_ +=
          fmt::format("  {} x {} {}{}{}, the oldest {} for {}: {}\n", members.size(),
                      inspect::printable(task_name(model_, oldest.task)), state_name(oldest.state),
                      place.empty() ? "" : " at ", place, task_text(model_, oldest.task),
                      view_.age(oldest.since), waiting_text(model_, view_.graph(), oldest));
    }
    out_ += "    " + stack_text(analysis_, oldest.task, view_.moment().event) + "\n";
  }

  /// Threads that were kept waiting inside a task while others were ready.
  void put_blocked() {
    for (const TaskIndex thread : analysis_.alive_at(view_.moment().event)) {
      const Task& task = model_.tasks[thread];
      if (task.kind != TaskKind::kKernelThread) continue;
      const TaskIndex current = analysis_.current_task(task.thread, view_.moment().event);
      const Segment& segment =
          model_.segments[analysis_.last_segment(current, view_.moment().event)];
      if (current == thread || view_.moment().time <= segment.start) continue;
      const double seconds = analysis_.seconds(view_.moment().time - segment.start);
      if (seconds < kLongSeconds) continue;
      const auto ready = std::ranges::count_if(view_.graph().waiting(), [](const Waiting& waiting) {
        return waiting.state == TaskState::kReady;
      });
      out_ += fmt::format("{} has been inside {} for {}; {} tasks are ready behind it\n",
                          task_text(model_, thread), task_text(model_, current),
                          duration_text(seconds), ready);
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
