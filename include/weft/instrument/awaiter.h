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
#include <source_location>

#include "weft/instrument/awaitable.h"
#include "weft/instrument/start_after_suspend.h"
#include "weft/instrument/task_state.h"
#include "weft/instrument/wait_kind.h"

namespace weft::instrument {

/// A std::source_location as the compiler makes it and the hooks want it (same layout; null:
/// unknown): nothing of it is evaluated while compiling.
static_assert(sizeof(std::source_location) == sizeof(const weft_place*));
#define WEFT_INSTRUMENT_HERE \
  static_cast<const weft_place*>(static_cast<const void*>(__builtin_source_location()))

enum class Point {
  kInitial,  // the task was created; it runs from await_resume on
  kBody,     // co_await, co_yield
  kFinal,    // the task has ended
};

/// `Owner` is the Promise (promise.h), T the type of the operand as an expression, kWait what is
/// waited for (weft_wait) as far as that type says.
///
/// Awaiter is a member of a class template, not one itself: so the namespaces of T are not its own,
/// and an `operator co_await(anything)` that lives there is not applied to it.
template <class Owner, class T, Point kPoint, uint32_t kWait = WEFT_WAIT_UNKNOWN>
struct Awaiting {
  class Awaiter {
    using User = typename Owner::User;
    using Inner = std::remove_reference_t<decltype(std::declval<Awaited<T>&>().awaiter())>;
    using Suspended = decltype(std::declval<Inner&>().await_suspend(std::coroutine_handle<User>{}));
    static constexpr bool kNoexceptSuspend =
        noexcept(std::declval<Inner&>().await_suspend(std::coroutine_handle<User>{}));

   public:
    /// `get` makes the operand. `state`: of the coroutine, which stops here.
    template <class Get>
    Awaiter(TaskState& state, const weft_place* place,
            Get&& get) noexcept(std::is_nothrow_constructible_v<Awaited<T>, Get&>)
        : state_(kPoint != Point::kBody ? &state : nullptr), place_(place), awaited_(get) {}

    bool await_ready() noexcept(noexcept(std::declval<Inner&>().await_ready())) {
      if constexpr (kPoint == Point::kFinal) {
        const bool ready = awaited_.awaiter().await_ready() ? true : false;
        if (ready) state_->leave();
        return ready;
      } else {
        return awaited_.awaiter().await_ready() ? true : false;
      }
    }

    Suspended await_suspend(std::coroutine_handle<Owner> handle) noexcept(kNoexceptSuspend) {
      const auto user = std::coroutine_handle<User>::from_address(handle.address());
      if constexpr (kPoint != Point::kInitial) {
        if (table() != nullptr) [[unlikely]]
          return suspend_recorded(handle.promise(), user);
      }
      return awaited_.awaiter().await_suspend(user);
    }

    decltype(auto) await_resume() noexcept(noexcept(std::declval<Inner&>().await_resume())) {
      if constexpr (kPoint == Point::kInitial) {
        if (state_->id() != 0) [[unlikely]]
          state_->resume(place_);
      } else if constexpr (kPoint == Point::kBody) {
        if (state_ != nullptr) [[unlikely]]
          state_->resume(place_);
      }
      tell_that_it_passed();
      return awaited_.awaiter().await_resume();
    }

   private:
    static constexpr uint32_t kKind = kWait == WEFT_WAIT_UNKNOWN ? wait_of_awaiter<Inner>() : kWait;
    static constexpr bool kOneAtATime = is_called<Inner>("utex");
    static constexpr bool kTellsHolds = requires(Inner& inner) { inner.weft_waiting(); };

    /// Of locks and channels: it is through, also if it did not have to stop.
    void tell_that_it_passed() noexcept {
      if constexpr (kPoint == Point::kBody && kWait == WEFT_WAIT_UNKNOWN && !kTellsHolds &&
                    kKind != WEFT_WAIT_UNKNOWN) {
        if (table() != nullptr) [[unlikely]]
          tell_pass(object_of(awaited_.awaiter()), kOneAtATime);
      }
    }

    /// What the operand is about: itself, if it is an object of the program's; else what its
    /// awaiter refers to in the first place.
    uint64_t object_of(Inner& awaiter) noexcept {
      if constexpr (std::is_lvalue_reference_v<T>) {
        if constexpr (Awaited<T>::kOperandIsAwaiter) {
          return reinterpret_cast<uint64_t>(&awaiter);
        } else {
          return reinterpret_cast<uint64_t>(&awaited_.operand());
        }
      } else {
        constexpr size_t kFirst = std::is_polymorphic_v<Inner> ? sizeof(void*) : 0;
        uint64_t word = 0;
        if constexpr (sizeof(Inner) >= kFirst + sizeof word)
          __builtin_memcpy(&word, reinterpret_cast<const char*>(&awaiter) + kFirst, sizeof word);
        return word;
      }
    }

    WEFT_INSTRUMENT_COLD Suspended
    suspend_recorded(Owner& owner, std::coroutine_handle<User> user) noexcept(kNoexceptSuspend) {
      TaskState& state = owner.weft_state();
      auto& awaiter = awaited_.awaiter();
      if (state.id() == 0) return awaiter.await_suspend(user);
      state_ = &state;
      Stop stop(state, place_, what_stops(awaiter));
      if constexpr (Owner::starts_after_suspend() && kPoint == Point::kBody) {
        awaiter.await_suspend(user);  // leaves a function behind: the frame is still here
        later_.replace(owner.weft_resume_context(), state.id());
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

    weft_stop what_stops(Inner& awaiter) noexcept {
      if constexpr (kPoint == Point::kFinal) {
        return {};  // the task has ended: it waits for nothing
      } else if constexpr (requires { awaiter.weft_waiting(); }) {  // weft/async.h
        const auto waiting = awaiter.weft_waiting();
        return {waiting.object, {}, {}, waiting.kind};
      } else if constexpr (Awaited<T>::kOperandIsAwaiter) {
        return {known_object(awaiter), {&awaiter, nullptr}, {sizeof awaiter, 0}, kKind};
      } else {
        auto& operand = awaited_.operand();
        return {
            known_object(awaiter), {&awaiter, &operand}, {sizeof awaiter, sizeof operand}, kKind};
      }
    }

    /// What Asio's operands are about is told by the operations that they start.
    uint64_t known_object(Inner& awaiter) noexcept {
      return kWait == WEFT_WAIT_UNKNOWN ? object_of(awaiter) : 0;
    }

    /// In the body of a coroutine: null until it stops.
    TaskState* state_;
    const weft_place* place_;
    [[no_unique_address]] StartLater<Owner> later_;
    Awaited<T> awaited_;
  };
};

}  // namespace weft::instrument
