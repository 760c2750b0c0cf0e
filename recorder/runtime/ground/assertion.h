/// Assertions: a state that should be impossible says so, with the event. In a build for looking for
/// faults (cmake -DWEFT_ASSERTIONS=ON, or a Debug build); else they are not there.
///
/// check() (report.h) is for what costs nothing; these may look around, in pairs: what is true
/// before something is written is asserted again where it is read.
#pragma once

#include "recorder/runtime/ground/report.h"

namespace weft::runtime {

#ifdef WEFT_ASSERTIONS
inline constexpr bool kAsserting = true;
#else
inline constexpr bool kAsserting = false;
#endif

/// Index of the event that is written or read next, where assertions are on.
inline uint64_t g_asserted_event;

template <class F>
inline void assert_that(const char* what, F holds) {
  if constexpr (kAsserting) {
    if (!holds()) [[unlikely]] {
      char text[256];
      fail(Text(text, sizeof text).add("assertion: ").add(what).add(", before event").c_str(),
           static_cast<int64_t>(g_asserted_event));
    }
  }
}

/// A row of a table of assertions about T.
template <class T>
struct Assertion {
  const char* what;
  bool (*holds)(const T&);
};
template <class T, int kCount>
inline void assert_all(const Assertion<T> (&rows)[kCount], const T& about) {
  for (const Assertion<T>& row : rows) assert_that(row.what, [&] { return row.holds(about); });
}

}  // namespace weft::runtime
