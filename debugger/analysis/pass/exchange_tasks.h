/// Which task an exchange belongs to.
///
///   outgoing   the task that sent its first bytes, or the coroutine that its handlers work for
///   incoming   the task that serves it: the innermost task that was there all the time and for which
///              both the reader of the question and the writer of the answer work
///
///   answer            ← serves it: all that it creates meanwhile is created for the request
///     ├─ read_line    moves the question's first bytes, and is over then
///     ├─ query
///     └─ write_line   moves the answer
#pragma once

#include "debugger/analysis/pass/collector.h"

namespace weft::analysis {

/// Sets Exchange::task. Expressions must be built.
void find_exchange_tasks(Model& model, const Collector& collector);

}  // namespace weft::analysis
