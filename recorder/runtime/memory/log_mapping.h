/// Recording: files that are being mapped, and what they hold.
#pragma once

#include <cstdint>

#include "recorder/runtime/mapped/map_listeners.h"

namespace weft::runtime {

/// Writes kMap and the file's content as kData, and adds the mapping to the memory map.
void log_file_mapping(const Thread* thread, const FileMapping& mapping);

/// Shared memory without a file, or a segment, of `bytes` bytes at `address`: the same.
struct SegmentMapping {
  uint64_t address;
  uint64_t bytes;
  uint32_t protection;
  bool has_id = false;  ///< false: it is anonymous
  uint64_t id = 0;      ///< of a System V segment
};
void log_segment_mapping(const Thread* thread, const SegmentMapping& mapping);

/// Why mmap of this descriptor is to fail; 0: it may go on. Memory that a device or a part of the
/// kernel writes to (perf's ring, a packet socket's) cannot be recorded, and programs can do
/// without it.
long refuse_mapping(const Thread* thread, int fd);

}  // namespace weft::runtime
