/// Where a cancelled task stood, and who cancelled it.
#pragma once

#include "debugger/analysis/analysis.h"

namespace weft::analysis {

struct Cancellation {
  PlaceIndex place = 0;     ///< where it waited; 0: it had not run
  TaskIndex by = kNone;     ///< kNone: not known
  PlaceIndex by_place = 0;  ///< where that had gone on last
};

/// Of a task whose outcome is kCancelled.
Cancellation cancellation_of(const Analysis& analysis, TaskIndex task);

}  // namespace weft::analysis
