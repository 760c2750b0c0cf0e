/// Instants: places in the time of a recording, down to the instruction.
///
///   event 6     event 7 of thread 2                              event 8
///   ──┬─────────┬───── a ── b ── a ── b ── a ── b ── c ──────────┬──
///               │      └ {8, a, 1}        └ {8, a, 3}            {8}
///               {7}
///
/// {8} is the moment just before event 8 happens: its thread stands in the call, or at the fault.
/// {8, a, 3} is the third time, since event 7 has happened, that the instruction at address a is
/// about to be executed. Between two events only one thread runs program code, and replay makes it
/// do the same every time: an instant names the same state in every process. It is found by a
/// breakpoint that counts, at native speed between the hits.
#pragma once

#include <cstdint>

#include "weft/base/address.h"
#include "weft/trace/event_index.h"

namespace weft::travel {

using trace::EventIndex;

struct Instant {
  EventIndex event{0};  ///< index of the next event
  Address address{};    ///< of an instruction; 0: just before `event`
  uint64_t hit = 0;     ///< 1: the first time
  uint64_t steps = 0;   ///< instructions executed since that hit

  bool before_event() const { return !address; }
  friend bool operator==(const Instant&, const Instant&) = default;
};

}  // namespace weft::travel
