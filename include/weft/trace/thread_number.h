/// Which thread of a recorded program.
#pragma once

#include <cstdint>

#include "weft/base/index.h"

namespace weft::trace {

/// Threads are numbered as they are made, from 0. The kernel's IDs (tid) are another thing.
using ThreadNumber = Index<struct ThreadOfProgram, uint32_t, UINT32_MAX>;

}  // namespace weft::trace
