#include "debugger/page/thread_lanes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "debugger/analysis/model/expressions.h"
#include "debugger/page/time_buckets.h"
#include "debugger/report/text/task_texts.h"
#include "debugger/report/text/words.h"
#include "replayer/inspect/escape.h"

namespace weft::page {

namespace {

constexpr size_t kChartBuckets = 600;
constexpr size_t kBusyBuckets = 1200;
constexpr uint32_t kMostNested = 64;
constexpr double kPercent = 100;

double hundredths(double value) {
  return std::round(value * kPercent) / kPercent;
}

/// The longest of them, in the order in which they were.
template <class Item>
size_t keep_longest(std::vector<Item>& items, size_t limit) {
  if (items.size() <= limit) return 0;
  const size_t left_out = items.size() - limit;
  std::vector<Ticks> lengths;
  for (const Item& item : items) lengths.push_back(item.length());
  std::ranges::nth_element(lengths, lengths.begin() + static_cast<ptrdiff_t>(limit),
                           std::ranges::greater{});
  const Ticks shortest = lengths[limit];
  std::erase_if(items, [shortest](const Item& item) { return item.length() < shortest; });
  size_t ties = items.size() - limit;  // as long as the shortest that stays: as many as need be go
  std::erase_if(
      items, [&](const Item& item) { return item.length() == shortest && ties > 0 && ties-- > 0; });
  return left_out;
}

struct Interval {
  Ticks from, to;
  ThreadNumber thread{0};
  uint32_t row = 0;  ///< of the table that it is from
  uint32_t depth = 0;
  Ticks length() const { return to - std::min(from, to); }
};

class Lanes {
 public:
  Lanes(const Analysis& analysis, const LaneLimits& limits)
      : analysis_(analysis), model_(analysis.model()), limits_(limits), clock_(analysis) {
    begin_ = analysis.info().start();
    end_ = std::max(model_.totals.last_time, begin_ + Ticks(1));
  }

  Json make() {
    read_segments();
    read_blocked();
    Json out;
    out["span"] = clock_.at(end_);
    out["concurrency"] = concurrency();
    out["left_out"] = {{"segments", keep_longest(segments_, limits_.segments)},
                       {"blocked", keep_longest(blocked_, limits_.blocked)},
                       {"ready", keep_longest(ready_, limits_.ready)}};
    const bool shows_busy = out["left_out"]["segments"] != 0;
    const auto segments = by_thread(segments_), blocked = by_thread(blocked_),
               ready = by_thread(ready_);
    const auto busy = shows_busy ? busy_by_thread() : std::map<ThreadNumber, TimeBuckets>();
    out["lanes"] = Json::array();
    for (const auto thread : model_.task_of_thread.numbers()) {
      Json one = lane(thread, of(segments, thread));
      one["busy"] = nullptr;
      if (shows_busy)
        one["busy"] =
            busy_json(busy.find(thread) == busy.end() ? TimeBuckets(begin_, end_, kBusyBuckets)
                                                      : busy.at(thread));
      one["blocked"] = blocked_json(of(blocked, thread));
      one["ready"] = ready_json(of(ready, thread));
      out["lanes"].push_back(std::move(one));
    }
    out["calls"] = calls_.json();
    out["strings"] = strings_.json();
    return out;
  }

 private:
  Ticks finish_of(const Segment& segment) const {
    return segment.end == SegmentEnd::kOpen ? end_ : segment.finish;
  }

  uint32_t depth_of(const Segment& segment) const {
    uint32_t depth = 0;
    for (SegmentIndex at = segment.outer; at != kNone && depth < kMostNested; ++depth)
      at = model_.segments[at].outer;
    return depth;
  }

  void read_segments() {
    TimeBuckets running(begin_, end_, kChartBuckets), ready(begin_, end_, kChartBuckets);
    for (const SegmentIndex i : model_.segments.numbers()) {
      const Segment& segment = model_.segments[i];
      const uint32_t depth = depth_of(segment);
      const auto row = static_cast<uint32_t>(i.value());
      segments_.push_back({segment.start, finish_of(segment), segment.thread, row, depth});
      if (depth == 0) running.add(segment.start, finish_of(segment));
      if (segment.ready == Ticks() || segment.ready >= segment.start) continue;
      ready_.push_back({segment.ready, segment.start, segment.thread, row, 0});
      ready.add(segment.ready, segment.start);
    }
    for (const auto i : model_.ready_tasks.numbers()) {
      const ReadyTask& task = model_.ready_tasks[i];
      const auto row = static_cast<uint32_t>(i.value());
      ready_.push_back({task.since, end_, model_.tasks[task.task].thread, row, kNeverRan});
      ready.add(task.since, end_);
    }
    running_ = running.averages();
    ready_average_ = ready.averages();
  }

  void read_blocked() {
    for (const auto i : model_.blocked_calls.numbers()) {
      const BlockedCall& call = model_.blocked_calls[i];
      const Ticks finish = call.event == kNone ? end_ : call.finish;
      blocked_.push_back({call.start, finish, call.thread, static_cast<uint32_t>(i.value()), 0});
    }
  }

  Json concurrency() const {
    TimeBuckets open(begin_, end_, kChartBuckets);
    const bool others = std::ranges::any_of(model_.requests.numbers(), [this](RequestIndex i) {
      return model_.requests[i].kind != RequestKind::kRootTask;
    });
    for (const RequestIndex i : model_.requests.numbers()) {
      const Request& request = model_.requests[i];
      if (others && request.kind == RequestKind::kRootTask) continue;
      open.add(request.start, request.end == kNone ? end_ : request.finish);
    }
    Json out;
    out["bucket"] = clock_.length(end_ - begin_) / static_cast<double>(kChartBuckets);
    out["requests"] = rounded(open.averages());
    out["running"] = rounded(running_);
    out["ready"] = rounded(ready_average_);
    return out;
  }

  static Json rounded(const std::vector<double>& values) {
    Json out = Json::array();
    for (const double value : values) out.push_back(hundredths(value));
    return out;
  }

  using ByThread = std::map<ThreadNumber, std::vector<Interval>>;

  static ByThread by_thread(const std::vector<Interval>& intervals) {
    ByThread groups;
    for (const Interval& one : intervals) groups[one.thread].push_back(one);
    return groups;
  }

  static std::vector<Interval> of(const ByThread& groups, ThreadNumber thread) {
    const auto found = groups.find(thread);
    return found == groups.end() ? std::vector<Interval>() : found->second;
  }

  std::map<ThreadNumber, TimeBuckets> busy_by_thread() const {
    std::map<ThreadNumber, TimeBuckets> busy;
    for (const SegmentIndex i : model_.segments.numbers()) {
      const Segment& segment = model_.segments[i];
      if (segment.outer != kNone) continue;
      busy.try_emplace(segment.thread, begin_, end_, kBusyBuckets)
          .first->second.add(segment.start, finish_of(segment));
    }
    return busy;
  }

  Json lane(ThreadNumber thread, const std::vector<Interval>& segments) {
    Json out;
    out["title"] = report::task_text(model_, model_.task_of_thread[thread]);
    for (const char* name : {"start", "duration", "depth", "name", "task", "request", "event"})
      out[name] = Json::array();
    for (const Interval& one : segments) {
      const Segment& segment = model_.segments[SegmentIndex(one.row)];
      add_interval(out, one);
      out["depth"].push_back(one.depth);
      add_task(out, segment.task, segment.resumed);
    }
    return out;
  }

  void add_interval(Json& out, const Interval& one) const {
    out["start"].push_back(clock_.at(one.from));
    out["duration"].push_back(clock_.length(one.length()));
  }

  void add_task(Json& out, TaskIndex task, EventIndex event) {
    out["name"].push_back(strings_.add(inspect::printable(task_name(model_, task))));
    out["task"].push_back(model_.tasks[task].id);
    const RequestIndex request = model_.tasks[task].request;
    out["request"].push_back(request == kNone ? 0 : request.value() + 1);
    out["event"].push_back(event_json(event));
  }

  static Json busy_json(const TimeBuckets& busy) {
    Json out = Json::array();
    for (const double value : busy.averages())
      out.push_back(std::lround(std::min(1.0, value) * kPercent));
    return out;
  }

  Json blocked_json(const std::vector<Interval>& blocked) {
    Json out;
    for (const char* name : {"start", "duration", "call", "event", "inside"})
      out[name] = Json::array();
    for (const Interval& one : blocked) {
      const BlockedCall& call = model_.blocked_calls[RowIndex<BlockedCall>(one.row)];
      add_interval(out, one);
      out["call"].push_back(calls_.add(report::blocked_text(model_, call)));
      out["event"].push_back(event_json(call.event));
      // In a task, or where the thread had none to run.
      out["inside"].push_back(model_.tasks[call.task].kind != TaskKind::kKernelThread ? 1 : 0);
    }
    return out;
  }

  Json ready_json(const std::vector<Interval>& ready) {
    Json out;
    for (const char* name : {"start", "duration", "name", "task", "request", "event"})
      out[name] = Json::array();
    for (const Interval& one : ready) {
      add_interval(out, one);
      if (one.depth == kNeverRan) {
        const ReadyTask& task = model_.ready_tasks[RowIndex<ReadyTask>(one.row)];
        add_task(out, task.task, task.cause_event);
      } else {
        const Segment& segment = model_.segments[SegmentIndex(one.row)];
        add_task(out, segment.task, segment.resumed);
      }
    }
    return out;
  }

  static constexpr uint32_t kNeverRan = 1;  ///< as an interval's depth: it is a row of ready_tasks

  const Analysis& analysis_;
  const Model& model_;
  const LaneLimits& limits_;
  Clock clock_;
  Ticks begin_, end_;
  std::vector<Interval> segments_, blocked_, ready_;
  std::vector<double> running_, ready_average_;
  Strings strings_, calls_;
};

}  // namespace

Json thread_lanes(const Analysis& analysis, const LaneLimits& limits) {
  return Lanes(analysis, limits).make();
}

}  // namespace weft::page
