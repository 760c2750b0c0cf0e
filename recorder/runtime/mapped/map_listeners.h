/// What is told when the memory map changes: rooms above this one. The table is in
/// replayer/runtime/door/map_listeners.cc.
#pragma once

#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// A file is mapped at `address`.
struct FileMapping {
  uint64_t address;
  uint64_t bytes;
  uint64_t offset;
  uint32_t protection;
  uint32_t flags;
  int fd;
};

/// Record: `mapping` is text of the file `path` that has just been mapped and logged. Whoever
/// patches it logs the patch as kData.
void text_was_mapped(const Thread* thread, const FileMapping& mapping, const char* path);

/// The program may write to [begin, end) from now on.
void memory_was_opened(uint64_t begin, uint64_t end);

/// The program has unmapped [begin, end).
void memory_was_unmapped(uint64_t begin, uint64_t end);

/// Another program takes the place of this one.
void all_memory_was_unmapped();

}  // namespace weft::runtime
