/// The task that a coroutine is, kept inside its promise: the one place that calls the task hooks.
///
///            create          resume             stop                  end
///   kUntraced ───> kSuspended ───> kRunning ───────────> kSuspended
///                       │             └──────────────────────────────> kEnded
///                       └── ~TaskState: destroyed before the end ───>  (cancelled)
///
/// Every member is a no-op in a program that is not recorded: the task's ID is 0.
#pragma once
#pragma GCC system_header

#include <source_location>

#include "weft/instrument/function_name.h"
#include "weft/instrument/live_frames.h"
#include "weft/instrument/outcome.h"
#include "weft/instrument/table.h"

namespace weft::instrument {

/// The std::source_location of an expression, as the hooks want it (same layout; null: unknown).
inline const weft_place* place_of(const std::source_location& location) noexcept {
  static_assert(sizeof(location) == sizeof(const weft_place*));
  const weft_place* place;
  __builtin_memcpy(&place, static_cast<const void*>(&location), sizeof place);
  return place;
}

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
  bool traced() const noexcept { return id_ != 0; }

  /// `frame` is about to reach its initial suspension, at `place`.
  void create(const void* frame, const weft_place* place) noexcept {
    if (const weft_abi* weft = table()) [[unlikely]]
      create_on(*weft, frame, place);
  }

  /// The coroutine runs (again).
  void resume(const weft_place* place) noexcept {
    if (id_ != 0) [[unlikely]]
      resume_on(place);
  }

  /// It ends; what it still does (its final await) is done in its name.
  void end(uint32_t outcome, const char* what) noexcept {
    if (id_ == 0 || phase_ == Phase::kEnded) [[likely]]
      return;
    phase_ = Phase::kEnded;
    table()->task_end(id_, outcome, what);
  }

  /// It is left by the current exception.
  void fail() noexcept {
    if (id_ == 0) [[likely]]
      return;
    const Outcome outcome = outcome_of_current_exception();
    end(outcome.outcome, outcome.what);
  }

  /// It is about to be awaited in a way that weft cannot see: the task stops here ...
  void stop_unseen(const weft_place* place) noexcept {
    if (id_ == 0) [[likely]]
      return;
    weft_place named = at(place);
    table()->task_suspend(id_, &named, WEFT_WAIT_UNKNOWN, 0);
    leave();
    phase_ = Phase::kUnseen;
  }
  /// ... and runs when anything is heard of it again.
  void notice_running() noexcept {
    if (phase_ == Phase::kUnseen) [[unlikely]]
      resume(nullptr);
  }

  /// It has ended, and control goes back to who resumed it.
  void leave() noexcept {
    if (id_ != 0) [[unlikely]]
      table()->task_leave(previous_);
  }

 private:
  friend class Stop;

  enum class Phase : unsigned char { kSuspended, kRunning, kUnseen, kEnded };

  __attribute__((noinline, cold)) void create_on(const weft_abi& weft, const void* frame,
                                                 const weft_place* place) noexcept {
    if (function_ == nullptr && place != nullptr) function_ = place->function;
    function_ = function_names.name_of(function_);
    weft_place named = at(place);
    id_ = weft.task_create(WEFT_TASK_COROUTINE, frame, &named, 0);
    frame_ = frame;
    if (id_ != 0) live_frames.put(frame, id_);
  }

  __attribute__((noinline, cold)) void resume_on(const weft_place* place) noexcept {
    weft_place named = at(place);
    phase_ = Phase::kRunning;
    previous_ = table()->task_resume(id_, &named);
  }

  __attribute__((noinline, cold)) void destroy() noexcept {
    end(WEFT_CANCELLED, nullptr);
    live_frames.remove(frame_);
  }

  /// GCC calls a coroutine's body "void f(f(int)::_Z1fi.Frame*)": give the name that its promise's
  /// constructor was called from.
  weft_place at(const weft_place* place) noexcept {
    weft_place named = place != nullptr ? *place : weft_place{nullptr, nullptr, 0, 0};
    if (function_ != nullptr) named.function = function_;
    return named;
  }

  weft_task id_ = 0;
  weft_task previous_ = 0;
  const void* frame_ = nullptr;
  const char* function_;
  Phase phase_ = Phase::kSuspended;
};

/// A task while it stops: from before the awaiter's await_suspend until after it. From then on the
/// frame may be gone, or run on another thread; what the destructor needs is kept here.
class Stop {
 public:
  /// `wait` and `object` as for weft_abi's task_suspend.
  Stop(TaskState& state, const weft_place* place, uint32_t wait, uint64_t object) noexcept
      : state_(state), place_(place), id_(state.id_) {
    if (id_ != 0) [[unlikely]]
      suspend(wait, object);
  }
  Stop(const Stop&) = delete;
  Stop& operator=(const Stop&) = delete;
  ~Stop() {
    if (id_ != 0) [[unlikely]]
      leave();
  }

  /// await_suspend returned. Without this it threw: the coroutine goes on with the exception.
  void returned() noexcept { returned_ = true; }

 private:
  __attribute__((noinline, cold)) void suspend(uint32_t wait, uint64_t object) noexcept {
    previous_ = state_.previous_;
    if (state_.phase_ == TaskState::Phase::kEnded) return;
    state_.phase_ = TaskState::Phase::kSuspended;
    weft_place named = state_.at(place_);
    table()->task_suspend(id_, &named, wait, object);
  }
  __attribute__((noinline, cold)) void leave() noexcept {
    last_stopped = id_;
    table()->task_leave(previous_);
    if (!returned_) state_.resume(place_);
  }

  TaskState& state_;
  const weft_place* place_;
  weft_task id_;
  weft_task previous_ = 0;
  bool returned_ = false;
};

/// Leaves a task that has ended, if the scope is left by an exception: one that a promise's
/// unhandled_exception lets through to whoever resumed the coroutine.
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

/// Makes `task` current for a scope, without an event.
class CurrentTask {
 public:
  explicit CurrentTask(weft_task task) noexcept {
    const weft_abi* weft = table();
    if (weft == nullptr || task == 0) return;
    before_ = weft->task_current();
    changed_ = true;
    weft->task_leave(task);
  }
  CurrentTask(const CurrentTask&) = delete;
  CurrentTask& operator=(const CurrentTask&) = delete;
  ~CurrentTask() {
    if (changed_) table()->task_leave(before_);
  }

 private:
  weft_task before_ = 0;
  bool changed_ = false;
};

}  // namespace weft::instrument
