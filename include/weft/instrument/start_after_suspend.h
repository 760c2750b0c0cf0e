/// Operations that a library starts only after the coroutine that waits for them has stopped.
///
/// Boost.Asio since 1.24 (Boost 1.80) does not start an operation inside await_suspend, where
/// another thread could complete it and resume the coroutine at once. await_suspend only leaves a
/// function in `resume_context_`, and the code that resumed the coroutine calls it when the
/// coroutine has stopped:
///
///   resume() ── coro_.resume() ─ ... ─ await_suspend: after_suspend_fn_ = start, Stop, ~Stop ─┐
///      after_suspend_fn_(after_suspend_arg_)   <───────────────────────────────────────────────┘
///
/// By then another task is current. So the function is replaced by one that makes the coroutine's
/// task current around it. Recognised by its members, not by a version.
#pragma once
#pragma GCC system_header

#include "weft/instrument/task_state.h"

namespace weft::instrument {

class StartAfterSuspend {
 public:
  /// Context: what has `after_suspend_fn_` and `after_suspend_arg_`.
  template <class Context>
  void replace(Context* context, weft_task task) noexcept {
    if (task == 0 || context == nullptr || context->after_suspend_fn_ == nullptr) return;
    function_ = context->after_suspend_fn_;
    argument_ = context->after_suspend_arg_;
    task_ = task;
    context->after_suspend_fn_ = &StartAfterSuspend::run;
    context->after_suspend_arg_ = this;
  }

 private:
  /// The frame that holds `self` may be gone as soon as the operation is started.
  static void run(void* self) {
    const StartAfterSuspend start = *static_cast<StartAfterSuspend*>(self);
    CurrentTask current(start.task_);
    start.function_(start.argument_);
  }

  void (*function_)(void*) = nullptr;
  void* argument_ = nullptr;
  weft_task task_ = 0;
};

struct NothingStartsLater {};

/// What an awaiter keeps for it: nothing, for a promise that has no such context.
template <class Owner>
using StartLater =
    std::conditional_t<Owner::starts_after_suspend(), StartAfterSuspend, NothingStartsLater>;

}  // namespace weft::instrument
