/// Trace IDs for log lines and outgoing calls: W3C Trace Context,
/// https://www.w3.org/TR/trace-context
///
///   00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01
///   version, trace ID (16 bytes), parent ID (8 bytes: the task), flags
///
/// A task has the trace ID of the task that made it, if that had one. It gets one of its own when
/// it asks for it, or when a request begins; a request may bring one along. Record only: in replay
/// the program gets what the trace says.
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/thread.h"
#include "weft/trace/traceparent.h"

namespace weft::runtime {

using trace::kTraceParentBytes;

extern uint32_t g_last_trace;  ///< 0: nobody has asked for a trace ID
void copy_trace(uint64_t task, uint64_t parent);
/// `task` has been made by `parent`.
inline void inherit_trace(uint64_t task, uint64_t parent) {
  if (g_last_trace != 0) [[unlikely]]
    copy_trace(task, parent);
}
/// The current task works for a request; `traceparent` (kTraceParentBytes characters) says for
/// which, or is null: a new trace. What is malformed is ignored.
void begin_trace(Thread* thread, const char* traceparent);
/// Writes kTraceParentBytes characters and a NUL: the current task's.
void format_traceparent(Thread* thread, char* out);

}  // namespace weft::runtime
