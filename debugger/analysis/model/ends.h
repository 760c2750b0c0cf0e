/// When things were over, and how long they took: what was not over when the recording ended counts up
/// to there.
#pragma once

#include <algorithm>

#include "debugger/analysis/model/model.h"

namespace weft::analysis {

inline Ticks finish_of(const Model& model, const Request& request) {
  return request.end == kNone ? model.totals.last_time : request.finish;
}
inline Ticks finish_of(const Model& model, const Task& task) {
  return task.ended == kNone ? model.totals.last_time : task.ended_time;
}
inline Ticks finish_of(const Model& model, const Segment& segment) {
  return segment.end == SegmentEnd::kOpen ? model.totals.last_time : segment.finish;
}
inline Ticks finish_of(const Model& model, const BlockedCall& call) {
  return call.event == kNone ? model.totals.last_time : call.finish;
}
inline Ticks finish_of(const Model& model, const Exchange& exchange) {
  return exchange.last == kNone ? model.totals.last_time : exchange.finish;
}

inline Ticks length_of(const Model& model, const Request& request) {
  const Ticks end = finish_of(model, request);
  return end - std::min(end, request.start);
}

}  // namespace weft::analysis
