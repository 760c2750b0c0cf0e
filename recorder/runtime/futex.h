/// futex calls.
#pragma once

#include "recorder/runtime/call.h"

namespace weft::runtime {

long on_futex(Call& call);
/// execve: nobody waits any more.
void forget_futex_waiters();

}  // namespace weft::runtime
