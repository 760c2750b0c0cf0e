/// Moments: places in the time of a recording.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "weft/trace/event_index.h"

namespace weft::timeline {

using trace::EventIndex;

/// Without `steps`: just before event `event` happens. With: event `event` has happened, and the
/// thread that it belongs to has made that many single steps in its program code since (an
/// instruction is one step; one with a rep prefix is one a repetition).
///
///   event 7 of thread 2     7+0   7+1   7+2  ...  7+41       event 8
///   ──┬─────────────────────┴─────┴─────┴─────────┴──────────┬──
///     Moment{7}             Moment{7, 0}  ...     Moment{7, 41}  Moment{8}
struct Moment {
  EventIndex event{0};
  std::optional<uint64_t> steps = std::nullopt;

  /// In the order of time.
  friend auto operator<=>(const Moment&, const Moment&) = default;  // nullopt is the least
};

}  // namespace weft::timeline
