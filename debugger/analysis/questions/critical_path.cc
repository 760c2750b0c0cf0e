#include "debugger/analysis/questions/critical_path.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

namespace weft::analysis {

namespace {

/// A request of a million wakes has no path that anybody reads to its end.
constexpr size_t kMaxSteps = 100'000;

class PathWalk {
 public:
  PathWalk(const Analysis& analysis, const RequestGroups& groups, RequestIndex request)
      : analysis_(analysis),
        model_(analysis.model()),
        exchanges_(groups.exchanges(request)),
        number_(request),
        request_(model_.requests[request]) {}

  std::vector<CriticalStep> walk() {
    if (model_.tasks[request_.task].kind == TaskKind::kKernelThread) return thread_waits();
    TaskIndex task = request_.task;
    event_ = request_.end == kNone ? kNone : request_.end;
    time_ = request_.end == kNone ? model_.totals.last_time : request_.finish;
    while (task != kNone && time_ > request_.start && steps_.size() < kMaxSteps) {
      const Ticks before = time_;
      const EventIndex event_before = event_;
      task = step(task);
      if (time_ == before && event_ == event_before) break;
    }
    std::reverse(steps_.begin(), steps_.end());
    return std::move(steps_);
  }

 private:
  /// A thread that serves several at once: nothing is known of what it did for this one. Where the
  /// program says what it works for, it is that.
  std::vector<CriticalStep> thread_waits() {
    const Ticks end = request_.end == kNone ? model_.totals.last_time : request_.finish;
    for (const auto i : model_.blocked_calls.numbers()) {
      const BlockedCall& call = model_.blocked_calls[i];
      if (request_.kind != RequestKind::kExplicit || call.task != request_.task ||
          call.waited_for == kNone)
        continue;
      CriticalStep step;
      step.from = std::max(call.start, request_.start);
      step.to = std::min(call.finish, end);
      step.task = call.task;
      step.kind = StepKind::kWaiting;
      step.wait = Wait::kTask;
      step.awaited = call.waited_for;
      if (step.to > step.from) steps_.push_back(step);
    }
    return std::move(steps_);
  }

  bool is_ours(TaskIndex task) const {
    return task != kNone && model_.tasks[task].kind != TaskKind::kKernelThread &&
           (task == request_.task || model_.tasks[task].request == number_);
  }

  void add(CriticalStep step, Ticks from) {
    step.from = std::max(from, request_.start);
    step.to = time_;
    if (step.to > step.from) steps_.push_back(step);
    time_ = std::min(time_, std::max(from, request_.start));
  }

  /// One segment of `task` and the wait before it, backwards from `time_`. Returns what comes
  /// before that.
  TaskIndex step(TaskIndex task) {
    const SegmentIndex last = analysis_.last_segment(task, event_);
    const Segment& segment = model_.segments[last];
    if (last == kNone) return created(task);
    const bool stopped = segment.ended != kNone && segment.ended < event_;
    if (stopped) {  // it still waits, or is told nothing about: up to now
      wait(task, segment, kNone, segment.finish);
      event_ = segment.ended;
    }
    run(task, segment);
    event_ = segment.resumed;
    if (time_ <= request_.start) return kNone;
    CriticalStep ready;
    ready.task = task;
    ready.kind = StepKind::kReady;
    if (segment.cause != Cause::kUnknown && segment.cause != Cause::kResumer)
      add(ready, segment.ready);
    return before(task, segment);
  }

  /// The segment's own time; the part that it was blocked is one step of its own.
  void run(TaskIndex task, const Segment& segment) {
    CriticalStep step;
    step.task = task;
    step.place = segment.resume_place;
    if (segment.blocked > (segment.finish - segment.start) / 2) step.kind = StepKind::kBlocked;
    add(step, segment.start);
  }

  TaskIndex before(TaskIndex task, const Segment& segment) {
    const TaskIndex by = segment.cause_task;
    switch (segment.cause) {
      case Cause::kOperation:
        return before_operation(task, segment);
      case Cause::kChild:
      case Cause::kWake:
      case Cause::kRelease:
      case Cause::kResumer:
      case Cause::kSwitch:
        if (is_ours(by) && by != task) {
          event_ = std::min<EventIndex>(event_, segment.cause_event);
          if (segment.cause == Cause::kChild && event_ != kNone) ++event_;  // its last segment
          return by;
        }
        break;
      case Cause::kCreated:
        return created(task);
      default:
        break;
    }
    return before_wait(task, segment);
  }

  TaskIndex created(TaskIndex task) {
    const Task& row = model_.tasks[task];
    CriticalStep step;
    step.task = task;
    step.kind = StepKind::kReady;
    add(step, row.created_time);
    event_ = std::min<EventIndex>(event_, row.created);
    return is_ours(row.parent) ? row.parent : TaskIndex();
  }

  /// Waiting since the task's segment before this one.
  TaskIndex before_wait(TaskIndex task, const Segment& segment) {
    const SegmentIndex earlier = analysis_.last_segment(task, segment.resumed);
    if (earlier == kNone) return created(task);
    const Segment& stopped = model_.segments[earlier];
    wait(task, stopped, kNone, stopped.finish);
    event_ = segment.resumed;
    return task;
  }

  TaskIndex before_operation(TaskIndex task, const Segment& segment) {
    const TaskIndex handler = segment.cause_task;
    const OperationIndex number = model_.tasks[handler].kind == TaskKind::kHandler
                                      ? model_.tasks[handler].operation
                                      : model_.tasks[task].operation;
    if (number == kNone) return before_wait(task, segment);
    const Operation& operation = model_.operations[number];
    const SegmentIndex earlier = analysis_.last_segment(task, segment.resumed);
    const Segment& stopped = model_.segments[earlier];
    const Ticks since = earlier != kNone ? std::max(stopped.finish, operation.started_time)
                                         : operation.started_time;
    if (is_cancelled_by_ours(operation, task)) {
      const SegmentIndex theirs =
          analysis_.last_segment(operation.cancelled_by, operation.cancelled);
      wait(task, stopped, number, std::max(since, model_.segments[theirs].finish));
      event_ = operation.cancelled;
      return operation.cancelled_by;
    }
    wait(task, stopped, number, since);
    event_ =
        earlier != kNone && stopped.ended > operation.started ? segment.resumed : operation.started;
    if (earlier != kNone) return task;
    return is_ours(operation.owner) ? operation.owner : kNone;
  }

  /// It did not last until its own end: the time before that belongs to the task that cancelled it.
  bool is_cancelled_by_ours(const Operation& operation, TaskIndex task) const {
    return operation.error == ECANCELED && operation.cancelled != kNone &&
           operation.cancelled < event_ && operation.cancelled_by != task &&
           is_ours(operation.cancelled_by) &&
           analysis_.last_segment(operation.cancelled_by, operation.cancelled) != kNone;
  }

  void wait(TaskIndex task, const Segment& stopped, OperationIndex operation, Ticks since) {
    CriticalStep step;
    step.task = task;
    step.kind = StepKind::kWaiting;
    step.operation = operation;
    step.place = stopped.suspend_place;
    step.wait = stopped.wait;
    step.exchange = exchange_during(std::max(since, request_.start), time_);
    add(step, since);
  }

  /// The exchange of this request that takes up most of the time between.
  ExchangeIndex exchange_during(Ticks from, Ticks to) const {
    ExchangeIndex best = kNone;
    Ticks most = (to - std::min(from, to)) / 2;
    for (const ExchangeIndex number : exchanges_) {
      const Exchange& exchange = model_.exchanges[number];
      const Ticks end = exchange.last == kNone ? to : exchange.finish;
      const Ticks first = std::max(from, exchange.start), last = std::min(to, end);
      if (last > first && last - first > most) {
        most = last - first;
        best = number;
      }
    }
    return best;
  }

  const Analysis& analysis_;
  const Model& model_;
  std::span<const ExchangeIndex> exchanges_;
  RequestIndex number_;
  const Request& request_;
  EventIndex event_ = kNone;  ///< everything from here on is told
  Ticks time_{};
  std::vector<CriticalStep> steps_;
};

}  // namespace

const char* step_name(StepKind kind) {
  constexpr const char* kNames[] = {"running", "blocked", "ready, not run", "waiting"};
  return kNames[static_cast<size_t>(kind)];
}

std::vector<CriticalStep> critical_path(const Analysis& analysis, const RequestGroups& groups,
                                        RequestIndex request) {
  return PathWalk(analysis, groups, request).walk();
}

ShareKey share_key(const Model& model, const CriticalStep& step) {
  if (step.exchange != kNone) return {step.kind, kNone, model.exchanges[step.exchange].what, kNone};
  return {step.kind, model.tasks[step.task].expression, kNone,
          step.kind == StepKind::kWaiting ? step.place : PlaceIndex()};
}

std::vector<Share> shares_of(const Model& model, const std::vector<CriticalStep>& path) {
  std::map<std::pair<ShareKey, TaskIndex>, Share> by_what;
  for (const CriticalStep& step : path) {
    Share& share = by_what[{share_key(model, step), step.awaited}];
    if (share.steps == 0 || step.to - step.from > share.example.to - share.example.from)
      share.example = step;
    share.ticks += step.to - step.from;
    ++share.steps;
  }
  std::vector<Share> shares;
  for (const auto& [key, share] : by_what) shares.push_back(share);
  std::stable_sort(shares.begin(), shares.end(),
                   [](const Share& a, const Share& b) { return a.ticks > b.ticks; });
  return shares;
}

}  // namespace weft::analysis
