#include "debugger/analysis/threads/held_up.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace weft::analysis {

namespace {

/// Tasks that were held up, of which it is found out by whom.
constexpr size_t kMaxCompared = 256;
/// Segments before the one in question that may have held its thread.
constexpr uint32_t kMaxEarlier = 100'000;
/// Segments after a call that are looked at for those that were ready during it.
constexpr uint32_t kMaxLater = 100'000;

Ticks ready_time(const Segment& segment) {
  const bool known = segment.cause != Cause::kUnknown && segment.cause != Cause::kResumer;
  return known ? segment.start - std::min(segment.start, segment.ready) : Ticks{};
}

/// A handler that only resumes a coroutine: that one was held up.
bool only_resumes(const Model& model, SegmentIndex number) {
  const Segment& inner = model.segments[number + 1];
  return inner.outer == number && inner.ready == model.segments[number].ready;
}

/// The task that ran on the thread of `number` for most of the time that its task was ready. Time
/// that others ran inside a segment is theirs.
void find_holder(const Model& model, HeldUp& held_up) {
  const Segment& late = model.segments[held_up.segment];
  std::unordered_map<TaskIndex, Ticks> held;
  const SegmentIndex first = held_up.segment - std::min(held_up.segment.value(), kMaxEarlier);
  for (SegmentIndex i = held_up.segment; i > first; --i) {
    const Segment& segment = model.segments[i - 1];
    if (segment.thread != late.thread || segment.finish <= late.ready) continue;
    const Ticks from = std::max(segment.start, late.ready);
    const Ticks to = std::min(segment.finish, late.start);
    if (to > from) held[segment.task] += to - from - std::min(to - from, segment.nested);
    if (segment.start <= late.ready && segment.outer == kNone) break;  // all before is over
  }
  for (const auto& [task, ticks] : held) {
    if (ticks < held_up.held || (ticks == held_up.held && task > held_up.holder)) continue;
    held_up.held = ticks;
    held_up.holder = task;
  }
}

/// Where a task ran last; where it was created, if it never ran.
ThreadNumber last_thread(const Model& model, const Task& task) {
  if (task.segment_count == 0) return task.thread;
  return model.segments[model.segment_of(task, task.segment_count - 1)].thread;
}

}  // namespace

std::vector<HeldUp> longest_held_up(const Model& model, size_t limit, Ticks shortest) {
  std::vector<HeldUp> all;
  for (const SegmentIndex number : model.segments.numbers()) {
    const Ticks ready = ready_time(model.segments[number]);
    if (ready > Ticks{} && ready >= shortest && !only_resumes(model, number))
      all.push_back({.segment = number, .ready = ready});
  }
  std::ranges::stable_sort(all, std::ranges::greater{}, &HeldUp::ready);
  std::vector<HeldUp> longest;
  std::unordered_set<TaskIndex> seen;
  for (HeldUp& held_up : all) {
    const TaskIndex task = model.segments[held_up.segment].task;
    if (seen.contains(task)) continue;
    if (seen.size() == kMaxCompared) {
      for (HeldUp& told : longest) told.all_counted = false;
      break;
    }
    seen.insert(task);
    find_holder(model, held_up);
    const auto same = std::ranges::find_if(longest, [&](const HeldUp& other) {
      return other.holder == held_up.holder &&
             model.tasks[model.segments[other.segment].task].expression ==
                 model.tasks[task].expression;
    });
    if (same != longest.end()) {
      ++same->alike;
    } else if (longest.size() < limit) {
      longest.push_back(held_up);
    }
  }
  return longest;
}

uint32_t ready_behind(const Model& model, const BlockedCall& call) {
  std::unordered_set<TaskIndex> behind;
  const auto first = partition_point(
      model.segments, [&](const Segment& segment) { return segment.resumed < call.event; });
  uint32_t looked_at = 0;
  for (const SegmentIndex number : model.segments.numbers_from(first)) {
    const Segment& segment = model.segments[number];
    if (++looked_at > kMaxLater) break;
    if (segment.thread == call.thread && ready_time(segment) > Ticks{} &&
        segment.ready < call.finish)
      behind.insert(segment.task);
  }
  for (const auto i : model.ready_tasks.numbers()) {
    const ReadyTask& ready = model.ready_tasks[i];
    if (last_thread(model, model.tasks[ready.task]) == call.thread && ready.since < call.finish)
      behind.insert(ready.task);
  }
  behind.erase(call.task);
  return static_cast<uint32_t>(behind.size());
}

}  // namespace weft::analysis
