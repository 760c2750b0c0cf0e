#include "debugger/analysis/statistics.h"

#include <algorithm>
#include <map>

#include "debugger/analysis/cancellation.h"

namespace weft::analysis {

namespace {

Ticks percentile(std::vector<Ticks>& lives, double share) {
  if (lives.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(lives.size() - 1));
  std::nth_element(lives.begin(), lives.begin() + at, lives.end());
  return lives[static_cast<size_t>(at)];
}

class ExpressionCount {
 public:
  ExpressionCount(const Analysis& analysis, ExpressionIndex expression)
      : analysis_(analysis), model_(analysis.model()) {
    figures_.expression = expression;
  }

  void add(TaskIndex number) {
    const Task& task = model_.tasks[number];
    ++figures_.started;
    figures_.done += task.outcome == Outcome::kDone;
    figures_.failed += task.outcome == Outcome::kFailed;
    figures_.unfinished += task.outcome == Outcome::kOpen;
    const Ticks end = task.ended == kNone ? model_.totals.last_time : task.ended_time;
    const Ticks life = end - std::min(end, task.created_time);
    figures_.total += life;
    if (task.ended != kNone) lives_.push_back(life);
    changes_.emplace_back(task.created_time, 1);
    if (task.ended != kNone) changes_.emplace_back(task.ended_time, -1);
    add_times(number);
    if (task.outcome == Outcome::kCancelled) add_cancelled(number);
  }

  ExpressionFigures finish() {
    figures_.p50 = percentile(lives_, 0.5);
    figures_.p99 = percentile(lives_, 0.99);
    figures_.longest = percentile(lives_, 1);
    std::sort(changes_.begin(), changes_.end());
    int now = 0, most = 0;
    for (const auto& [time, change] : changes_) most = std::max(most, now += change);
    figures_.most_alive = static_cast<uint32_t>(most);
    for (auto& [key, cancelled] : cancelled_) {
      cancelled.never_reached = next_place(cancelled.place);
      figures_.cancelled_at.push_back(cancelled);
    }
    std::ranges::stable_sort(figures_.cancelled_at, std::ranges::greater{}, &CancelledAt::count);
    return std::move(figures_);
  }

 private:
  void add_times(TaskIndex number) {
    const TaskTimes times = analysis_.times(number);
    figures_.times.running += times.running;
    figures_.times.blocked += times.blocked;
    figures_.times.ready += times.ready;
    figures_.times.waiting += times.waiting;
    const Task& task = model_.tasks[number];
    PlaceIndex before = 0;
    for (uint32_t i = 0; i < task.segment_count; ++i) {
      const Segment& segment = model_.segments[model_.segment_of(task, i)];
      figures_.longest_ready = std::max(figures_.longest_ready, segment.start - segment.ready);
      if (before != 0 && segment.suspend_place != 0) ++next_[{before, segment.suspend_place}];
      before = segment.suspend_place;
    }
  }

  /// Where it stopped last: one that is told of its cancellation runs once more, and ends.
  PlaceIndex last_stop(const Task& task) const {
    for (uint32_t i = task.segment_count; i > 0; --i) {
      const Segment& segment = model_.segments[model_.segment_of(task, i - 1)];
      if (segment.suspend_place != 0) return segment.suspend_place;
    }
    return 0;
  }

  void add_cancelled(TaskIndex number) {
    ++figures_.cancelled;
    const Cancellation found = cancellation_of(analysis_, number);
    const ExpressionIndex by = found.by == kNone ? kNone : model_.tasks[found.by].expression;
    CancelledAt& cancelled = cancelled_[{found.place, by}];
    if (cancelled.count++ > 0) return;
    cancelled.place = found.place;
    cancelled.example = number;
    cancelled.by = by;
    cancelled.by_place = found.by_place;
  }

  /// Where those of the expression that were not cancelled stopped next, most often.
  PlaceIndex next_place(PlaceIndex place) const {
    PlaceIndex best = 0;
    uint32_t most = 0;
    for (const auto& [step, count] : next_) {
      if (step.first != place || step.second == place || count <= most) continue;
      most = count;
      best = step.second;
    }
    return best;
  }

  const Analysis& analysis_;
  const Model& model_;
  ExpressionFigures figures_;
  std::vector<Ticks> lives_;
  std::vector<std::pair<Ticks, int>> changes_;
  std::map<std::pair<PlaceIndex, PlaceIndex>, uint32_t> next_;
  std::map<std::pair<PlaceIndex, ExpressionIndex>, CancelledAt> cancelled_;
};

}  // namespace

std::vector<ExpressionFigures> figures(const Analysis& analysis) {
  const Model& model = analysis.model();
  std::vector<std::vector<TaskIndex>> tasks(model.expressions.size());
  for (TaskIndex number = 0; number < model.tasks.size(); ++number) {
    const Task& task = model.tasks[number];
    if (task.kind != TaskKind::kKernelThread && task.expression < tasks.size())
      tasks[task.expression].push_back(number);
  }
  std::vector<ExpressionFigures> all;
  for (ExpressionIndex expression = 0; expression < tasks.size(); ++expression) {
    if (tasks[expression].empty()) continue;
    ExpressionCount count(analysis, expression);
    for (const TaskIndex number : tasks[expression]) count.add(number);
    all.push_back(count.finish());
  }
  std::ranges::stable_sort(all, std::ranges::greater{}, &ExpressionFigures::total);
  return all;
}

}  // namespace weft::analysis
