/// Which thread waits for which private futex, while recording. The caller holds the baton.
///
///   g_queues[hash of the address] -> Thread -> Thread -> ...      FIFO, linked by next_in_futex
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/thread.h"
#include "recorder/runtime/turns/baton.h"

namespace weft::runtime {

/// Thread::futex_bits of one that waits for a priority-inheritance lock: no FUTEX_WAKE finds it.
inline constexpr uint32_t kWaitsForLock = 0;

void futex_append(Thread* thread, uint64_t address, uint32_t bits);
void futex_remove(Thread* thread);
/// The first waiter at `address` that has one of `bits`; nullptr if there is none.
Thread* futex_first(uint64_t address, uint32_t bits);
/// Takes it off the queue: it returns from its wait when it has the baton.
void futex_make_ready(Thread* thread);
/// Wakes up to `most` waiters; returns how many.
long futex_wake(uint64_t address, int64_t most, uint32_t bits);

/// When a wait ends at the latest, from the program's timespec at `address` (0: never). False with
/// *error if it cannot be read or is impossible.
bool futex_limit(uint64_t address, bool relative, bool realtime, ParkLimit* limit, long* error);

/// execve: nobody waits any more.
void forget_futex_waiters();

}  // namespace weft::runtime
