/// Memory that is watched.
#pragma once

#include <compare>
#include <cstdint>

#include "weft/base/address.h"

namespace weft::process {

/// What a watch stops at: a write, or any use of the memory.
enum class WatchFor : uint8_t { kWrites, kUses };

struct Watch {
  Address address;
  uint8_t length;  ///< 1, 2, 4 or 8; the address is a multiple of it
  WatchFor what;
  friend auto operator<=>(const Watch&, const Watch&) = default;
};

}  // namespace weft::process
