/// File mappings in replay: what kMap and kData events say.
#pragma once

#include "weft/trace/event.h"

namespace weft::runtime {

/// Maps memory as a kMap event says; kData fills it.
void apply_map(const trace::EventHeader* event);
/// Content of the last kMap (or of memory that has nothing to do with it), as a kData event has it.
void fill_map(uint64_t address, const void* from, uint64_t bytes);
/// Sets the final protection of what kMap events mapped since the last call.
void finish_maps();

}  // namespace weft::runtime
