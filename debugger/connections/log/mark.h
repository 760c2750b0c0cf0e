/// When a call was made: its event, its time and its thread.
#pragma once

#include <cstdint>

#include "weft/trace/ticks.h"

namespace weft::connections {

struct Mark {
  uint64_t event = 0;  ///< index; 0 (always the first exec): there is none
  trace::Ticks time{};
  uint32_t thread = 0;

  explicit operator bool() const { return event != 0; }
};

}  // namespace weft::connections
