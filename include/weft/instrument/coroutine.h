/// Puts weft's promise around every coroutine promise of a translation unit, without a change to
/// it.
///
/// The compiler finds a coroutine's promise through std::coroutine_traits. standard/coroutine, which
/// `#include <coroutine>` finds first, declares that template, and renames the word for everything
/// after it: the library's <coroutine> and everybody's specialisations then define
/// weft_user_coroutine_traits, and the template that the compiler looks up is the one below. It asks
/// the user's for the promise, and derives from it.
///
/// Sound for a whole program, not for a part of it: an inline coroutine that is compiled with this
/// header in one translation unit and without it in another has two frames of different layout (as
/// with _GLIBCXX_DEBUG).
#pragma once
#pragma GCC system_header

#ifdef WEFT_INSTRUMENT_COROUTINES
#include "weft/instrument/hidden_promise.h"
#include "weft/instrument/promise.h"
#pragma push_macro("coroutine_traits")
#undef coroutine_traits

namespace weft::instrument {

/// What a coroutine returns matters to its promise only if that may yield.
template <class P, class R>
using GeneratorOf = std::conditional_t<HasYieldValue<P>, R, void>;

template <class P, class R, class... A>
consteval auto choose_promise() noexcept {
  if constexpr (!can_stand_in<P>()) {
    return std::type_identity<P>();
  } else if constexpr ((kStartsOperation<std::remove_cvref_t<A> > || ...)) {
    return std::type_identity<HiddenPromise<P, wait_of_initiation<void(A...)>()> >();
  } else if constexpr (fits_in_place<P, GeneratorOf<P, R> >()) {
    return std::type_identity<Promise<P, GeneratorOf<P, R> > >();
  } else {
    return std::type_identity<P>();
  }
}

/// Without a promise type of the user's there is none of weft's: the compiler says what it always
/// says.
template <class UserTraits, class R, class... A>
struct TracedTraits {};
template <class UserTraits, class R, class... A>
  requires requires { typename UserTraits::promise_type; }
struct TracedTraits<UserTraits, R, A...> {
  using promise_type =
      typename decltype(choose_promise<typename UserTraits::promise_type, R, A...>())::type;
};

}  // namespace weft::instrument

namespace std {
template <class R, class... A>
struct coroutine_traits
    : weft::instrument::TracedTraits<weft_user_coroutine_traits<R, A...>, R, A...> {};
}  // namespace std
#pragma pop_macro("coroutine_traits")

#endif
