/// What a replay with probes has found out about the tasks of a program that does not tell weft of
/// them itself: as if it had.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "debugger/analysis/model/model.h"

namespace weft::analysis {

struct ReplayedPlace {
  std::string file, function;
  uint32_t line = 0;
};
/// In ReplayedHooks::places.
inline constexpr uint32_t kNoReplayedPlace = UINT32_MAX;

struct ReplayedHook {
  enum class What : uint8_t { kNothing, kCreate, kResume, kSuspend, kEnd };

  EventIndex event{0};  ///< the last one before it
  Ticks time{};         ///< interpolated
  ThreadNumber thread{0};
  TaskId task = kNone;
  TaskId other = kNone;  ///< kCreate: the parent; kResume: who was current
  uint32_t place = kNoReplayedPlace;
  What what = What::kNothing;
  Outcome outcome = Outcome::kOpen;  ///< kEnd
};

struct ReplayedHooks {
  std::vector<ReplayedPlace> places;
  std::vector<ReplayedHook> hooks;  ///< in the order of the run; IDs are 1, 2, ...
};

}  // namespace weft::analysis
