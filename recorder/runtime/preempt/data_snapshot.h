/// Which global variables the program changes while it makes no call.
///
/// A loop may count in a global that none of the last instructions touched: an inner loop hides it.
/// So .data and .bss of program and libraries are copied at the first request for a preemption; at
/// the second one, some milliseconds later, what differs is what the loop changes, and part of what
/// the moment is recognised by. The rest of the data is not: it may hold what differs from run to
/// run without any effect (ld.so keeps the time stamp counter of its start).
#pragma once

#include "recorder/runtime/ground/thread.h"
#include "recorder/runtime/ground/writable_map.h"

namespace weft::runtime {

inline constexpr uint64_t kSnapshotLine = 64;

/// True if there is a copy, and no event has been written since: the same thread still runs, and
/// has made no call. Else makes one.
bool have_snapshot();

/// True for addresses of .data and .bss: the image arena, and low memory (non-PIE programs).
bool is_image_data(uint64_t address);

/// The private writable memory of the program as it was at the last read().
WritableMap& writable_map();

/// Calls visit(address) for every kSnapshotLine bytes that have changed since the copy.
template <class F>
void for_each_changed_line(F visit);

struct DataSnapshot {
  static constexpr int kMaxRanges = 256;
  static constexpr uint64_t kMaxBytes = 1 << 20;
  bool taken;
  uint64_t written;  // bytes of events, when it was taken
  int count;
  WritableMap::Range ranges[kMaxRanges];
  alignas(64) uint8_t bytes[kMaxBytes];  // of the ranges, one after the other
};
extern DataSnapshot g_snapshot;

template <class F>
void for_each_changed_line(F visit) {
  const uint8_t* then = g_snapshot.bytes;
  for (int i = 0; i < g_snapshot.count; ++i) {
    const WritableMap::Range& range = g_snapshot.ranges[i];
    for (uint64_t at = range.begin; at < range.end; at += kSnapshotLine, then += kSnapshotLine) {
      alignas(8) uint8_t now[kSnapshotLine];
      if (weft_copy_guarded(now, pointer_to<void>(at), sizeof now) != 0) continue;
      if (__builtin_memcmp(now, then, sizeof now) != 0) visit(at);
    }
  }
}

}  // namespace weft::runtime
