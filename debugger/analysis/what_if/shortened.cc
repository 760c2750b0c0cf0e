#include "debugger/analysis/what_if/shortened.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "debugger/analysis/model/ends.h"

namespace weft::analysis {

namespace {

using Span = std::pair<Ticks, Ticks>;

/// The part of [from, to] that is in one of the spans, which are sorted and do not overlap.
Ticks overlap_with(const std::vector<Span>& spans, Ticks from, Ticks to) {
  Ticks sum{};
  const auto ends_before = [from](const Span& span) { return span.second <= from; };
  for (auto at = std::ranges::partition_point(spans, ends_before);
       at != spans.end() && at->first < to; ++at) {
    sum += std::min(at->second, to) - std::max(at->first, from);
  }
  return sum;
}

void merge(std::vector<Span>& spans) {
  std::ranges::sort(spans);
  std::vector<Span> merged;
  for (const Span& span : spans) {
    if (!merged.empty() && span.first <= merged.back().second) {
      merged.back().second = std::max(merged.back().second, span.second);
    } else {
      merged.push_back(span);
    }
  }
  spans = std::move(merged);
}

/// One request, once more.
class Rerun {
 public:
  Rerun(const Analysis& analysis, const RequestGroups& groups, RequestIndex number,
        const std::function<bool(const Exchange&)>& gone)
      : analysis_(analysis),
        model_(analysis.model()),
        groups_(groups),
        number_(number),
        request_(model_.requests[number]) {
    for (const ExchangeIndex i : groups.exchanges(number)) {
      const Exchange& exchange = model_.exchanges[i];
      if (!gone(exchange)) continue;
      // Within the request: one without an answer lasts to the end of the recording.
      const Ticks start = std::max(exchange.start, request_.start);
      const Ticks end = std::min(finish_of(model_, exchange), finish_of(model_, request_));
      if (start < end) gone_[exchange.task].emplace_back(start, end);
    }
    for (auto& [task, spans] : gone_) merge(spans);
  }

  bool waits() const { return !gone_.empty(); }
  Ticks waited() const {
    Ticks sum{};
    for (const auto& [task, spans] : gone_) {
      for (const auto& [first, last] : spans) sum += last - std::min(first, last);
    }
    return sum;
  }

  /// How much sooner it is done.
  Ticks gain() {
    const Ticks length = length_of(model_, request_);
    if (model_.tasks[request_.task].kind == TaskKind::kKernelThread) {
      const auto spans = gone_.find(request_.task);
      return spans == gone_.end() ? Ticks{}
                                  : std::min(length, overlap_with(spans->second, request_.start,
                                                                  finish_of(model_, request_)));
    }
    for (const SegmentIndex i : segments()) gains_[i] = gain_of(i);
    const EventIndex end =
        request_.end == kNone ? analysis_.total_events() : EventIndex(request_.end) + 1;
    return std::min({length, gain_at(request_.task, end), length - least_length(end)});
  }

 private:
  /// It is not done before the tasks are done that it awaits; those that were done when they were
  /// awaited have made nobody wait, so far.
  Ticks least_length(EventIndex end) const {
    Ticks least{};
    for (const TaskIndex number : groups_.tasks(number_)) {
      const Task& task = model_.tasks[number];
      if (task.awaiter == kNone || task.ended == kNone || task.ended >= end) continue;
      const Ticks done =
          task.ended_time - std::min(task.ended_time, gain_at(number, EventIndex(task.ended) + 1));
      least = std::max(least, done - std::min(done, request_.start));
    }
    return std::min(least, length_of(model_, request_));
  }

  /// Of its tasks, while it ran: in the order of their beginnings.
  std::vector<SegmentIndex> segments() const {
    std::vector<SegmentIndex> all;
    const auto add = [&](TaskIndex number) {
      const Task& task = model_.tasks[number];
      for (uint32_t i = 0; i < task.segment_count; ++i) {
        const SegmentIndex segment = model_.segment_of(task, i);
        const PackedEvent resumed = model_.segments[segment].resumed;
        const bool before_end = request_.end == kNone || resumed <= request_.end;
        if (resumed > request_.begin && before_end) all.push_back(segment);
      }
    };
    for (const TaskIndex task : groups_.tasks(number_)) add(task);
    if (model_.tasks[request_.task].request != number_) add(request_.task);
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  /// Of what the task did just before the event.
  Ticks gain_at(TaskIndex task, EventIndex event) const {
    const auto found = gains_.find(analysis_.last_segment(task, event));
    return found == gains_.end() ? Ticks{} : found->second;
  }

  Ticks gain_of(SegmentIndex number) const {
    const Segment& segment = model_.segments[number];
    const Task& task = model_.tasks[segment.task];
    const SegmentIndex before = analysis_.last_segment(segment.task, segment.resumed);
    const Ticks stopped = before != kNone ? model_.segments[before].finish : task.created_time;
    const Ticks own = before != kNone        ? gain_at(segment.task, segment.resumed)
                      : task.parent != kNone ? gain_at(task.parent, task.created)
                                             : Ticks{};
    const Ticks base = std::min(stopped, segment.start);
    if (const auto spans = gone_.find(segment.task); spans != gone_.end()) {
      const Ticks gone = overlap_with(spans->second, base, segment.start);
      if (gone > Ticks{}) return own + gone;
    }
    if (!is_woken_by_ours(segment)) return own;
    // The later one of both: what it would have waited for before, and what woke it.
    const Ticks woken = std::clamp(segment.ready, base, segment.start);
    const Ticks cause = gain_at(segment.cause_task, EventIndex(segment.cause_event) + 1);
    const Ticks stops = base - std::min(base, own), wakes = woken - std::min(woken, cause);
    const Ticks now = std::max(stops, wakes);
    return woken - std::min(woken, now);
  }

  bool is_woken_by_ours(const Segment& segment) const {
    if (segment.cause_task == kNone || segment.cause_task == segment.task ||
        segment.cause_event == kNone || segment.cause_event < request_.begin)
      return false;
    switch (segment.cause) {
      case Cause::kChild:
      case Cause::kWake:
      case Cause::kRelease:
      case Cause::kResumer:
      case Cause::kSwitch:
      case Cause::kCreated:
        return segment.cause_task == request_.task ||
               model_.tasks[segment.cause_task].request == number_;
      default:
        return false;
    }
  }

  const Analysis& analysis_;
  const Model& model_;
  const RequestGroups& groups_;
  RequestIndex number_;
  const Request& request_;
  std::map<TaskIndex, std::vector<Span>> gone_;    ///< waits, by task
  std::unordered_map<SegmentIndex, Ticks> gains_;  ///< how much sooner each begins
};

}  // namespace

Shortened without(const Analysis& analysis, const RequestGroups& groups,
                  std::span<const RequestIndex> requests,
                  const std::function<bool(const Exchange&)>& gone) {
  Shortened result;
  for (const RequestIndex number : requests) {
    const Ticks length = length_of(analysis.model(), analysis.model().requests[number]);
    Rerun rerun(analysis, groups, number, gone);
    result.before.push_back(length);
    result.after.push_back(length - (rerun.waits() ? rerun.gain() : Ticks{}));
    result.requests += rerun.waits();
    result.waited += rerun.waited();
  }
  return result;
}

}  // namespace weft::analysis
