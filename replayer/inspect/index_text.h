/// Numbers of events, threads and rows (weft/base/index.h) in fmt::format.
#pragma once

#include <fmt/format.h>

#include "weft/base/index.h"

template <class Kind, class Number, Number kNoNumber>
struct fmt::formatter<weft::Index<Kind, Number, kNoNumber>> : fmt::formatter<Number> {
  template <class Context>
  auto format(weft::Index<Kind, Number, kNoNumber> index, Context& context) const {
    return fmt::formatter<Number>::format(index.value(), context);
  }
};
