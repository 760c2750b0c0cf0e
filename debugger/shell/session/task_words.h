/// Tasks in words, as the shell shows them.
#pragma once

#include <string>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/shell/session/task_names.h"
#include "debugger/shell/source/source_debugger.h"

namespace weft::shell {

class Shell;

inline constexpr const char* kNoTasks =
    "the program told nothing about its tasks\n  build it with weft_trace(TARGET) or `weft c++`; "
    "threads lists its threads";

/// The tasks that await it, those that created them, and the request: a line each.
std::string stack_lines(const analysis::Analysis& analysis, analysis::TaskIndex task,
                        trace::EventIndex moment);
/// The variables in the frame of a coroutine that is alive at this moment, a line each; empty if
/// there are none, or nothing is known of them.
std::string frame_variables(Shell& shell, analysis::TaskIndex task);
/// Every task that a user wrote: its stack and its variables.
CommandOutput all_tasks_in_full(Shell& shell);
/// What an event is to tasks and requests, a line each; empty: nothing.
std::string event_words(Shell& shell, trace::EventIndex event);

}  // namespace weft::shell
