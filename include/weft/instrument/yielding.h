/// co_yield: what stands in for the user's yield_value. A layer between the user's promise and
/// Promise, chosen by how the user's is declared.
#pragma once
#pragma GCC system_header

#include <source_location>

#include "weft/instrument/awaiter.h"
#include "weft/instrument/parameter.h"

namespace weft::instrument {

/// yield_value(A): the same parameter.
template <class P, class Owner, class A>
class YieldsOne : public P {
 public:
  using P::P;
  auto yield_value(A value, const weft_place* place = WEFT_INSTRUMENT_HERE) {
    return static_cast<Owner&>(*this).weft_yield(
        [this, &value]() -> decltype(auto) {
          return static_cast<P&>(*this).yield_value(static_cast<A&&>(value));
        },
        place);
  }
};

/// Overloads, in a generator of T: what converts to T is converted by the coroutine, as it is
/// without weft; anything else (another generator, say) is passed on.
template <class P, class Owner, class T>
class YieldsMany : public P {
 public:
  using P::P;
  auto yield_value(T& value, const weft_place* place = WEFT_INSTRUMENT_HERE) {
    return pass<T&>(value, place);
  }
  auto yield_value(const T& value, const weft_place* place = WEFT_INSTRUMENT_HERE) {
    return pass<const T&>(value, place);
  }
  auto yield_value(T&& value, const weft_place* place = WEFT_INSTRUMENT_HERE) {
    return pass<T&&>(value, place);
  }
  template <class U>
    requires(!std::is_convertible_v<U, T>)
  auto yield_value(U&& value, const weft_place* place = WEFT_INSTRUMENT_HERE) {
    return pass<U&&>(value, place);
  }

 private:
  template <class U>
  auto pass(std::remove_reference_t<U>& value, const weft_place* place) {
    return static_cast<Owner&>(*this).weft_yield(
        [this, &value]() -> decltype(auto) {
          return static_cast<P&>(*this).yield_value(static_cast<U>(value));
        },
        place);
  }
};

/// The layer for P in coroutines that return R. P itself: it has no yield_value; or one whose
/// parameters cannot be known from here, which is then left as it is, and not seen.
template <class P, class R, class Owner>
consteval auto choose_yielding() noexcept {
  if constexpr (!HasYieldValue<P>) {
    return std::type_identity<P>();
  } else if constexpr (!std::is_same_v<YieldParameter<P>, None>) {
    if constexpr (kCanPass<YieldParameter<P>>) {
      return std::type_identity<YieldsOne<P, Owner, YieldParameter<P>>>();
    } else {
      return std::type_identity<P>();
    }
  } else if constexpr (!std::is_same_v<typename ElementOf<R>::type, None>) {
    return std::type_identity<YieldsMany<P, Owner, typename ElementOf<R>::type>>();
  } else {
    return std::type_identity<P>();
  }
}
template <class P, class R, class Owner>
using Yielding = typename decltype(choose_yielding<P, R, Owner>())::type;

}  // namespace weft::instrument
