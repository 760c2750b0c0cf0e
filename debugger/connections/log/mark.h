/// A moment that a call left behind: the event, its time and the thread that made the call.
#pragma once

#include <cstdint>

namespace weft::connections {

struct Mark {
  uint64_t event = 0;  ///< index; 0 (always the first exec): there is none
  uint64_t time = 0;   ///< TSC ticks, as in the trace
  uint32_t thread = 0;

  explicit operator bool() const { return event != 0; }
};

}  // namespace weft::connections
