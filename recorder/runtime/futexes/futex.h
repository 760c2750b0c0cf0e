/// futex calls.
#pragma once

#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/turns/futex_queue.h"

namespace weft::runtime {

long on_futex(Call& call);
long on_futex_waitv(Call& call);
long on_futex_wait(Call& call);
long on_futex_wake(Call& call);
long on_futex_requeue(Call& call);

// Priority-inheritance locks (futex_pi.cc): the operation itself, 0 or -errno or kRestart.
long futex_lock_pi(Call& call, LimitClock clock);
long futex_trylock_pi(const Call& call);
long futex_unlock_pi(const Call& call);
/// The operation may have changed the word at argument 0.
bool futex_writes_word(uint64_t operation);
/// Both halves: the owner of the PI mutex at `address` has ended, `word` is what the mutex held.
/// The word goes to the next waiter, or is left without an owner.
void futex_pi_owner_died(uint64_t address, uint32_t word);

}  // namespace weft::runtime
