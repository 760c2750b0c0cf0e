/// The ring of hits (probe_area.h), written by the program's process.
#pragma once

#include "recorder/runtime/ground/thread.h"
#include "weft/channel/probe_area.h"

namespace weft::runtime {

/// Notes that `thread` passed probe `number` with `registers`. Waits while the ring is full.
void note_hit(channel::ProbeArea* area, uint32_t number, const Thread* thread,
              const trace::Registers& registers);

}  // namespace weft::runtime
