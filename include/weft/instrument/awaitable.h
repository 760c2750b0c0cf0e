/// What `co_await` does with an operand, in the words of [expr.await]: is it an awaiter, or does an
/// operator co_await make one of it; and a place that keeps both for as long as the expression
/// runs.
#pragma once
#pragma GCC system_header

#include <type_traits>

namespace weft::instrument {

// T as decltype gives it for an expression: X (a prvalue), X& or X&&.
template <class T>
concept HasMemberCoAwait = requires(T&& operand) { static_cast<T&&>(operand).operator co_await(); };
/// Found through the operand's own namespaces only. An operator that only the user's scope can see
/// (one for std::chrono::duration, say) is invisible from here: see Promise::await_transform.
template <class T>
concept HasFreeCoAwait = requires(T&& operand) { operator co_await(static_cast<T&&>(operand)); };
template <class T>
concept IsAwaiter = requires(T&& awaiter) { awaiter.await_ready(); };
template <class T>
concept IsAwaitable = HasMemberCoAwait<T> || HasFreeCoAwait<T> || IsAwaiter<T>;
/// No operator has to make one of it.
template <class T>
concept IsOnlyAwaiter = IsAwaiter<T> && !HasMemberCoAwait<T> && !HasFreeCoAwait<T>;

/// A prvalue is kept by value, made in place (it need not be movable); anything else by reference:
/// what it refers to lives until the end of the full expression, as without weft.
template <class T>
struct Kept {
  T value;
  template <class Get>
  explicit Kept(Get&& get) noexcept(noexcept(get())) : value(get()) {}
};
template <class T>
struct Kept<T&&> {
  T&& value;
  template <class Get>
  explicit Kept(Get&& get) noexcept(noexcept(get())) : value(get()) {}
};

/// Operand and awaiter of one await expression. `awaiter()` is an lvalue, as the standard has it.
/// Here they are the same.
template <class T>
class Awaited {
 public:
  static constexpr bool kOperandIsAwaiter = true;
  template <class Get>
  explicit Awaited(Get&& get) noexcept(noexcept(get())) : value_(get()) {}
  auto& awaiter() noexcept { return value_; }

 private:
  T value_;
};

template <HasMemberCoAwait T>
class Awaited<T> {
  using Result = decltype(std::declval<T>().operator co_await());

 public:
  static constexpr bool kOperandIsAwaiter = false;
  template <class Get>
  explicit Awaited(Get&& get) noexcept(noexcept(get()) &&
                                       noexcept(std::declval<T>().operator co_await()))
      : operand_(get), awaiter_([this]() -> Result {
          return static_cast<T&&>(operand_.value).operator co_await();
        }) {}
  auto& awaiter() noexcept { return awaiter_.value; }
  auto& operand() noexcept { return operand_.value; }

 private:
  Kept<T> operand_;
  Kept<Result> awaiter_;
};

template <HasFreeCoAwait T>
  requires(!HasMemberCoAwait<T>)
class Awaited<T> {
  using Result = decltype(operator co_await(std::declval<T>()));

 public:
  static constexpr bool kOperandIsAwaiter = false;
  template <class Get>
  explicit Awaited(Get&& get) noexcept(noexcept(get()) &&
                                       noexcept(operator co_await(std::declval<T>())))
      : operand_(get), awaiter_([this]() -> Result {
          return operator co_await(static_cast<T&&>(operand_.value));
        }) {}
  auto& awaiter() noexcept { return awaiter_.value; }
  auto& operand() noexcept { return operand_.value; }

 private:
  Kept<T> operand_;
  Kept<Result> awaiter_;
};

}  // namespace weft::instrument
