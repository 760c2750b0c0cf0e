/// When a call was made: its event, its time and its thread.
#pragma once

#include "weft/trace/event_index.h"
#include "weft/trace/thread_number.h"
#include "weft/trace/ticks.h"

namespace weft::connections {

struct Mark {
  trace::EventIndex event{0};  ///< 0 (always the first exec): there is none
  trace::Ticks time{};
  trace::ThreadNumber thread{0};

  explicit operator bool() const { return event != trace::EventIndex(0); }
};

}  // namespace weft::connections
