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

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

inline constexpr uint64_t kCheapPages = 512;  ///< that are compared at every call

/// Record: a writable shared mapping is made or goes.
void watch_shared(uint64_t address, uint64_t bytes);
void unwatch_shared(uint64_t begin, uint64_t end);
void unwatch_all_shared();

/// A child of its own memory is about to be made.
void watch_children();

/// A child that shares all memory (CLONE_VM) is about to be made, to run beside the program: until
/// it has been waited for, all that is writable now is looked at.
void watch_all_memory();
void all_memory_is_shared_with(int32_t child);

/// True if there is something to look at.
bool shared_is_watched();
/// What has changed since the last time. Much of it goes into events of its own, ahead of the
/// call's.
void collect_shared(const Call& call, OutputList* outputs);

}  // namespace weft::runtime
