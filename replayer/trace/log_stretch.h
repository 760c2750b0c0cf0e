/// Parts of a decoded log that matter for a question, so that nobody walks through all of it.
#pragma once

#include <cstddef>
#include <span>

#include "weft/trace/event_index.h"

namespace weft::trace {

/// Events one after the other.
struct LogStretch {
  EventIndex first{0};  ///< index of the first one
  std::span<const std::byte> events;
};

}  // namespace weft::trace
