/// What the program mapped of files, as the trace holds it: the data that follow the event of a
/// mapping are what the kernel put there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "replayer/trace/event_view.h"
#include "replayer/trace/log_stretch.h"

namespace weft::trace {

/// `takes(index, map)` sees each mapping, and returns true for those whose bytes are wanted;
/// `use(offset, bytes)` gets them, with their offset in the file.
template <class Takes, class Use>
void walk_mapped_bytes(const LogStretch& log, Takes takes, Use use) {
  uint64_t address = 0, length = 0, offset = 0;  // of the mapping whose data come now
  for (EventCursor at(log.events, log.first); !at.done(); at.next()) {
    const EventView event = at.event();
    if (event.kind() == EventKind::kMap) {
      const MapView map = event.map();
      address = map.record.address, offset = map.record.file_offset;
      length = takes(at.index(), map) ? map.record.length : 0;
      continue;
    }
    if (event.kind() != EventKind::kData) length = 0;
    if (length == 0) continue;
    const DataView data = event.data();
    if (data.address - address < length) use(data.address - address + offset, data.bytes);
  }
}

/// The same in the stretches of a log that map memory.
template <class Takes, class Use>
void walk_mapped_bytes(std::span<const LogStretch> log, Takes takes, Use use) {
  for (const LogStretch& stretch : log) walk_mapped_bytes(stretch, takes, use);
}

}  // namespace weft::trace
