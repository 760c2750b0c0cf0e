/// Awaits that the program did not tell.
///
/// The tracing flag finds what a co_await waits for in a cache of live frames; a frame that another
/// one has displaced from it costs the edge (instrument/README.md). The order of events still shows
/// it: a coroutine that had suspended, waiting for something unknown, and had not yet left,
/// resumed another one for the first time.
///
///   task_suspend(entry point, waits for ?)
///   task_resume(fetch), while the entry point is current: it awaits fetch
///
/// A scheduler that hands the thread over in its await_suspend looks the same. So this is believed
/// of library code, which does not schedule that way, and of the task that has made the other one.
#pragma once

#include "debugger/analysis/model/model.h"

namespace weft::analysis {

/// Sets Task::awaiter, and what the awaiter's segment waited for. Expressions must be built.
void add_untold_awaits(Model& model);

}  // namespace weft::analysis
