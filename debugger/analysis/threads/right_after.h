/// What ran right after a stretch in which one task had the thread: it may have been ready for as
/// long as that, and the kernel was not asked meanwhile.
///
///   thread 0   ▓▓▓ resolve ▓▓▓▓▓▓▓▓▓▓▓▓▓▓│▓ beat ▓│▓ beat ▓│▓ beat ▓│ ........ epoll_wait
///              ▲ from                    ▲ to      no pause between them: 3 ran right after
///
/// An event loop learns of readiness when it asks. So nothing tells since when these were ready;
/// but that they ran without a pause, though each had waited since before, is a fact.
#pragma once

#include <vector>

#include "debugger/analysis/questions/analysis.h"

namespace weft::analysis {

/// A task had the thread from one moment to another.
struct Stretch {
  TaskIndex task = kNone;
  Ticks from{}, to{};
  PackedEvent end = kNone;  ///< the event at which it was over
  ThreadNumber thread{0};
  const BlockedCall* unsure = nullptr;  ///< for most of it, it may have waited in this call
};

/// Tasks that had waited since before the stretch, and ran after it without a pause of the thread;
/// not those that the program itself is known to have woken after it.
std::vector<TaskIndex> ran_right_after(const Model& model, const Stretch& stretch);

/// Stretches of `shortest` and more in which a task ran on a thread, without calls that blocked and
/// without what ran inside it; the longest first.
std::vector<Stretch> long_runs(const Model& model, Ticks shortest);

/// How long the thread waited in calls of its own between two moments: no task ran on it.
Ticks idle_between(const Model& model, ThreadNumber thread, Ticks from, Ticks to);

}  // namespace weft::analysis
