/// Record: a signal from the runtime to a thread of the program.
#pragma once

#include <cstdint>

namespace weft::runtime {

/// Asks the thread `tid` to give up the baton, or to heed an exec (SIGSYS with a mark of weft's).
void nudge(int32_t tid);

}  // namespace weft::runtime
