/// Which thread waits for which private futex, while recording. The caller holds the baton.
///
///   g_queues[hash of the address] -> FutexWait -> FutexWait -> ...      FIFO
///
/// A thread waits for one futex, or for several (futex_waitv): one FutexWait each, on its runtime
/// stack for as long as it waits.
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/thread.h"
#include "recorder/runtime/turns/baton.h"

namespace weft::runtime {

/// FutexWait::bits of a thread that waits for a priority-inheritance lock: no FUTEX_WAKE finds it.
inline constexpr uint32_t kWaitsForLock = 0;

struct FutexWait {
  Thread* thread = nullptr;
  uint64_t address = 0;
  uint32_t bits = 0;
  bool queued = false;
  bool woken = false;
  FutexWait* next = nullptr;
};

/// `thread` waits for all `count` of these from here on: their addresses and bits are set.
void futex_append(Thread* thread, FutexWait* waits, uint64_t count);
/// It waits no longer: takes those off their queues that nobody has woken.
void futex_remove(Thread* thread);
/// The first wait at `address` that has one of `bits`; nullptr if there is none.
FutexWait* futex_first(uint64_t address, uint32_t bits);
/// Takes it off the queue: its thread returns from its wait when it has the baton.
void futex_make_ready(FutexWait* wait);
/// Wakes up to `most` waiters; returns how many.
long futex_wake(uint64_t address, int64_t most, uint32_t bits);
/// Moves up to `most` waiters of one futex to the end of another's queue; returns how many.
long futex_move(uint64_t from, uint64_t to, int64_t most);

/// What the time limit of a wait counts from; from now on it is always the monotonic clock's.
enum class LimitFrom : uint8_t { kNow, kClockStart };
/// The clock of a time limit.
enum class LimitClock : uint8_t { kMonotonic, kRealtime };

/// When a wait ends at the latest, from the program's timespec at `address` (0: never). False with
/// *error if it cannot be read or is impossible.
bool futex_limit(uint64_t address, LimitFrom from, LimitClock clock, ParkLimit* limit, long* error);

/// execve: nobody waits any more.
void forget_futex_waiters();

}  // namespace weft::runtime
