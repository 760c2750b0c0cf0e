/// Hook events (EventKind::kHook): what an instrumented program said through weft_abi.h.
///
/// Laid out as a system call is: site (where the hook was called from), then the arguments below,
/// then texts as kSent effects of arg 0 (at most kMaxSentBytes each; absent ones are empty).
/// `result` is what the hook returned.
///
/// Places are numbered: the first event that names a place is preceded by its kPlace. A number may
/// be given again (a library was unloaded); the latest kPlace counts. Place 0 is unknown.
#pragma once

#include <cstdint>

namespace weft::trace {

enum class HookKind : uint16_t {
  kPlace = 1,
  kTaskCreate = 2,
  kTaskResume = 3,
  kTaskSuspend = 4,
  kTaskEnd = 5,
  kTaskWake = 6,
  kTaskAwait = 7,
  kTaskName = 8,
  kOperationStart = 9,
  kOperationComplete = 10,
  kOperationCancel = 11,
  kRequestBegin = 12,
  kRequestEnd = 13,
  kNote = 14,
  kTraceParent = 15,
  kHold = 16,
  kFiberSwitch = 17,
};
inline constexpr uint16_t kMaxHookKind = 17;

struct HookRow {
  const char* name;
  uint8_t argument_count;
  uint8_t text_count;
  const char* arguments[4];
  const char* texts[2];
};

/// By HookKind.
inline constexpr HookRow kHookRows[kMaxHookKind + 1] = {
    {"", 0, 0, {}, {}},
    {"place", 3, 2, {"number", "line", "column"}, {"file", "function"}},
    {"task_create", 4, 0, {"kind", "identity", "place", "parent"}, {}},  // result: the task
    {"task_resume", 2, 0, {"task", "place"}, {}},  // result: the task that was current
    {"task_suspend", 4, 0, {"task", "place", "wait", "object"}, {}},
    {"task_end", 2, 1, {"task", "outcome"}, {"what"}},
    {"task_wake", 2, 0, {"task", "current"}, {}},
    {"task_await", 2, 0, {"waiter", "task"}, {}},
    {"task_name", 1, 1, {"task"}, {"name"}},
    {"operation_start", 4, 1, {"current", "place", "object", "fd"}, {"name"}},  // the operation
    {"operation_complete", 4, 0, {"operation", "error", "bytes", "current"}, {}},
    {"operation_cancel", 2, 1, {"object", "current"}, {"what"}},
    {"request_begin", 1, 2, {"current"}, {"name", "traceparent"}},  // result: the request
    {"request_end", 3, 0, {"request", "outcome", "current"}, {}},
    {"note", 1, 2, {"current"}, {"key", "value"}},
    {"traceparent", 1, 1, {"current"}, {"traceparent"}},
    {"hold", 3, 1, {"object", "hold", "current"}, {"name"}},
    {"fiber_switch", 2, 0, {"from", "to"}, {}},  // tasks; 0: the thread itself
};

}  // namespace weft::trace
