// `weft tasks`: the tasks that are alive, as a table or as a tree.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "debugger/report/tasks/task_view.h"
#include "debugger/report/text/columns.h"
#include "debugger/report/text/task_texts.h"
#include "weft/trace/event.h"

namespace weft::report {

namespace {

constexpr size_t kMaxRows = 1000;

class TaskList {
 public:
  explicit TaskList(const TaskView& view)
      : view_(view), analysis_(view.analysis()), model_(view.model()) {}

  std::string make() {
    put_list();
    return std::move(out_);
  }

 private:
  void put_list() {
    using Align = Columns::Align;
    Columns columns({{"STATE"},
                     {"SINCE", Align::kRight},
                     {"AGE", Align::kRight},
                     {"TASK", Align::kLeft, true},
                     {"AT", Align::kLeft, true},
                     {"WAITING FOR", Align::kLeft, true}});
    size_t folded = 0, rows = 0, left = 0;
    for (const auto& [task, depth] : ordered_tasks()) {
      if (view_.is_folded(task)) {
        ++folded;
      } else if (rows == kMaxRows && !view_.options().all) {
        ++left;
      } else {
        ++rows;
        columns.add(row_of(task, depth));
      }
    }
    if (!columns.empty()) out_ += columns.text(view_.options().screen);
    std::string footer =
        fmt::format("{} alive at {}{}", rows + folded + left, view_.moment_text(), exit_text());
    if (left > 0) footer += fmt::format("; {} left out (--all shows them)", left);
    if (folded > 0)
      footer += fmt::format("; {} handlers and library-internal tasks folded (--all)", folded);
    out_ += wrap(footer, view_.options().screen.width, 4) + "\n";
    if (!view_.graph().cycles().empty())
      out_ += view_.options().screen.red(fmt::format("{} CYCLE{}: see weft tasks --stuck\n",
                                                     view_.graph().cycles().size(),
                                                     view_.graph().cycles().size() > 1 ? "S" : ""));
  }

  /// At the end of a program that ended by itself, what is alive was cut off: the thread that ended
  /// it is not.
  std::string exit_text() const {
    const Totals& totals = model_.totals;
    if (view_.moment().event < analysis_.total_events() ||
        totals.last_kind != static_cast<uint8_t>(trace::EventKind::kExit))
      return "";
    return fmt::format(" (the program ended with exit status {})", totals.last_result);
  }

  std::vector<std::pair<TaskIndex, uint32_t>> ordered_tasks() const {
    const auto alive = analysis_.alive_at(view_.moment().event);
    std::vector<std::pair<TaskIndex, uint32_t>> ordered;
    if (!view_.options().tree) {
      for (const TaskIndex task : alive) ordered.emplace_back(task, 0);
      return ordered;
    }
    std::unordered_map<TaskIndex, std::vector<TaskIndex>> children;
    for (const TaskIndex task : alive) children[living_parent(task)].push_back(task);
    std::vector<std::pair<TaskIndex, uint32_t>> open;
    const auto push = [&](TaskIndex parent, uint32_t depth) {
      const auto at = children.find(parent);
      if (at == children.end()) return;
      for (auto child = at->second.rbegin(); child != at->second.rend(); ++child)
        open.emplace_back(*child, depth);
    };
    push(kNone, 0);
    while (!open.empty()) {
      const auto [task, depth] = open.back();
      open.pop_back();
      ordered.emplace_back(task, depth);
      push(task, depth + (view_.is_folded(task) ? 0 : 1));
    }
    return ordered;
  }

  /// A task that has ended is left out of the tree; its children move up.
  TaskIndex living_parent(TaskIndex task) const {
    for (TaskIndex parent = model_.tasks[task].parent; parent != kNone && parent < task;
         task = parent, parent = model_.tasks[parent].parent) {
      if (analysis_.state(parent, view_.moment().event) != TaskState::kEnded) return parent;
    }
    return kNone;
  }

  std::vector<std::string> row_of(TaskIndex number, uint32_t depth) const {
    const Task& task = model_.tasks[number];
    const Waiting* waiting = view_.waiting_of(number);
    const Waiting* thread = view_.thread_of(number);
    const Segment& last = model_.segments[analysis_.last_segment(number, view_.moment().event)];
    const Ticks since = thread != nullptr     ? std::max(thread->since, last.start)
                        : waiting != nullptr  ? waiting->since
                        : last.task == number ? last.start
                                              : task.created_time;
    const bool waits = waiting != nullptr && waiting->place != kNone;
    const PlaceIndex place = waits ? waiting->place : last.resume_place;
    return {view_.state_text(number),
            view_.age(since),
            view_.age(task.created_time),
            std::string(2 * std::min(depth, 20u), ' ') + task_text(model_, number),
            place_text(model_, place != kNone ? place : task.place),
            thread != nullptr    ? waiting_text(model_, view_.graph(), *thread)
            : waiting != nullptr ? waiting_text(model_, view_.graph(), *waiting)
                                 : ""};
  }

  const TaskView& view_;
  const Analysis& analysis_;
  const Model& model_;
  std::string out_;
};

}  // namespace

std::string task_list_text(const TaskView& view) {
  return TaskList(view).make();
}

}  // namespace weft::report
