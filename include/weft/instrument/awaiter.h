/// The awaiter that stands in for the user's in every co_await: it does what that one does, and
/// tells weft when the coroutine stops there and when it goes on.
///
/// One class for the four kinds of suspension points. The order of things at an ordinary one:
///
///   compiler                    Awaiter                          weft
///   await_ready() ── false ──>
///   await_suspend(h) ────────>  Stop                             task_await, task_suspend
///                               user's await_suspend(h')         (what it starts is h's doing)
///                               ~Stop                            task_leave
///   ... somebody resumes h ...
///   await_resume() ──────────>  resume                           task_resume
///                               user's await_resume()
///
/// h' is the coroutine_handle of the *user's* promise type, at the same address.
#pragma once
#pragma GCC system_header

#include <coroutine>

#include "weft/instrument/awaitable.h"
#include "weft/instrument/start_after_suspend.h"
#include "weft/instrument/task_state.h"
#include "weft/instrument/wait_kind.h"

namespace weft::instrument {

enum class Point {
  kInitial,  // the task was created; it runs from await_resume on
  kBody,     // co_await, co_yield
  kFinal,    // the task has ended
};

/// `Owner` is the Promise (promise.h), T the type of the operand as an expression.
///
/// Awaiter is a member of a class template, not one itself: so the namespaces of T are not its own,
/// and an `operator co_await(anything)` that lives there is not applied to it.
template <class Owner, class T, Point kPoint>
struct Awaiting {
  class Awaiter {
    using User = typename Owner::User;
    using Inner = std::remove_reference_t<decltype(std::declval<Awaited<T>&>().awaiter())>;
    using Suspended = decltype(std::declval<Inner&>().await_suspend(std::coroutine_handle<User>{}));
    static constexpr bool kNoexceptSuspend =
        noexcept(std::declval<Inner&>().await_suspend(std::coroutine_handle<User>{}));

   public:
    /// `get` makes the operand. `kind` is what is waited for, as far as the operand's type says.
    template <class Get>
    Awaiter(Owner& owner, const weft_place* place, uint32_t kind,
            Get&& get) noexcept(std::is_nothrow_constructible_v<Awaited<T>, Get&>)
        : owner_(owner), place_(place), kind_(kind), awaited_(get) {}

    bool await_ready() noexcept(noexcept(std::declval<Inner&>().await_ready())) {
      const bool ready = awaited_.awaiter().await_ready() ? true : false;
      if (kPoint == Point::kFinal && ready) owner_.weft_state().leave();
      return ready;
    }

    Suspended await_suspend(std::coroutine_handle<> handle) noexcept(kNoexceptSuspend) {
      const auto user = std::coroutine_handle<User>::from_address(handle.address());
      if constexpr (kPoint != Point::kInitial) {
        if (owner_.weft_state().traced()) [[unlikely]]
          return suspend_recorded(user);
      }
      return awaited_.awaiter().await_suspend(user);
    }

    decltype(auto) await_resume() noexcept(noexcept(std::declval<Inner&>().await_resume())) {
      if constexpr (kPoint == Point::kInitial) {
        owner_.weft_state().resume(place_);
      } else if constexpr (kPoint == Point::kBody) {
        if (suspended_) [[unlikely]]
          owner_.weft_state().resume(place_);
      }
      return awaited_.awaiter().await_resume();
    }

   private:
    __attribute__((noinline, cold)) Suspended suspend_recorded(
        std::coroutine_handle<User> user) noexcept(kNoexceptSuspend) {
      suspended_ = true;
      Wait wait{kind_, 0};
      auto& awaiter = awaited_.awaiter();
      if constexpr (kPoint == Point::kFinal) {
        // The task has ended: it waits for nothing.
      } else if constexpr (requires { awaiter.weft_waiting(); }) {  // weft/async.h
        const auto waiting = awaiter.weft_waiting();
        wait = {waiting.kind, waiting.object};
      } else {
        const weft_task waiter = owner_.weft_state().id();
        const bool found = find_awaited(waiter, {&awaiter, sizeof awaiter}, wait);
        if constexpr (!Awaited<T>::kOperandIsAwaiter) {
          auto& operand = awaited_.operand();
          if (!found) find_awaited(waiter, {&operand, sizeof operand}, wait);
        }
      }
      Stop stop(owner_.weft_state(), place_, wait.kind, wait.object);
      if constexpr (Owner::starts_after_suspend() && kPoint == Point::kBody) {
        awaiter.await_suspend(user);  // leaves a function behind: the frame is still here
        later_.replace(owner_.weft_resume_context(), owner_.weft_state().id());
        stop.returned();
      } else if constexpr (std::is_void_v<Suspended>) {
        awaiter.await_suspend(user);
        stop.returned();
      } else {
        const Suspended result = awaiter.await_suspend(user);
        stop.returned();
        return result;
      }
    }

    Owner& owner_;
    const weft_place* place_;
    uint32_t kind_;
    bool suspended_ = false;
    [[no_unique_address]] StartLater<Owner> later_;
    Awaited<T> awaited_;
  };
};

}  // namespace weft::instrument
