/// The task that a coroutine is, kept inside its promise: the one place that calls the task hooks.
///
///            create          resume             stop                  end
///   kUntraced ───> kSuspended ───> kRunning ───────────> kSuspended
///                       │             └──────────────────────────────> kEnded
///                       └── ~TaskState: destroyed before the end ───>  (cancelled)
///
/// Every member is a no-op in a program that is not recorded: the task's ID is 0. What a recorded
/// one runs is out of line and short, for every file with a coroutine is compiled with it: the rest
/// is the runtime's (weft_abi.h, coroutine_...).
#pragma once
#pragma GCC system_header

#include "weft/instrument/outcome.h"
#include "weft/instrument/table.h"

namespace weft::instrument {

#define WEFT_INSTRUMENT_COLD __attribute__((noinline, cold))

/// The task that stopped last on this thread. A library that starts an operation after the
/// coroutine that waits for it has stopped (Boost.Asio) starts it for this one.
inline constinit thread_local weft_task last_stopped = 0;

class TaskState {
 public:
  explicit TaskState(const char* function) noexcept : function_(function) {}
  TaskState(const TaskState&) = delete;
  TaskState& operator=(const TaskState&) = delete;
  ~TaskState() {
    if (id_ != 0) [[unlikely]]
      destroy();
  }

  weft_task id() const noexcept { return id_; }

  /// `frame` is about to reach its initial suspension, at `place`.
  void create(const void* frame, const weft_place* place) noexcept {
    if (table() != nullptr) [[unlikely]]
      create_on(frame, place);
  }

  /// The coroutine runs (again). Only if it is traced.
  WEFT_INSTRUMENT_COLD void resume(const weft_place* place) noexcept {
    phase_ = Phase::kRunning;
    previous_ = table()->coroutine_resume(id_, place, function_);
  }

  /// It ends; what it still does (its final await) is done in its name.
  void end() noexcept {
    if (id_ != 0) [[unlikely]]
      end_as({WEFT_DONE, nullptr});
  }

  /// It is left by the current exception.
  void fail() noexcept {
    if (id_ != 0) [[unlikely]]
      end_as(outcome_of_current_exception());
  }

  /// It is about to be awaited in a way that weft cannot see: the task stops here ...
  void stop_unseen(const weft_place* place) noexcept {
    if (id_ != 0) [[unlikely]]
      stop_unseen_on(place);
  }
  /// ... and runs when anything is heard of it again.
  void notice_running() noexcept {
    if (phase_ == Phase::kUnseen) [[unlikely]]
      resume(nullptr);
  }

  /// It has ended, and control goes back to the code that resumed it.
  void leave() noexcept {
    if (id_ != 0) [[unlikely]]
      table()->task_leave(previous_);
  }

 private:
  friend class Stop;

  enum class Phase : unsigned char { kSuspended, kRunning, kUnseen, kEnded };

  WEFT_INSTRUMENT_COLD void create_on(const void* frame, const weft_place* place) noexcept {
    if (function_ == nullptr && place != nullptr) function_ = place->function;
    frame_ = frame;
    id_ = table()->coroutine_create(frame, place, function_);
  }
  WEFT_INSTRUMENT_COLD void end_as(Outcome outcome) noexcept {
    if (phase_ == Phase::kEnded) return;
    if (phase_ == Phase::kUnseen) resume(nullptr);
    phase_ = Phase::kEnded;
    table()->task_end(id_, outcome.outcome, outcome.what);
  }
  WEFT_INSTRUMENT_COLD void stop_unseen_on(const weft_place* place) noexcept {
    const weft_stop unknown = {};
    table()->coroutine_suspend(id_, place, function_, &unknown);
    table()->task_leave(previous_);
    phase_ = Phase::kUnseen;
  }
  WEFT_INSTRUMENT_COLD void destroy() noexcept {
    if (phase_ == Phase::kUnseen) phase_ = Phase::kSuspended;
    end_as({WEFT_CANCELLED, nullptr});
    table()->coroutine_gone(frame_);
  }

  weft_task id_ = 0;
  weft_task previous_ = 0;
  const void* frame_ = nullptr;
  /// GCC calls a coroutine's body "void f(f(int)::_Z1fi.Frame*)": this is the name that its
  /// promise's constructor was called from.
  const char* function_;
  Phase phase_ = Phase::kSuspended;
};

/// A task while it stops: from before the awaiter's await_suspend until after it. From then on the
/// frame may be gone, or run on another thread; what the destructor needs is kept here.
class Stop {
 public:
  /// Only if the task is traced.
  WEFT_INSTRUMENT_COLD Stop(TaskState& state, const weft_place* place,
                            const weft_stop& stop) noexcept
      : state_(state), place_(place), id_(state.id_), previous_(state.previous_) {
    if (state.phase_ == TaskState::Phase::kEnded) return;
    state.phase_ = TaskState::Phase::kSuspended;
    table()->coroutine_suspend(id_, place, state.function_, &stop);
  }
  Stop(const Stop&) = delete;
  Stop& operator=(const Stop&) = delete;
  WEFT_INSTRUMENT_COLD ~Stop() {
    last_stopped = id_;
    table()->task_leave(previous_);
    if (!returned_) state_.resume(place_);
  }

  /// await_suspend returned. Without this it threw: the coroutine goes on with the exception.
  void returned() noexcept { returned_ = true; }

 private:
  TaskState& state_;
  const weft_place* place_;
  weft_task id_;
  weft_task previous_;
  bool returned_ = false;
};

/// Leaves a task that has ended, if the scope is left by an exception: one that a promise's
/// unhandled_exception lets through to the code that resumed the coroutine.
class LeaveOnThrow {
 public:
  explicit LeaveOnThrow(TaskState& state) noexcept : state_(state) {}
  LeaveOnThrow(const LeaveOnThrow&) = delete;
  LeaveOnThrow& operator=(const LeaveOnThrow&) = delete;
  ~LeaveOnThrow() {
    if (!returned_) state_.leave();
  }
  void returned() noexcept { returned_ = true; }

 private:
  TaskState& state_;
  bool returned_ = false;
};

/// The current task came through a co_await of `object`: a mutex, or something that has room for
/// many.
WEFT_INSTRUMENT_COLD inline void tell_pass(uint64_t object, bool one_at_a_time) noexcept {
  if (object != 0)
    table()->hold(reinterpret_cast<const void*>(object), one_at_a_time ? WEFT_PASS : WEFT_PASS_MANY,
                  nullptr);
}

/// Makes `task` current for a scope, without an event.
class CurrentTask {
 public:
  explicit CurrentTask(weft_task task) noexcept {
    if (task != 0 && table() != nullptr) [[unlikely]]
      change(task);
  }
  CurrentTask(const CurrentTask&) = delete;
  CurrentTask& operator=(const CurrentTask&) = delete;
  ~CurrentTask() {
    if (changed_) [[unlikely]]
      table()->task_leave(before_);
  }

 private:
  WEFT_INSTRUMENT_COLD void change(weft_task task) noexcept {
    before_ = table()->task_current();
    changed_ = true;
    table()->task_leave(task);
  }

  weft_task before_ = 0;
  bool changed_ = false;
};

}  // namespace weft::instrument
