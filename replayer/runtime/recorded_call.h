/// Calls of the program in replay: compared with the log, and answered from it. The way for all of
/// them is replay_call (calls/call.h).
#pragma once

#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// The call that `thread` is about to make, if it is a clock read and the recorded one: the same as
/// replay_call, in less time. False: nothing has happened.
bool replay_clock_read(Thread* thread);

}  // namespace weft::runtime
