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

/// A std::source_location as the compiler makes it and the hooks want it (same layout; null:
/// unknown): nothing of it is evaluated while compiling.
static_assert(sizeof(std::source_location) == sizeof(const weft_place*));
#define WEFT_INSTRUMENT_HERE __builtin_source_location()
inline const weft_place* place_at(const void* location) noexcept {
  return static_cast<const weft_place*>(location);
}

/// The function that a constructor is called from. A type of our own, so that no argument of a
/// coroutine can be taken for it.
struct CallerName {
  const void* location;
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
      std::is_nothrow_default_constructible_v<P>) requires(std::is_default_constructible_v<P>)
      : weft_state_(place_at(caller.location)->function) {}

  template <class Unused = void>
  WEFT_INSTRUMENT_CALL auto initial_suspend(const void* location = WEFT_INSTRUMENT_HERE) noexcept(
      noexcept(std::declval<P&>().initial_suspend())) {
    const weft_place* place = place_at(location);
    weft_state_.create(weft_frame(), place);
    return weft_await<Point::kInitial>(
        [this]() -> decltype(auto) { return user().initial_suspend(); }, place);
  }

  template <class Unused = void>
  WEFT_INSTRUMENT_CALL auto final_suspend() noexcept(noexcept(std::declval<P&>().final_suspend())) {
    weft_state_.end();
    return weft_await<Point::kFinal>(
        [this]() noexcept(noexcept(std::declval<P&>().final_suspend())) -> decltype(auto) {
          return user().final_suspend();
        },
        nullptr);
  }

  template <class Unused = void>
  WEFT_INSTRUMENT_CALL void unhandled_exception() noexcept(
      noexcept(std::declval<P&>().unhandled_exception())) {
    weft_state_.fail();
    LeaveOnThrow leave(weft_state_);
    user().unhandled_exception();
    leave.returned();
  }

  /// The user's await_transform takes one type: so does this.
  WEFT_INSTRUMENT_CALL decltype(auto) await_transform(
      OneParameter operand, const void* location = WEFT_INSTRUMENT_HERE) requires(kTakesOne) {
    weft_state_.notice_running();
    return weft_await_if_seen<WEFT_WAIT_UNKNOWN>(
        [this, &operand]() -> decltype(auto) {
          return user().await_transform(static_cast<OneParameter&&>(operand));
        },
        place_at(location));
  }

  /// It takes several, or whatever it is given; or there is none.
  template <class U>
  requires(!kTakesOne) WEFT_INSTRUMENT_CALL decltype(auto)
      await_transform(U&& operand,
                      const void* location = WEFT_INSTRUMENT_HERE) noexcept(!HasAwaitTransform<P> &&
                                                                            IsOnlyAwaiter<U&&>) {
    weft_state_.notice_running();
    return weft_await_if_seen<wait_of<U>()>(
        [this, &operand, location]() -> decltype(auto) {
          static_cast<void>(this), static_cast<void>(location);
          if constexpr (!HasAwaitTransform<P>) {
            return static_cast<U&&>(operand);
          } else if constexpr (requires(P & p, std::source_location place) {
                                 p.await_transform(static_cast<U&&>(operand), place);
                               }) {
            auto place = __builtin_bit_cast(std::source_location, location);  // it asks for it
            return user().await_transform(static_cast<U&&>(operand), place);
          } else {
            return user().await_transform(static_cast<U&&>(operand));
          }
        },
        place_at(location));
  }

  /// For Yielding.
  template <class Get>
  auto weft_yield(Get get, const void* location) {
    weft_state_.notice_running();
    return weft_await<Point::kBody>(get, place_at(location));
  }

  /// For Awaiter.
  TaskState& weft_state() noexcept { return weft_state_; }
  template <class Self = Promise>
  static consteval bool starts_after_suspend() noexcept {
    return requires(Self & self) {
      self.resume_context_->after_suspend_fn_;
      self.resume_context_->after_suspend_arg_;
    };
  }
  template <class Self = Promise>
  auto* weft_resume_context() noexcept {
    return static_cast<Self*>(this)->resume_context_;
  }

 private:
  P& user() noexcept { return *this; }
  const void* weft_frame() noexcept {
    return std::coroutine_handle<P>::from_promise(user()).address();
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
