/// Which suspended tasks there are at a moment, as threads for LLDB.
#pragma once

#include <vector>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/remote/task_threads.h"
#include "debugger/shell/events/event_log.h"

namespace weft::shell {

/// Suspended coroutines, each with those that wait for it.
std::vector<remote::SuspendedTask> suspended_tasks(const analysis::Analysis& analysis,
                                                   const EventLog& events,
                                                   trace::EventIndex moment);

/// The same for one task. Nothing if it is no suspended coroutine.
std::optional<remote::SuspendedTask> suspended_task(const analysis::Analysis& analysis,
                                                    const EventLog& events,
                                                    analysis::TaskIndex task,
                                                    trace::EventIndex moment);

}  // namespace weft::shell
