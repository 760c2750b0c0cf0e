/// What is told when the memory map changes: rooms above this one. The table is in
/// replayer/runtime/door/map_listeners.cc.
#pragma once

#include "recorder/runtime/memory/memory_map.h"

namespace weft::runtime {

/// Record: `mapping` is text of the file `path` that has just been mapped and logged. Whoever
/// patches it logs the patch as kData.
void text_was_mapped(const Thread* thread, const FileMapping& mapping, const char* path);

/// The program has unmapped [begin, end).
void memory_was_unmapped(uint64_t begin, uint64_t end);

}  // namespace weft::runtime
