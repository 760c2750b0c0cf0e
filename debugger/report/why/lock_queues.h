/// Threads that queue for a lock in the middle of a recording: a wait for a lock is a futex call
/// like any other, and only a replay to that moment tells for which lock, and who has it.
#pragma once

#include <vector>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/analysis/replayed/look_at_threads.h"

namespace weft::report {

/// How all threads stood when most of them waited in futex calls.
struct CrowdedMoment {
  analysis::EventIndex event = analysis::kNone;
  analysis::Ticks time{};
  std::vector<analysis::ThreadStand> stands{};
};

/// Costs a replay up to there; none, if threads hardly waited, or not together. Empty stands: it
/// was not looked.
CrowdedMoment most_crowded_moment(const analysis::Analysis& analysis,
                                  const analysis::ReplayMeans& means);

}  // namespace weft::report
