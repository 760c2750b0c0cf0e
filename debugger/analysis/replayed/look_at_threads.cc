#include "debugger/analysis/replayed/look_at_threads.h"

#include <sys/syscall.h>

#include <algorithm>

#include "debugger/analysis/replayed/thread_stands.h"
#include "weft/trace/event.h"

namespace weft::analysis {

namespace {

/// Where threads stand is in no event as long as their calls have not returned: it takes a replay,
/// if any of them is in such a call, or on a lock.
bool takes_replay(const Model& model, EventIndex moment, Ticks time) {
  if (moment.value() >= model.totals.events &&
      model.totals.last_kind != static_cast<uint8_t>(trace::EventKind::kExit))
    return true;  // what the last thread does is not known, either
  const bool fibers = std::ranges::any_of(model.tasks.numbers(), [&](TaskIndex number) {
    const Task& task = model.tasks[number];
    return task.kind == TaskKind::kFiber && task.created < moment &&
           (task.ended == kNone || task.ended >= moment);
  });
  if (fibers) return true;  // only their stacks tell where they stand
  return std::ranges::any_of(model.blocked_calls.numbers(), [&](auto i) {
    const BlockedCall& call = model.blocked_calls[i];
    const bool on_lock = call.call == kUnknownCall || call.call == SYS_futex;
    return on_lock && call.start <= time && call.event >= moment;
  });
}

}  // namespace

ThreadsSeen look_at_threads(const Model& model, const std::string& trace_path,
                            const ReplayMeans& means, EventIndex moment, Ticks time) {
  if (!takes_replay(model, moment, time)) return {};
  if (means.runtime_path.empty()) return {.why_not = means.why_not};
  auto standing = standing_at(trace_path, means.runtime_path, moment);
  if (!standing) return {.why_not = standing.error().message};
  return {std::move(standing->threads), std::move(standing->fibers), ""};
}

}  // namespace weft::analysis
