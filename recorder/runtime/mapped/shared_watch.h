/// Memory that the program shares with other processes: its children and, in a recorded tree, those
/// that were there before it.
///
/// What they write into a shared mapping makes no event here, whether they are recorded or not. So
/// once the program has a child of its own memory, or from its start if it is such a child itself
/// (kSharesFromStart), each event of a call also holds what has changed in the shared mappings since
/// the last one, as effects:
///
///   child    sem_post: the word in shared memory is 1 now, futex wake ─┐
///   program  futex wait ───────────────────────────────────────────────┴> event: result and word
///   program  reads 1, as it will in replay
///
/// The program's own writes are among the changes; they do no harm. But a child may undo one of
/// them (the program adds 1 to a semaphore, a child takes it): then nothing has changed since the
/// last event, and yet replay has the program's write. So replay keeps the same copy as the
/// recording, and at each event makes memory what the copy is:
///
///                    recording: memory, copy        replay: memory, copy
///   event 1          7  7   equal, no effect        7  7
///   program adds 1   8  7                           8  7
///   child takes 1    7  7
///   event 2          7  7   equal, no effect        8  7 -> 7  7
///
/// What a child writes *between* an event and the moment at which the program reads it is recorded
/// too late: a program that waits for a child by polling shared memory without a call diverges in
/// replay.
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

/// Others may write to what is shared from here on. A child is about to be made: one that begins in
/// the program's memory is recorded there, but it may execute something that maps the same files. Or
/// this is such a child.
void watch_shared();

/// Record: the copy with which the byte at `address` will be compared, or nullptr. What is logged as
/// content of a mapping must be in there, and not what was there a moment later.
uint8_t* shared_copy(uint64_t address);

/// Replay: a look of the recording's saw these bytes at `address`.
void note_shared(uint64_t address, const void* from, uint64_t bytes);
/// Replay: calls write(address, from, bytes) where memory is not what the last look saw.
void settle_shared(void (*write)(uint64_t, const void*, uint64_t));

}  // namespace weft::runtime
