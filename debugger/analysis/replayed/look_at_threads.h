/// Where threads stand, for the commands that want to know: by a replay, if one is needed and
/// allowed.
#pragma once

#include <string>
#include <vector>

#include "debugger/analysis/model/model.h"
#include "debugger/analysis/model/thread_stand.h"

namespace weft::analysis {

/// What to replay with.
struct ReplayMeans {
  std::string runtime_path{};           ///< weft-runtime; empty: there is no replay
  std::string why_not = "--no-replay";  ///< of an empty path: the reason, for the user
};

struct ThreadsSeen {
  std::vector<ThreadStand> stands{};  ///< of all threads; empty: they were not looked at
  std::vector<FiberStand> fibers{};   ///< of those that do not run
  std::string why_not{};              ///< why they were not, though it would tell something
};

/// `time`: of the moment. No replay is made where no thread can be in a call that has not returned,
/// or on a lock.
ThreadsSeen look_at_threads(const Model& model, const std::string& trace_path,
                            const ReplayMeans& means, EventIndex moment, Ticks time);

}  // namespace weft::analysis
