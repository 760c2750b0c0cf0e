/// Where a recording ends without the program's own end.
#pragma once

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// True if the thread's last call has sent this process the signal that ended it, and nothing else
/// happened after it: the program never came back from that call.
bool has_killed_itself(const Thread* thread);
/// The thread is about to go on in the program. If the recording has no event after this moment
/// (the program was killed from outside), the program may run on without ever coming back: a timer
/// ends the replay after as long as it ran in the recording, with room to spare.
void expect_end();
/// In the handler of kOwnSignal: that timer. The thread goes on in weft_on_end.
bool is_end_timer(const SignalInfo& info);
/// In a copy of a process, which does not inherit the timer.
void forget_end_timer();

}  // namespace weft::runtime
