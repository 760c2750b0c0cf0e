/// What the user's yield_value and await_transform take.
///
/// Why a template `yield_value(U&& u)` that passes u on is not enough: in `co_yield "text"`, for a
/// promise with yield_value(std::string&&), the string is a temporary of the *coroutine*, and lives
/// as long as the coroutine stands there. Converted inside the template it would be gone. And a
/// brace list, `co_yield {1, 2}`, has no type to deduce. So weft's function takes the user's type.
#pragma once
#pragma GCC system_header

#include <type_traits>

namespace weft::instrument {

/// Finds out whether a promise has a member of a name, whatever it is: with a second one the name
/// is ambiguous.
struct MemberNames {
  int await_transform;
  int yield_value;
};
template <class P>
struct WithMemberNames : P, MemberNames {};
template <class P>
concept HasAwaitTransform = !requires { &WithMemberNames<P>::await_transform; };
template <class P>
concept HasYieldValue = !requires { &WithMemberNames<P>::yield_value; };

/// For a type that is not there.
struct None {};

/// The one parameter of a member function that is neither overloaded nor a template.
template <class F>
struct OnlyParameter {
  using type = None;
};
template <class R, class A>
struct OnlyParameter<R (*)(A)> {
  using type = A;
};
template <class R, class A>
struct OnlyParameter<R (*)(A) noexcept> {
  using type = A;
};
template <class C, class R, class A>
struct OnlyParameter<R (C::*)(A)> {
  using type = A;
};
template <class C, class R, class A>
struct OnlyParameter<R (C::*)(A) noexcept> {
  using type = A;
};
template <class C, class R, class A>
struct OnlyParameter<R (C::*)(A) const> {
  using type = A;
};
template <class C, class R, class A>
struct OnlyParameter<R (C::*)(A) const noexcept> {
  using type = A;
};
template <class C, class R, class A>
struct OnlyParameter<R (C::*)(A)&> {
  using type = A;
};
template <class C, class R, class A>
struct OnlyParameter<R (C::*)(A) & noexcept> {
  using type = A;
};

template <class P>
consteval auto await_parameter() noexcept {
  if constexpr (requires { &P::await_transform; }) {
    return std::type_identity<typename OnlyParameter<decltype(&P::await_transform)>::type>();
  } else {
    return std::type_identity<None>();
  }
}
template <class P>
consteval auto yield_parameter() noexcept {
  if constexpr (requires { &P::yield_value; }) {
    return std::type_identity<typename OnlyParameter<decltype(&P::yield_value)>::type>();
  } else {
    return std::type_identity<None>();
  }
}
/// The parameter of P::await_transform, P::yield_value; None: there are several, or it is a
/// template.
template <class P>
using AwaitParameter = typename decltype(await_parameter<P>())::type;
template <class P>
using YieldParameter = typename decltype(yield_parameter<P>())::type;

/// T of a generator<T>, or None.
template <class R>
struct ElementOf {
  using type = None;
};
template <template <class...> class G, class T, class... Rest>
struct ElementOf<G<T, Rest...>> {
  using type = std::remove_cvref_t<T>;
};

/// A value that is handed on is moved once more than without weft.
template <class T>
inline constexpr bool kCanPass = std::is_reference_v<T> || std::is_move_constructible_v<T>;

}  // namespace weft::instrument
