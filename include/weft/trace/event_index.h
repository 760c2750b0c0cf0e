/// Which event of a trace.
#pragma once

#include <cstdint>

#include "weft/base/index.h"

namespace weft::trace {

/// An event's place in the total order of all events, from 0. As a *moment*: just before that event
/// happens; the number of all events is the moment at the end.
using EventIndex = Index<struct Event, uint64_t, UINT64_MAX>;

/// The event before `event`; of the first one itself.
constexpr EventIndex event_before(EventIndex event) {
  return event > EventIndex(0) ? event - 1 : event;
}

}  // namespace weft::trace
