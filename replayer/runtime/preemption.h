/// Replay of a preemption: the thread stops at the recorded moment (recorder/runtime/preempt/).
#pragma once

#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// The thread is about to go on in the program; if its next event is a preemption, arms the
/// breakpoint.
void expect_preemption(Thread* thread);

}  // namespace weft::runtime
