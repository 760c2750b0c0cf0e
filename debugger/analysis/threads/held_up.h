/// Which tasks were ready to run and did not, and what held the thread meanwhile.
///
///   thread 0   ▓▓▓▓ parse ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓│▓ reply ▓
///                    ▲ reply is ready    ▲ runs: held up so long, by parse
#pragma once

#include <vector>

#include "debugger/analysis/questions/analysis.h"

namespace weft::analysis {

/// A task that was ready for long before it ran.
struct HeldUp {
  SegmentIndex segment = kNone;  ///< in which it ran then
  Ticks ready{};                 ///< how long it was ready
  TaskIndex holder = kNone;      ///< the task that had the thread for most of it, if known
  Ticks held{};                  ///< how long, of that time
  uint32_t alike = 1;  ///< tasks of the same expression that the same task held up, it included
  bool all_counted =
      true;  ///< else there may be more of these: not all that were ready were looked at
};

/// The longest ones of all, each task once, at least `shortest` ticks long. Those that are alike are
/// one.
std::vector<HeldUp> longest_held_up(const Model& model, size_t limit, Ticks shortest);

/// How many tasks were ready on the thread of a call that kept it waiting, and ran only after it.
uint32_t ready_behind(const Model& model, const BlockedCall& call);

}  // namespace weft::analysis
