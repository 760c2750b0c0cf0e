#include "debugger/analysis/threads/right_after.h"

#include <algorithm>
#include <unordered_set>

namespace weft::analysis {

namespace {

/// Segments after the stretch that are looked at.
constexpr uint32_t kMostAfter = 20'000;
/// The thread paused: so much of the stretch's length went by without a task.
constexpr uint64_t kPausePart = 10;

/// The program did it after the stretch, as far as is known.
bool was_woken_later(const Model& model, const Segment& segment, const Stretch& stretch) {
  switch (segment.cause) {
    case Cause::kWake:
    case Cause::kChild:
    case Cause::kRelease:
    case Cause::kCreated:
    case Cause::kMessage:
      return segment.cause_event != kNone && segment.cause_event > stretch.end;
    case Cause::kResumer:
      return model.tasks[segment.resumer].kind != TaskKind::kKernelThread;
    case Cause::kYield:
      return true;  // it only let others go first
    default:
      return false;
  }
}

/// It waited all the time of the stretch.
bool waited_through(const Model& model, SegmentIndex number, const Stretch& stretch) {
  const Segment& segment = model.segments[number];
  const Task& task = model.tasks[segment.task];
  if (task.created_time > stretch.from) return false;
  uint32_t before = task.segment_count;  // segments of a task are in the order of time
  while (before > 0 && model.segment_of(task, before - 1) >= number) --before;
  return before == 0 || model.segments[model.segment_of(task, before - 1)].finish <= stretch.from;
}

/// The call before which most of the run went by, and which may have waited.
const BlockedCall* unsure_call(const Model& model, const Stretch& run) {
  const auto first = partition_point(
      model.unsure_calls, [&](const BlockedCall& call) { return call.finish <= run.from; });
  for (const auto i : model.unsure_calls.numbers_from(first)) {
    const BlockedCall& call = model.unsure_calls[i];
    if (call.start >= run.to) break;
    if (call.thread == run.thread && 2 * (call.finish - call.start) >= run.to - run.from)
      return &call;
  }
  return nullptr;
}

}  // namespace

std::vector<TaskIndex> ran_right_after(const Model& model, const Stretch& stretch) {
  std::vector<TaskIndex> found;
  if (stretch.end == kNone) return found;
  std::unordered_set<TaskIndex> seen{stretch.task};
  const Ticks most_idle = (stretch.to - stretch.from) / kPausePart;
  Ticks busy_until = stretch.to, idle{};
  uint32_t looked_at = 0;
  const auto first = partition_point(
      model.segments, [&](const Segment& segment) { return segment.resumed < stretch.end; });
  for (const SegmentIndex number : model.segments.numbers_from(first)) {
    const Segment& segment = model.segments[number];
    if (++looked_at > kMostAfter) break;
    if (segment.thread != stretch.thread) continue;
    if (segment.start > busy_until) idle += segment.start - busy_until;
    if (idle > most_idle) break;
    busy_until = std::max(busy_until, segment.finish);
    if (was_woken_later(model, segment, stretch) || !waited_through(model, number, stretch))
      continue;
    if (seen.insert(segment.task).second) found.push_back(segment.task);
  }
  return found;
}

std::vector<Stretch> long_runs(const Model& model, Ticks shortest) {
  std::vector<Stretch> runs;
  for (const SegmentIndex number : model.segments.numbers()) {
    const Segment& segment = model.segments[number];
    if (segment.ended == kNone) continue;
    const Ticks whole = segment.finish - std::min(segment.finish, segment.start);
    const Ticks others = std::min(whole, segment.nested + segment.blocked);
    if (whole - others < shortest) continue;
    runs.push_back({segment.task, segment.start, segment.finish, segment.ended, segment.thread});
  }
  for (Stretch& run : runs) run.unsure = unsure_call(model, run);
  std::ranges::stable_sort(runs, std::ranges::greater{},
                           [](const Stretch& run) { return run.to - run.from; });
  return runs;
}

Ticks idle_between(const Model& model, ThreadNumber thread, Ticks from, Ticks to) {
  Ticks idle{};
  for (const auto i : model.blocked_calls.numbers()) {
    const BlockedCall& call = model.blocked_calls[i];
    const bool own = model.tasks[call.task].kind == TaskKind::kKernelThread;
    if (call.thread != thread || !own || call.finish <= from || call.start >= to) continue;
    idle += std::min(to, call.finish) - std::max(from, call.start);
  }
  return idle;
}

}  // namespace weft::analysis
