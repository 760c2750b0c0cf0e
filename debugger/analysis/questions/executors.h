/// What went through each strand and each pool of threads, how much of it at the same time.
///
///   strand 0x7f12..   32 handlers were posted at once; they ran one after the other, as they must:
///                     ████ ████ ████ ████ ...   never more than 1 running, 31 ready
///
/// An executor is known by the object that the operations name ("strand_executor.execute",
/// "thread_pool.execute"). A handler is ready from its post on, and runs in its segment.
#pragma once

#include <vector>

#include "debugger/analysis/questions/analysis.h"

namespace weft::analysis {

enum class ExecutorKind : uint8_t { kStrand, kPool, kLoop };

/// Of a loop only handlers and threads are counted: it may have run all that the program did.
struct ExecutorUse {
  ExecutorKind kind = ExecutorKind::kLoop;
  uint64_t object = 0;
  uint32_t handlers = 0;      ///< that were posted to it and ran
  uint32_t threads = 0;       ///< that ran them
  uint32_t most_running = 0;  ///< at the same time
  uint32_t most_ready = 0;    ///< at the same time
  Ticks ready{};              ///< time that they were ready and did not run, added up
  Ticks running{};            ///< time that they ran, added up
  Ticks first{}, last{};      ///< the first was posted, the last one had run
  PlaceIndex place = kNone;   ///< where most of them come from
};

/// Those whose handlers were ready for longest, first.
std::vector<ExecutorUse> executors(const Analysis& analysis);

}  // namespace weft::analysis
