/// `weft replay --verify`: what memory held in the recording, ahead of a call, is compared
/// (recorder/runtime/preempt/periodic_state.h).
#pragma once

#include "recorder/runtime/ground/thread.h"
#include "weft/trace/event.h"

namespace weft::runtime {

/// `thread` is about to make a call; `event` is a kMemory. A difference is a divergence.
void verify_memory(Thread* thread, const trace::EventHeader* event);

}  // namespace weft::runtime
