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
  if (means.runtime_path.empty()) return {{}, means.why_not};
  auto stands = thread_stands(trace_path, means.runtime_path, moment);
  if (!stands) return {{}, stands.error().message};
  return {std::move(*stands), ""};
}

}  // namespace weft::analysis
