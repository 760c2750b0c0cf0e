/// Memory that the program shares with its children.
///
/// A child is not recorded, and what it writes into a shared mapping makes no event. So once the
/// program has a child of its own memory, each event of a call also holds what has changed in the
/// shared mappings since the last one, as effects:
///
///   child    sem_post: the word in shared memory is 1 now, futex wake ─┐
///   program  futex wait ──────────────────────────────────────────────>│ event: result, and the
///   word program  reads 1, as it will in replay
///
/// The program's own writes are among the changes; they do no harm. What a child writes *between*
/// an event and the moment at which the program reads it is recorded too late: a program that waits
/// for a child by polling shared memory without a call diverges in replay.
///
/// Only pages that exist are compared (mincore): a mapping of 2 GiB of which 100 KiB are used costs
/// what these cost, 0.2 us a page. What is more than kCheapPages is looked at after calls that
/// wait or get something that is not from a file, and after others that may wait for half of the
/// time (so all, beyond 256 MiB).
#pragma once

#include <cstdint>

#include "recorder/runtime/calls/after_call.h"
#include "recorder/runtime/mapped/mapping_table.h"

namespace weft::runtime {

inline constexpr uint64_t kCheapPages = 512;  ///< that are compared at every call

// The memory map tells: a shared mapping is about to be added to it; is gone; everything is.
void watch(Mapping* mapping);
void unwatch(const Mapping& part);
void unwatch_all();

/// A child is about to be made. One that begins in the program's memory is recorded there, but it
/// may execute something that maps the same files.
void watch_children();

}  // namespace weft::runtime
