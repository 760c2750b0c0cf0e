/// Where the time of a request went: the chain of waits and runs that its end depended on.
///
/// Walked backwards from the end. A task runs since its resume; it was ready since the event that
/// woke it; before that it waited. What it waited for says where the walk goes on:
///   a child          at the child's end
///   a wake, a lock   in the task that woke it or released the lock, if that works for the same
///                    request
///   an operation     where the operation was started (the outside world did it); if it was
///                    cancelled for the same request, in the task that cancelled it
/// So each instant of the request belongs to one step, up to where it began. If a thread works for
/// the request without tasks, only its waits for other threads are known.
///
///   session   ▓▓░░░░░░░░░░░░░░░░░░▓▓     session: running, then running again
///   query       ▓░░░░░░░░░░░░░░▓░        query: running, waiting for SELECT, running, ready
#pragma once

#include <tuple>
#include <vector>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/analysis/questions/request_groups.h"

namespace weft::analysis {

enum class StepKind : uint8_t { kRunning, kBlocked, kReady, kWaiting };
const char* step_name(StepKind kind);

struct CriticalStep {
  Ticks from{}, to{};
  TaskIndex task = kNone;
  ExchangeIndex exchange = kNone;    ///< waiting: for this answer
  OperationIndex operation = kNone;  ///< waiting: for this operation
  TaskIndex awaited = kNone;         ///< waiting: for this thread to end
  PlaceIndex place = kNone;          ///< waiting: where
  StepKind kind = StepKind::kRunning;
  Wait wait = Wait::kUnknown;
};

/// Steps in the order of time. Neighbours may leave gaps where nothing is known.
std::vector<CriticalStep> critical_path(const Analysis& analysis, const RequestGroups& groups,
                                        RequestIndex request);

/// What the path's time is made of, the largest share first: a task's running, waiting for an
/// exchange, ...
struct Share {
  CriticalStep example;  ///< one step of it, the longest
  Ticks ticks{};
  uint32_t steps = 0;
};
std::vector<Share> shares_of(const Model& model, const std::vector<CriticalStep>& path);

/// What steps of the same share have in common, in other requests too: the kind, the code, what was
/// asked, where it waited.
using ShareKey = std::tuple<StepKind, ExpressionIndex, StringIndex, PlaceIndex>;
ShareKey share_key(const Model& model, const CriticalStep& step);

}  // namespace weft::analysis
