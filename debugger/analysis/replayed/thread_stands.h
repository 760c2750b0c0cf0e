/// Replays a recording up to a moment and looks where each thread stands then: in which system
/// call, at which line, for which lock, and which thread owns that lock.
///
///   thread 1   lock(accounts) ── sleeps ── lock(audit) ─ futex ...   no event: it never returned
///   thread 2   lock(audit) ── sleeps ── lock(accounts) ─ futex ...
///                                                          ▲ the moment: registers say "in futex,
///                                                            at this address", the stack says
///                                                            where, the mutex's memory says whose
#pragma once

#include <string>
#include <vector>

#include "debugger/analysis/model/thread_stand.h"
#include "weft/base/result.h"
#include "weft/trace/event_index.h"

namespace weft::analysis {

/// All threads that are alive just before `moment`, by number. Costs one replay up to there.
Result<Standing> standing_at(const std::string& trace_path, const std::string& runtime_path,
                             trace::EventIndex moment);

/// Of these, the threads.
Result<std::vector<ThreadStand>> thread_stands(const std::string& trace_path,
                                               const std::string& runtime_path,
                                               trace::EventIndex moment);

}  // namespace weft::analysis
