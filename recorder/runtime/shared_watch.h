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
/// for a child by polling shared memory diverges in replay.
#pragma once

#include <cstdint>

#include "recorder/runtime/call.h"

namespace weft::runtime {

inline constexpr uint64_t kMaxWatchedBytes = 256 << 10;  ///< of all mappings together

/// Record: a writable shared mapping is made or goes.
void watch_shared(uint64_t address, uint64_t bytes);
void unwatch_shared(uint64_t begin, uint64_t end);
void unwatch_all_shared();

/// A child of its own memory has been made. False if it shares more than can be watched.
bool watch_children();

/// True if there is something to look at.
bool shared_is_watched();
/// What has changed since the last call of this.
void collect_shared(OutputList* outputs);

}  // namespace weft::runtime
