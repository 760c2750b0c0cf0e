#include "debugger/analysis/questions/statistics.h"

#include <algorithm>
#include <map>

#include "debugger/analysis/model/ranking.h"
#include "debugger/analysis/questions/cancellation.h"

namespace weft::analysis {

namespace {

class ExpressionCount {
 public:
  ExpressionCount(const Analysis& analysis, const Cancellations& cancellations,
                  ExpressionIndex expression)
      : analysis_(analysis), model_(analysis.model()), cancellations_(cancellations) {
    figures_.expression = expression;
  }

  void add(TaskIndex number) {
    const Task& task = model_.tasks[number];
    ++figures_.started;
    figures_.last = number;
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
      const auto [place, expression] = next_step(cancelled.place);
      cancelled.never_reached = place;
      cancelled.never_ran = expression;
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
    PlaceIndex before = kNone;
    for (uint32_t i = 0; i < task.segment_count; ++i) {
      const Segment& segment = model_.segments[model_.segment_of(task, i)];
      figures_.longest_ready = std::max(figures_.longest_ready, segment.start - segment.ready);
      if (before != kNone && segment.suspend_place != kNone) add_step(before, segment);
      before = segment.suspend_place;
    }
  }

  void add_step(PlaceIndex before, const Segment& segment) {
    Step& step = next_[{before, segment.suspend_place}];
    if (step.count++ > 0 || segment.wait != Wait::kTask) return;
    const TaskIndex awaited = model_.find_task(TaskId(segment.object));
    if (awaited != kNone) step.awaited = model_.tasks[awaited].expression;
  }

  void add_cancelled(TaskIndex number) {
    ++figures_.cancelled;
    const Cancellation found = cancellations_.of(number);
    const ExpressionIndex by =
        found.by == kNone ? ExpressionIndex() : model_.tasks[found.by].expression;
    CancelledAt& cancelled = cancelled_[{found.place, by}];
    if (cancelled.count++ > 0) return;
    cancelled.place = found.place;
    cancelled.example = number;
    cancelled.by = by;
    cancelled.by_place = found.by_place;
    cancelled.race_place = found.race_place;
  }

  /// Where those of the expression that were not cancelled stopped next, most often, and what they
  /// awaited there.
  std::pair<PlaceIndex, ExpressionIndex> next_step(PlaceIndex place) const {
    std::pair<PlaceIndex, ExpressionIndex> best;
    uint32_t most = 0;
    for (const auto& [places, step] : next_) {
      if (places.first != place || places.second == place || step.count <= most) continue;
      most = step.count;
      best = {places.second, step.awaited};
    }
    return best;
  }

  struct Step {
    uint32_t count = 0;
    ExpressionIndex awaited = kNone;
  };

  const Analysis& analysis_;
  const Model& model_;
  const Cancellations& cancellations_;
  ExpressionFigures figures_;
  std::vector<Ticks> lives_;
  std::vector<std::pair<Ticks, int>> changes_;
  std::map<std::pair<PlaceIndex, PlaceIndex>, Step> next_;
  std::map<std::pair<PlaceIndex, ExpressionIndex>, CancelledAt> cancelled_;
};

}  // namespace

std::vector<ExpressionFigures> figures(const Analysis& analysis) {
  const Model& model = analysis.model();
  IndexVector<ExpressionIndex, std::vector<TaskIndex>> tasks(model.expressions.size());
  for (const TaskIndex number : model.tasks.numbers()) {
    const Task& task = model.tasks[number];
    if (task.kind != TaskKind::kKernelThread && tasks.has(task.expression))
      tasks[task.expression].push_back(number);
  }
  const Cancellations cancellations(analysis);
  std::vector<ExpressionFigures> all;
  for (const ExpressionIndex expression : tasks.numbers()) {
    if (tasks[expression].empty()) continue;
    ExpressionCount count(analysis, cancellations, expression);
    for (const TaskIndex number : tasks[expression]) count.add(number);
    all.push_back(count.finish());
  }
  std::ranges::stable_sort(all, std::ranges::greater{}, &ExpressionFigures::total);
  return all;
}

}  // namespace weft::analysis
