/// What the log says about memory, in replay: kMap, kData and kFile events, and effects.
#pragma once

#include "weft/trace/event.h"

namespace weft::runtime {

/// Maps memory as a kMap event says; kData fills it.
void apply_map(const trace::EventHeader* event);
/// Content of the last kMap (or of memory that has nothing to do with it), as a kData event has it.
void apply_data(const trace::EventHeader* event);
/// A mapped file changes.
void apply_file(const trace::EventHeader* event);
/// A call has written these bytes to program memory, wherever that is mapped and however it is
/// protected.
void apply_written(uint64_t address, const void* from, uint64_t bytes);

/// Sets the final protection of what kMap events mapped since the last call.
void finish_maps();

/// Between kMap and finish_maps: memory that can be written to meanwhile.
struct OpenMap {
  uint64_t address, bytes;
  uint64_t readable_bytes;  ///< the rest is out of bounds (before version 3)
  uint32_t protection;
  bool may_patch;
};
void leave_open(const OpenMap& map);

// Before version 3 of the format (chunk_format.h); apply_old_map.cc.
void apply_old_map(const trace::MapRecord& record);
void fill_old_map(uint64_t address, const void* from, uint64_t bytes);
void finish_old_maps();

}  // namespace weft::runtime
