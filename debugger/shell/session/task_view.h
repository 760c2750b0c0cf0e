/// Tasks in words, as the shell shows them.
#pragma once

#include <string>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/shell/source/source_debugger.h"

namespace weft::shell {

class Shell;

inline constexpr const char* kNoTasks =
    "the program told nothing about its tasks\n  build it with weft_trace(TARGET) or `weft c++`; "
    "threads lists its threads";

/// "task 12 checkout"; "thread 2".
std::string task_label(const analysis::Analysis& analysis, analysis::TaskIndex task);
/// " at shop.cc:48"; empty if it is not known.
std::string place_label(const analysis::Analysis& analysis, analysis::PlaceIndex place);
/// The tasks that await it and their creators, up to the request: a line each.
std::string stack_text(const analysis::Analysis& analysis, analysis::TaskIndex task,
                       analysis::EventIndex moment);
/// The variables in the frame of a coroutine that is alive at this moment, a line each; empty if
/// there are none, or nothing is known of them.
std::string frame_variables(Shell& shell, analysis::TaskIndex task);
/// Every task that a user wrote: its stack and its variables.
CommandOutput all_tasks_in_full(Shell& shell);
/// What an event is to tasks and requests, a line each; empty: nothing.
std::string event_words(Shell& shell, uint64_t event);

}  // namespace weft::shell
