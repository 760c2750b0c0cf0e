#include "debugger/analysis/pass/untold_awaits.h"

#include "debugger/analysis/model/expressions.h"

namespace weft::analysis {

namespace {

/// `last`: the resumer's last segment before `first`, which is the first one of its task.
bool shows_an_await(const Model& model, const Segment& first, const Segment& last) {
  const Task& task = model.tasks[first.task];
  return task.awaiter == kNone && task.kind == TaskKind::kCoroutine &&
         model.tasks[first.resumer].kind == TaskKind::kCoroutine &&
         last.end == SegmentEnd::kSuspended && last.ended < first.resumed &&
         last.wait == Wait::kUnknown &&
         (is_internal(model, first.resumer) || task.parent == first.resumer);
}

}  // namespace

void add_untold_awaits(Model& model) {
  IndexVector<TaskIndex, SegmentIndex> last(model.tasks.size(), kNone);
  for (const SegmentIndex number : model.segments.numbers()) {
    const Segment& segment = model.segments[number];
    if (!last.has(segment.task)) continue;
    const bool is_first = last[segment.task] == kNone;
    last[segment.task] = number;
    if (!is_first || !last.has(segment.resumer) || last[segment.resumer] == kNone) continue;
    Segment& waiting = model.segments[last[segment.resumer]];
    if (!shows_an_await(model, segment, waiting)) continue;
    Task& task = model.tasks[segment.task];
    task.awaiter = segment.resumer;
    task.awaited = waiting.ended;
    waiting.wait = Wait::kTask;
    waiting.object = task.id.value();
  }
}

}  // namespace weft::analysis
