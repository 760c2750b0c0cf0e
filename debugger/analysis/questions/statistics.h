/// Figures of each expression: how often it ran, how long, doing what, how it ended.
#pragma once

#include <vector>

#include "debugger/analysis/questions/analysis.h"

namespace weft::analysis {

/// Tasks that were cancelled while they waited at one place.
struct CancelledAt {
  PlaceIndex place = kNone;
  uint32_t count = 0;
  TaskIndex example = kNone;          ///< the first one
  ExpressionIndex by = kNone;         ///< that cancelled it; kNone: not known
  PlaceIndex by_place = kNone;        ///< where that had gone on last
  PlaceIndex race_place = kNone;      ///< where both were waited for; 0: it was no race
  PlaceIndex never_reached = kNone;   ///< where others of the expression stopped next
  ExpressionIndex never_ran = kNone;  ///< what those awaited there
};

struct ExpressionFigures {
  ExpressionIndex expression = kNone;
  uint32_t started = 0, done = 0, failed = 0, cancelled = 0, unfinished = 0;
  Ticks p50{}, p99{}, longest{};  ///< of the lives of those that ended
  Ticks total{};                  ///< lives, added up; of the unfinished up to the end
  TaskTimes times;                ///< added up
  Ticks longest_ready{};          ///< made ready, but not run
  uint32_t most_alive = 0;        ///< at the same time
  TaskIndex last = kNone;         ///< that was started
  std::vector<CancelledAt> cancelled_at;
};

/// Those with the largest total first. Kernel threads are left out.
std::vector<ExpressionFigures> figures(const Analysis& analysis);

}  // namespace weft::analysis
