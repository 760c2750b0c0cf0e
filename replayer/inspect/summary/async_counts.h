/// How much a trace tells of tasks and requests. Counted by the code that knows about tasks
/// (debugger/report/stats/counts.h); `weft info` only prints it.
#pragma once

#include <cstdint>

namespace weft::inspect {

struct AsyncCounts {
  uint64_t tasks = 0;  ///< without threads
  uint64_t requests = 0;
  uint64_t resumes = 0;
  uint64_t unknown_causes = 0;  ///< resumes of which is not known what made them ready
};

}  // namespace weft::inspect
