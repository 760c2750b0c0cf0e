/// Record: a signal from the runtime to a thread of the program.
#pragma once

#include <cstdint>

namespace weft::runtime {

/// Asks the thread `tid` to give up the baton, or to heed an exec (kOwnSignal).
void nudge(int32_t tid);

}  // namespace weft::runtime
