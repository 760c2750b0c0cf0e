/// Machine code that counts the passes of a place of the program, and enters the runtime at a given
/// one. It changes nothing of the program's: neither flags nor registers.
///
///   record   counts anew when an event was written since the last pass, so that what it counts are
///            the passes since the thread's last event: while the thread runs, no other one writes
///            events
///   replay   is built as the thread goes on after that event, and counts down from there
///
/// Some 2 ns a pass.
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// What the code of a stub and the runtime share; it lies beside the code.
struct PassCounter {
  uint64_t left;            ///< passes until the runtime is entered
  uint64_t first;           ///< record: what `left` begins with
  uint64_t minus_position;  ///< record: - g_ring.head at the last pass
};

/// Where the counter of the stub at `stub` lies.
inline PassCounter* counter_of(uint64_t stub) {
  constexpr uint64_t kCounterAt = 3072;
  return pointer_to<PassCounter>((stub & ~uint64_t{63}) + kCounterAt);
}

/// Whether a stub counts from event to event by itself.
enum class Counts : uint8_t { kSinceEvent, kOnce };

/// Writes the stub's code at `stub`; the program goes on at the address that is returned. The pass
/// at which `left` becomes 0 goes to weft_entry_breakpoint, with `place` in Thread::counted_place.
uint64_t build_counter(Counts counts, uint64_t place, uint64_t stub);

}  // namespace weft::runtime
