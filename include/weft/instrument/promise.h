/// The promise that coroutines get in place of the user's: derived from it, at the same address.
///
///   frame:  resume | destroy | ┌ Promise<P> ───────────────────┐ arguments, locals, awaiters ...
///                              │ P (the user's)  │ weft_state_ │
///                              └─────────────────┴─────────────┘
///
/// Why coroutine_handle<P>::from_promise and ::from_address keep working: both compute with the
/// distance from the frame to the promise, which is 16 bytes rounded up to the promise's alignment
/// (GCC and Clang alike). P is the first base, so it lies at offset 0 of Promise<P> (Itanium C++
/// ABI 2.4), and Promise<P> is not aligned more strictly than 16 bytes or P: fits_in_place() checks
/// it.
///
/// The members that a compiler calls are templates: so none of them overrides a virtual function of
/// P, and none is looked at unless it is needed.
#pragma once
#pragma GCC system_header

#include <coroutine>
#include <source_location>

#include "weft/instrument/awaiter.h"
#include "weft/instrument/task_state.h"
#include "weft/instrument/yielding.h"

namespace weft::instrument {

/// The function that a constructor is called from. A type of our own, so that no argument of a
/// coroutine can be taken for it.
struct CallerName {
  const weft_place* place;
};

/// Unless the program is compiled without optimisation, these would be inlined at each co_await and
/// each coroutine, and then take longer to compile than the user's own code. A call takes less time
/// than what it is there for.
#define WEFT_INSTRUMENT_CALL __attribute__((noinline))

/// `Generator`: what the coroutine returns, if it may yield; else void.
template <class P, class Generator>
class Promise : public Yielding<P, Generator, Promise<P, Generator>> {
  using Base = Yielding<P, Generator, Promise>;
  using OneParameter = AwaitParameter<P>;
  static constexpr bool kTakesOne = !std::is_same_v<OneParameter, None>;

 public:
  using User = P;

  using Base::Base;
  Promise(CallerName caller = {WEFT_INSTRUMENT_HERE}) noexcept(
      std::is_nothrow_default_constructible_v<P>)
    requires(std::is_default_constructible_v<P>)
      : weft_state_(caller.place->function) {}

  template <class Unused = void>
  WEFT_INSTRUMENT_CALL auto initial_suspend(
      const weft_place* place =
          WEFT_INSTRUMENT_HERE) noexcept(noexcept(std::declval<P&>().initial_suspend())) {
    weft_state_.create(weft_frame(), place);
    return weft_await<Point::kInitial>(
        [this]() -> decltype(auto) { return static_cast<P&>(*this).initial_suspend(); }, place);
  }

  template <class Unused = void>
  WEFT_INSTRUMENT_CALL auto final_suspend() noexcept(noexcept(std::declval<P&>().final_suspend())) {
    weft_state_.end();
    return weft_await<Point::kFinal>(
        [this]() noexcept(noexcept(std::declval<P&>().final_suspend())) -> decltype(auto) {
          return static_cast<P&>(*this).final_suspend();
        },
        nullptr);
  }

  template <class Unused = void>
  WEFT_INSTRUMENT_CALL void unhandled_exception() noexcept(
      noexcept(std::declval<P&>().unhandled_exception())) {
    weft_state_.fail();
    LeaveOnThrow leave(weft_state_);
    static_cast<P&>(*this).unhandled_exception();
    leave.returned();
  }

  /// The user's await_transform takes one type: so does this.
  WEFT_INSTRUMENT_CALL decltype(auto) await_transform(
      OneParameter operand, const weft_place* place = WEFT_INSTRUMENT_HERE)
    requires(kTakesOne)
  {
    weft_state_.notice_running();
    return weft_await_if_seen<WEFT_WAIT_UNKNOWN>(
        [this, &operand]() -> decltype(auto) {
          return static_cast<P&>(*this).await_transform(static_cast<OneParameter&&>(operand));
        },
        place);
  }

  /// It takes several, or whatever it is given; or there is none.
  template <class U>
    requires(!kTakesOne)
  WEFT_INSTRUMENT_CALL decltype(auto) await_transform(
      U&& operand, const weft_place* place = WEFT_INSTRUMENT_HERE) noexcept(!HasAwaitTransform<P> &&
                                                                            IsOnlyAwaiter<U&&>) {
    weft_state_.notice_running();
    return weft_await_if_seen<wait_of<U>()>(
        [this, &operand, place]() -> decltype(auto) {
          static_cast<void>(this), static_cast<void>(place);
          if constexpr (!HasAwaitTransform<P>) {
            return static_cast<U&&>(operand);
          } else if constexpr (requires(P& p, std::source_location here) {
                                 p.await_transform(static_cast<U&&>(operand), here);
                               }) {
            auto here = __builtin_bit_cast(std::source_location, place);  // it asks for it
            return static_cast<P&>(*this).await_transform(static_cast<U&&>(operand), here);
          } else {
            return static_cast<P&>(*this).await_transform(static_cast<U&&>(operand));
          }
        },
        place);
  }

  /// For Yielding.
  template <class Get>
  auto weft_yield(Get get, const weft_place* place) {
    weft_state_.notice_running();
    return weft_await<Point::kBody>(get, place);
  }

  /// For Awaiter.
  TaskState& weft_state() noexcept { return weft_state_; }
  template <class Self = Promise>
  static consteval bool starts_after_suspend() noexcept {
    return requires(Self& self) {
      self.resume_context_->after_suspend_fn_;
      self.resume_context_->after_suspend_arg_;
    };
  }
  template <class Self = Promise>
  auto* weft_resume_context() noexcept {
    return static_cast<Self*>(this)->resume_context_;
  }

 private:
  const void* weft_frame() noexcept {
    return std::coroutine_handle<P>::from_promise(*this).address();
  }

  /// Only a library that names its operations by type is asked for what a type's name says.
  template <class U>
  static consteval uint32_t wait_of() noexcept {
    if constexpr (starts_after_suspend() && !IsAwaitable<U>) return wait_of_initiation<U>();
    return WEFT_WAIT_UNKNOWN;
  }

  template <Point kPoint, uint32_t kWait = WEFT_WAIT_UNKNOWN, class Get>
  auto weft_await(Get get, const weft_place* place) noexcept(
      std::is_nothrow_constructible_v<Awaited<decltype(get())>, Get&>) {
    using Awaiter = typename Awaiting<Promise, decltype(get()), kPoint, kWait>::Awaiter;
    return Awaiter(weft_state_, place, get);
  }

  /// What `get` makes is awaited through an operator co_await that only the coroutine's own scope
  /// sees: hand it on as it is, and take it that the coroutine stops now, until it is next heard
  /// of.
  template <uint32_t kWait, class Get>
  decltype(auto) weft_await_if_seen(Get get, const weft_place* place) {
    if constexpr (IsAwaitable<decltype(get())>) {
      return weft_await<Point::kBody, kWait>(get, place);
    } else {
      weft_state_.stop_unseen(place);
      return get();
    }
  }

  TaskState weft_state_{nullptr};
};

/// Can a Promise of P stand in its place? If not, coroutines with P are left alone.
template <class P>
consteval bool can_stand_in() noexcept {
  if constexpr (std::is_class_v<P> && !std::is_final_v<P>) {
    return std::is_same_v<AwaitParameter<P>, None> || kCanPass<AwaitParameter<P>>;
  } else {
    return false;
  }
}
template <class P, class Generator>
consteval bool fits_in_place() noexcept {
  using Derived = Promise<P, Generator>;
  return alignof(Derived) == alignof(P) || alignof(Derived) <= 16;
}

}  // namespace weft::instrument
