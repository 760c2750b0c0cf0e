/// Which task works for which request: after the pass over the events, when all exchanges are
/// known.
///
/// A request is explicit (request_begin), an exchange that came in, or a task that works for nobody
/// else. It begins in a task that was there before (the session of a keep-alive connection serves
/// one request after the other): that task works for it for a *span* of events. A new task works
/// for what its parent works for at that moment, as long as that request is open. What is created
/// later works for what the session worked for before:
///
///   session  ──────[ GET /a ]──────[ GET /b ]───     two spans
///                    └─ query       └─ query         created for GET /a, for GET /b
///                         └─ log ······└─ flush      created when GET /a was over: for the
///                         listener
#pragma once

#include <vector>

#include "debugger/analysis/model/model.h"

namespace weft::analysis {

/// Fills requests, spans, and the requests of tasks and exchanges. `model.exchanges` must be sorted
/// by their first event, their tasks be known (exchange_tasks.h), and expressions be built.
void build_requests(Model& model, const std::vector<Request>& explicit_requests);

/// What the task worked for just when the event happened; kNone: for nobody.
RequestIndex request_at(const Model& model, TaskIndex task, EventIndex event);

}  // namespace weft::analysis
