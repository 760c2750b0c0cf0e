/// rdtsc and rdtscp of the program in replay, where they are not recorded (question_sites.h).
///
/// The recording does not have their values, so the program gets other ones; but it gets the same
/// ones in every replay, so that a moment is the same state each time (ld.so keeps one in its
/// data). The instructions trap (PR_SET_TSC, some 4 us each), and the answer is the time of the
/// last call in the recording and a little more each time: it grows faster the longer no call
/// comes, so that a loop that waits for a time to pass ends soon.
#pragma once

#include "recorder/runtime/ground/kernel.h"

namespace weft::runtime {

/// From now on they trap; copies of the process inherit that. The runtime itself must not use them.
void trap_time_stamps();
/// In the handler of faults: true if it was one of them; the program goes on after it.
bool on_time_stamp(int signal, SignalContext* context);

}  // namespace weft::runtime
